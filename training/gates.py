"""What a challenger must show before it may become champion. Each check answers passed, failed or not applicable."""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from models.arrays import Flags, Floats, Ints
from training.intervals import auc_gain, ece_by_luck, log_loss_gain
from training.metrics import expected_calibration_error

WORST_ECE = 0.05
"""A forecast that is off by more than five points on average is not called calibrated (design, section 10's aims)."""
TOLERATED_LOSS = 0.002
"""A challenger may be this much less likely than the champion, in log loss a row: it knows fresher outcomes. Beyond
that it is refused where the interval says that the difference is none of luck."""


MOST_HIGH = 0.05
"""An unsupervised score that calls more than this share of later rows highly unusual does not tell what is."""


class Answer(StrEnum):
    """Not applicable means that the check could not be made: never a pass."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Check:
    """One check's answer, with what was found and expected, in words."""

    code: str
    answer: Answer
    text: str


@dataclass(frozen=True)
class Window:
    """The last window of a challenger: rows it was not fitted on, and the forecasts that are compared on them."""

    outcome: Flags
    cluster: Ints
    event: Ints
    challenger: Floats
    rule: Floats


def beats_rule(window: Window) -> Check:
    """Ranks better than the PMO's rule: the 95% interval of the gain in AUC lies above 0."""
    gain = auc_gain(window.outcome, window.challenger, window.rule, window.cluster)
    answer = Answer.PASSED if gain.low > 0 else Answer.FAILED
    return Check(
        "beats_rule",
        answer,
        f"AUC above the rule by {gain.value:.3f} ({gain.low:.3f} to {gain.high:.3f}); expected > 0",
    )


def answers_like_the_rule() -> Check:
    """The predictor is the rule, for too little was learnt to beat it: it has to be calibrated, and not to win."""
    return Check("beats_rule", Answer.NOT_APPLICABLE, "the rule itself answers; there is nothing to beat")


def bands_hold(high: float) -> Check:
    """Without outcomes: the high band holds about the share of the window's rows that it was made for."""
    answer = Answer.PASSED if high <= MOST_HIGH else Answer.FAILED
    text = f"{high:.1%} of the last window is in the high band; meant for 1%, expected at most {MOST_HIGH:.0%}"
    return Check("bands_hold", answer, text)


def is_calibrated(window: Window) -> Check:
    """Its probabilities can be read as frequencies, as far as the rows can tell."""
    error = expected_calibration_error(window.outcome, window.challenger)
    limit = max(WORST_ECE, ece_by_luck(window.challenger, window.event))
    answer = Answer.PASSED if error <= limit else Answer.FAILED
    return Check(
        "is_calibrated",
        answer,
        f"expected calibration error {error:.3f}; expected at most {limit:.3f}, the larger of {WORST_ECE} and what "
        "perfectly calibrated forecasts show by luck on these rows",
    )


def not_worse_than_champion(window: Window, champion: Floats | None, why_not: str) -> Check:
    """Is as likely as the champion on the same rows. Where they cannot be compared the answer says why."""
    if champion is None:
        return Check("not_worse_than_champion", Answer.NOT_APPLICABLE, why_not)
    gain = log_loss_gain(window.outcome, window.challenger, champion, window.cluster)
    worse = gain.value < -TOLERATED_LOSS and gain.high < 0
    answer = Answer.FAILED if worse else Answer.PASSED
    return Check(
        "not_worse_than_champion",
        answer,
        f"log loss better than the champion's by {gain.value:.4f} ({gain.low:.4f} to {gain.high:.4f}); "
        f"expected at least {-TOLERATED_LOSS}, or an interval that reaches 0",
    )


def permits(checks: list[Check]) -> bool:
    """Whether these checks let a challenger through: none failed, and at least one passed."""
    answers = [check.answer for check in checks]
    return Answer.FAILED not in answers and Answer.PASSED in answers


def window_of(frame: pl.DataFrame, challenger: Floats, rule: Floats) -> Window:
    """A window from measured rows (``outcome``, ``cluster``, ``event``) and the forecasts on them."""
    return Window(frame["outcome"].to_numpy(), frame["cluster"].to_numpy(), frame["event"].to_numpy(), challenger, rule)
