"""From forecasts to *cases*: one for each thing that could go wrong, flagged or not, and come to or not.

A case is a subject and what it was heading for: the rows of a milestone that share a due date, of a project that share
the next forecast, of a person-day (`resolved_at`). It is *flagged* by the first of its rows in the high band; it is
*trouble* if any of its rows came to the outcome. A flag that is not followed by trouble is a false alarm.
"""

import polars as pl

from training.intervals import owners
from training.retrospect.walk import Walk
from training.sampling import stable_hash

CASE = ("subject_id", "resolved_at")


def cases(walk: Walk) -> pl.DataFrame:
    """A row each case, in order of time: `CASE` and

    ``owner`` (see `training.intervals.owners`), ``came``, ``asked_at`` (first), ``flagged_at`` and ``rule_flagged_at``
    (null where it was not), ``flagged_in`` and ``rule_flagged_in`` (the number of the month), ``noticed_at`` (the first
    medium or high band), ``highest`` (probability), ``risk`` and ``own_risk`` (of the flag), and, as they stood in its
    last row, ``money``, ``own_money``, ``own_currency``.
    """
    rows = walk.frame.sort("as_of", "subject_id")
    rows = rows.with_columns(owner=owners(rows, walk.task.owner))
    high = pl.col("band") == "high"
    found = rows.group_by(CASE, maintain_order=True).agg(
        pl.col("owner").first(),
        came=pl.col("outcome").any(),
        asked_at=pl.col("as_of").first(),
        flagged_at=pl.col("as_of").filter(high).first(),
        flagged_in=pl.col("walked").filter(high).first(),
        noticed_at=pl.col("as_of").filter(pl.col("band") != "low").first(),
        highest=pl.col("probability").max(),
        money=pl.col("money").last(),
        own_money=pl.col("own_money").last(),
        risk=pl.col("risk").filter(high).first(),
        own_risk=pl.col("own_risk").filter(high).first(),
        own_currency=pl.col("own_currency").last(),
    )
    by_rule = _flagged_by_rule(rows, found)
    return found.join(by_rule, on=CASE, how="left", maintain_order="left")


def _flagged_by_rule(rows: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """What the rule flags where it may flag as many cases each month as the predictor did: `CASE` and when.

    It takes the cases that it scores highest in the month and has not flagged before; among equals a lot decides. Its
    threshold is thus chosen with the month's end in sight, which flatters it.
    """
    budget = dict(found.drop_nulls("flagged_in").group_by("flagged_in").len().iter_rows())
    lots = rows.select(*CASE, "as_of", "walked", "rule_score", lot=pl.Series(stable_hash(rows["subject_id"])))
    taken = rows.clear().select(*CASE, rule_flagged_at="as_of", rule_flagged_in="walked")
    for month in sorted(budget):
        open_ = lots.filter(pl.col("walked") == month).join(taken, on=CASE, how="anti")
        best = (
            open_.group_by(CASE, maintain_order=True)
            .agg(pl.col("lot").first(), best=pl.col("rule_score").max())
            .sort(["best", "lot", *CASE], descending=[True, False, False, False])
            .head(budget[month])
        )
        threshold = best["best"].min()
        flags = (
            open_.join(best.select(CASE), on=CASE, how="semi")
            .filter(pl.col("rule_score") >= threshold)
            .group_by(CASE)
            .agg(rule_flagged_at=pl.col("as_of").min(), rule_flagged_in=pl.col("walked").first())
        )
        taken = pl.concat([taken, flags])
    return taken
