"""The parts of what is said of a subject, in plain values, as a reader may see them.

The shape does not depend on the reader. What is hidden is null; a reason keeps its effect, so that effects still add
up, and says what kind of value it is about in place of the value.
"""

from collections.abc import Sequence
from typing import Any

from models.action_params import Params
from models.explanation import Change, Reason
from models.forecast import Expected
from models.money import MoneyAtRisk
from models.sensitivity import HIDDEN_AS, Sensitivity
from models.task import Row, Task
from models.what_if import EffectChange, Side
from service.gate.recommendation import Recommendation, Withheld, worded
from service.gate.release import UNSHOWN, visible_params

_Told = tuple[Sensitivity | None, dict[str, Any]]
"""What is told of one field, and of which kind it is where that is hidden."""


def recommendation_shown(said: Recommendation, token: str, sees: frozenset[Sensitivity]) -> dict[str, Any]:
    """A recommendation to somebody who sees these kinds. Its token is a copy that anybody can read: it is hidden with
    any parameter."""
    shown, whole = asked_for(said.action, said.params, said.template, sees)
    return {
        "jti": said.jti,
        **shown,
        "requires": said.requires.document(),
        "expires_at": said.expires_at,
        "token": token if whole else None,
    }


def asked_for(action: str, params: Params, template: str, sees: frozenset[Sensitivity]) -> tuple[dict[str, Any], bool]:
    """What is asked for: the action, its parameters and the wording; and whether nothing of it is hidden."""
    declared = params.model_dump(mode="json")
    visible = visible_params(action, declared, sees)
    unshown = {name for name, value in visible.items() if value is None and declared[name] is not None}
    words = {name: UNSHOWN if name in unshown else value for name, value in dict(params).items()}
    return {"action": action, "params": visible, "text": worded(template, words)}, not unshown


def withheld_shown(said: Withheld) -> dict[str, Any]:
    """A proposal that was withheld; the words of a verdict hold no figure."""
    return {"action": said.action, "code": said.verdict.codes[0], "reason": said.verdict.reason}


class Redaction:
    """Hides what somebody who sees only these kinds of values may not see of a task's answers."""

    def __init__(self, task: Task, sees: frozenset[Sensitivity]) -> None:
        self._task, self._sees = task, sees
        self.hidden = {field: kind for field, kind in task.sensitive.items() if kind not in sees}
        """The fields that are hidden, each with its kind."""

    def reasons(self, reasons: Sequence[Reason], row: Row) -> list[dict[str, Any]]:
        """The reasons. Hidden ones of one kind are one, in the place of the strongest."""
        visible = self._visible(row)
        return self._merged([self._reason(each, visible) for each in reasons], ("effect",))

    def turns_green(self, changes: Sequence[Change], row: Row) -> list[dict[str, Any]]:
        """The change that turns the subject green; values that were worked out from hidden fields are hidden, too."""
        visible = self._visible(row)
        return [self._change(each, visible) for each in changes]

    def effects(self, changes: Sequence[EffectChange], row: Row) -> list[dict[str, Any]]:
        """The effects of a what-if, ``row`` being the snapshot after it. Hidden ones of one kind are one."""
        visible = self._visible(row)
        return self._merged([self._effect(each, visible) for each in changes], ("effect_before", "effect_after"))

    def side(self, side: Side) -> dict[str, Any]:
        """One side of a what-if."""
        return {
            "probability": side.probability,
            "log_odds": side.log_odds,
            "band": side.band,
            "expected": self.expected(side.expected),
            "money_at_risk": self.money(side.money),
        }

    def expected(self, expected: Expected | None) -> dict[str, float] | None:
        """The expected amount."""
        if expected is None or self._hides(self._task.expected_is):
            return None
        return {"p10": expected.p10, "p50": expected.p50, "p90": expected.p90}

    def money(self, money: MoneyAtRisk) -> dict[str, Any]:
        """The money at risk."""
        shown = MoneyAtRisk() if self._hides(self._task.money_is) else money
        return {
            "expected_loss": shown.expected_loss,
            "deferred_amount": shown.deferred_amount,
            "currency": shown.currency,
        }

    def recommendation(self, said: Recommendation, token: str) -> dict[str, Any]:
        """A recommendation. Its token is a signed copy that anybody can read, so it is hidden with any parameter."""
        return recommendation_shown(said, token, self._sees)

    @staticmethod
    def withheld(said: Withheld) -> dict[str, Any]:
        """A proposal that was withheld."""
        return withheld_shown(said)

    def _visible(self, row: Row) -> Row:
        """The snapshot with null for what is hidden: whatever is worded or worked out from it tells nothing else."""
        return {field: None if field in self.hidden else value for field, value in row.items()}

    def _text(self, field: str, text: str, visible: Row) -> str:
        words = self._task.words.get(field)
        return text if words is None or not self.hidden else words(visible)

    def _reason(self, reason: Reason, visible: Row) -> _Told:
        kind = self.hidden.get(reason.field)
        if kind is not None:
            return kind, {"field": kind, "value": None, "effect": reason.effect, "text": HIDDEN_AS[kind]}
        said = self._text(reason.field, reason.text, visible)
        return None, {"field": reason.field, "value": reason.value, "effect": reason.effect, "text": said}

    def _effect(self, change: EffectChange, visible: Row) -> _Told:
        kind = self.hidden.get(change.field)
        shown = kind is None
        return kind, {
            "field": change.field if kind is None else kind,
            "from": change.from_ if shown else None,
            "to": change.to if shown else None,
            "effect_before": change.before,
            "effect_after": change.after,
            "text": self._text(change.field, change.text, visible) if kind is None else HIDDEN_AS[kind],
        }

    @staticmethod
    def _merged(told: Sequence[_Told], effects: Sequence[str]) -> list[dict[str, Any]]:
        """What is told, where all that is hidden of one kind is one: in the place of the first, with all effects."""
        shown: list[dict[str, Any]] = []
        hidden: dict[Sensitivity, dict[str, Any]] = {}
        for kind, each in told:
            if kind is not None and (first := hidden.setdefault(kind, each)) is not each:
                for effect in effects:
                    first[effect] += each[effect]
            else:
                shown.append(each)
        return shown

    def _change(self, change: Change, visible: Row) -> dict[str, Any]:
        kind = self.hidden.get(change.field)
        if kind is not None:
            return {"field": kind, "from": None, "to": None, "probability": change.probability}
        known = not self.hidden or change.to in self._task.levers[change.field](visible)
        return {
            "field": change.field,
            "from": change.from_,
            "to": change.to if known else None,
            "probability": change.probability,
        }

    def _hides(self, kind: Sensitivity | None) -> bool:
        return kind is not None and kind not in self._sees
