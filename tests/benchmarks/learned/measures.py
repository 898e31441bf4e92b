"""The figures of one task on the simulated firm, each beside its aim."""

from collections.abc import Iterator

import polars as pl
from figures import Figure, at_least, between, reported

from learned.causes import CAUSES
from learned.walk import TRUTH, Walk
from models.explanation import ORDER, all_turn_green, reasons
from models.forecast import AMOUNTS
from models.records import Records
from training.amount_figures import amount_figures
from training.dataset import Dataset
from training.intervals import auc_gain
from training.lead_time import lead_time
from training.metrics import METRICS, expected_calibration_error
from training.money_captured import Captured
from training.segments import if_calibrated, segments

REACHED, OF_THE_MONEY, NAMED, LOST_TO_PLAIN = 0.85, 0.9, 0.9, -0.005
NOT_EASY, RULE_HELPS = (0.75, 0.93), (0.58, 0.80)
CALIBRATED, CALIBRATED_SEGMENT = 0.02, 0.05
TOP_REASONS = 3
MOST_EXPLAINED = 2_000
MOST_GREENED = 300
"""Rows of a month whose reasons and changes are looked at: enough for a percent."""

auc = METRICS["auc"].of


def ranking(walk: Walk) -> Iterator[Figure]:
    """How well the task's rows are ordered, between the rule and the oracle."""
    name, outcome, n = walk.task.name, walk.outcome, walk.frame.height
    found = {
        column: auc(outcome, walk.of(column)) for column in ("probability", "rule", "logistic", "unconstrained", TRUTH)
    }
    reached = (found["probability"] - 0.5) / (found[TRUTH] - 0.5)
    yield at_least(f"{name}: (AUC - .5) / (oracle's AUC - .5)", reached, REACHED, n)
    yield reported(f"{name}: AUC of the predictor", found["probability"], n)
    yield between(f"{name}: AUC of the oracle", found[TRUTH], NOT_EASY, n)
    yield between(f"{name}: AUC of the PMO's best rule", found["rule"], RULE_HELPS, n)
    yield reported(f"{name}: AUC of a logistic regression", found["logistic"], n)
    yield reported(f"{name}: AUC of an unconstrained LightGBM", found["unconstrained"], n)
    loss = auc_gain(outcome, walk.of("probability"), walk.of("unconstrained"), walk.cluster)
    yield at_least(f"{name}: AUC against the unconstrained LightGBM", loss.value, LOST_TO_PLAIN, n)
    gain = auc_gain(outcome, walk.of("probability"), walk.of("rule"), walk.cluster)
    yield at_least(f"{name}: AUC above the rule, lower end of its 95% interval", gain.low, 0.0, n)
    yield reported(f"{name}: base rate", float(outcome.mean()), n)


def calibration(walk: Walk) -> Iterator[Figure]:
    """Whether the percentages can be read as frequencies: overall and in each segment of 500 rows and more."""
    name, outcome, forecast = walk.task.name, walk.outcome, walk.of("probability")
    error, luck = expected_calibration_error(outcome, forecast), if_calibrated(forecast, walk.event)
    aim = f"<= {CALIBRATED} or inside {luck['low']:.3f} to {luck['high']:.3f}"
    fine = error <= max(CALIBRATED, luck["high"])
    yield Figure(f"{name}: expected calibration error", error, aim, "", len(forecast), bool(fine))
    yield reported(
        f"{name}: the same of the oracle", expected_calibration_error(outcome, walk.of(TRUTH)), len(forecast)
    )
    for each in segments(walk.task, walk.frame, forecast).shown:
        luck = each["ece_if_calibrated"]
        aim = f"<= {CALIBRATED_SEGMENT} or inside {luck['low']:.3f} to {luck['high']:.3f}"
        fine = each["ece"] <= max(CALIBRATED_SEGMENT, luck["high"])
        yield Figure(
            f"{name}: calibration error, {each['field']} {each['value']}", each["ece"], aim, "", each["n"], fine
        )


def money(walk: Walk, records: Records) -> Iterator[Figure]:
    """The money that the first twenty of each day captured."""
    name, n = walk.task.name, walk.frame.height
    captured = Captured.of(walk.task, records, walk.frame, walk.months[-1].learnt)
    amounts = walk.frame.select(AMOUNTS) if walk.task.expected is not None else None
    ours = captured.worth(walk.of("probability"), amounts)
    rule, oracle = captured.worth(walk.of("rule")), captured.worth(walk.of(TRUTH))
    against = captured.ratio(ours, rule)
    yield reported(f"{name}: money captured against rule x money", against.value, n)
    yield reported(f"{name}: the same, lower end of its 95% interval", against.low, n)
    yield reported(f"{name}: the same, upper end", against.high, n)
    of_oracle = captured.ratio(ours, oracle)
    yield at_least(f"{name}: money captured against the oracle", of_oracle.value, OF_THE_MONEY, n)


def earliness(walk: Walk) -> Iterator[Figure]:
    """From the first high band to the event, and how often that band was right."""
    name = walk.task.name
    early = lead_time(walk.frame, walk.of("probability"), walk.settings.fit.band_high)
    yield reported(f"{name}: median days from the first high band to the event", early.days, early.flagged, "days")
    yield reported(f"{name}: precision of the high band, by subject", early.precision, early.flagged)


def amounts(walk: Walk) -> Iterator[Figure]:
    """How often the expected amount lay where it was expected 8 times in 10."""
    if walk.task.expected is None:
        return
    found = amount_figures(walk.task, Dataset(walk.frame, 0), walk.frame.select(AMOUNTS))
    if found is not None:
        yield reported(f"{walk.task.name}: {found['unit']} inside p10 to p90", found["coverage"], found["n"])
        yield reported(f"{walk.task.name}: error of the mean, {found['unit']}", found["mean_error"], found["n"])


def explanations(walk: Walk) -> Iterator[Figure]:
    """Whether the planted cause is among the first three reasons, and whether what turns it green does."""
    name, task = walk.task.name, walk.task
    named = found = asked = turned = held = 0
    missed: dict[str, int] = {}
    for month in walk.months:
        flagged = month.frame.filter(pl.col("band") != "low")
        planted = flagged.filter(pl.col("cause").is_not_null()).head(MOST_EXPLAINED)
        scores = month.predictor.score(planted, explain=True)
        for position, row in enumerate(planted.iter_rows(named=True)):
            top = reasons(task, month.predictor, scores, position, row, shown=TOP_REASONS)[:TOP_REASONS]
            named += 1
            if {each.field for each in top} & CAUSES[name][row["cause"]]:
                found += 1
            else:
                missed[row["cause"]] = missed.get(row["cause"], 0) + 1
        some = flagged.head(MOST_GREENED)
        changes = all_turn_green(task, month.predictor, some, some["band"].to_list())
        asked += some.height
        turned += sum(bool(change) for change in changes)
        held += _held(walk, month.predictor, some, changes)
    yield at_least(f"{name}: planted cause among the top three reasons", found / max(named, 1), NAMED, named)
    for cause, count in sorted(missed.items(), key=lambda pair: -pair[1])[:3]:
        yield reported(f"{name}: missed where the cause was {cause}", float(count), named, "rows")
    yield reported(
        f"{name}: flagged rows of which a change is known that turns them green", turned / max(asked, 1), asked
    )
    yield at_least(f"{name}: of those, the band really falls when scored again", held / max(turned, 1), 1.0, turned)


def _held(walk: Walk, predictor, some: pl.DataFrame, changes) -> int:
    """How many changes bring the band down when the changed snapshot is scored from scratch."""
    task, held = walk.task, 0
    for position, change in enumerate(changes):
        if not change:
            continue
        row = some.slice(position, 1)
        cells = {each.field: pl.lit(each.to, dtype=some.schema[each.field]) for each in change}
        changed = row.with_columns(**cells)
        changed = changed if task.derive is None else task.derive(changed)
        held += ORDER[predictor.score(changed).bands[0]] < ORDER[row["band"][0]]
    return held


def all_figures(walk: Walk, records: Records) -> list[Figure]:
    """Everything about one task."""
    parts = (ranking(walk), calibration(walk), money(walk, records), earliness(walk), amounts(walk), explanations(walk))
    return [figure for part in parts for figure in part]
