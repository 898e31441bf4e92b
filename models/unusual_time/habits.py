"""What is usual: for the person of an entry in the eight weeks before, for its project in the twelve.

The day of the entry itself is left out of what is usual. All sums are of integers, so that neither the order of records
nor the number of subjects changes a byte.
"""

import numpy as np
import polars as pl

from models.running_sums import RunningSums
from models.unusual_time.facts import ONE, Facts, only

PERSON_DAYS = 56
PROJECT_DAYS = 84
SECONDS_AN_HOUR = 3600


class Habits:
    """Made once of a firm's facts, asked for many subjects.

    ``subjects`` have ``person_id``, ``project_id``, ``category`` as numbers, and ``day``. ``client_facts`` are the
    facts on clients' projects: what is usual on the firm's own, where everybody books, tells nothing of one entry.
    """

    def __init__(self, facts: Facts, client_facts: pl.DataFrame, subjects: pl.DataFrame) -> None:
        mine = _with_new_days(only(facts.first, subjects, ["person_id"]))
        day = only(mine, subjects, ["person_id", "day"])
        worked, on_project = ["seconds", "new_day"], ["seconds", "new_project_day"]
        self._person = RunningSums(mine, "person_id", [*worked, "entries"])
        self._day = RunningSums(day, ["person_id", "day"], worked)
        self._person_project = RunningSums(mine, ["person_id", "project_id"], on_project)
        self._project_day = RunningSums(day, ["person_id", "project_id", "day"], on_project)
        self._person_category = RunningSums(mine, ["person_id", "category"], ["entries"])
        project = only(client_facts, subjects, ["project_id"]).with_columns(
            entries=ONE,
            flagged=pl.col("billable").is_not_null().cast(pl.Int64),
            billed=pl.col("billable").cast(pl.Int64),
        )
        self._project = RunningSums(project, "project_id", ["entries", "flagged", "billed"])
        self._project_category = RunningSums(project, ["project_id", "category"], ["entries"])

    def of(self, subjects: pl.DataFrame) -> pl.DataFrame:
        """The fields of habits, in the order of ``subjects`` (as above, with ``as_of``)."""
        person = self._person.within(subjects, PERSON_DAYS)
        other_days = person - _like(person, self._day.within(subjects, PERSON_DAYS))
        other_on_project = self._person_project.within(subjects, PERSON_DAYS) - self._project_day.within(
            subjects, PERSON_DAYS
        )
        project = self._project.within(subjects, PROJECT_DAYS)
        categories = self._person_category.within(subjects, PERSON_DAYS)["entries"]
        categories_of_project = self._project_category.within(subjects, PROJECT_DAYS)["entries"]
        named = subjects["category"].is_not_null()
        hours = SECONDS_AN_HOUR
        return pl.DataFrame({
            "usual_day_hours": ratio(other_days["seconds"], other_days["new_day"] * hours),
            "usual_project_hours": ratio(other_on_project["seconds"], other_on_project["new_project_day"] * hours),
            "project_days_56": other_on_project["new_project_day"],
            "category_share_person": _where(named, ratio(categories, person["entries"])),
            "category_share_project": _where(named, ratio(categories_of_project, project["entries"])),
            "project_billable_share": ratio(project["billed"], project["flagged"]),
        })  # fmt: skip


def ratio(part: pl.Series, whole: pl.Series) -> pl.Series:
    """``part / whole``, correctly rounded; null where there is nothing to divide by."""
    divisor = whole.fill_null(0).to_numpy()
    found = np.divide(
        part.fill_null(0).to_numpy(), divisor, out=np.full(len(divisor), np.nan), where=divisor > 0, dtype=np.float64
    )
    return pl.Series(part.name, found, nan_to_null=True)


def _where(known: pl.Series, values: pl.Series) -> pl.Series:
    return pl.select(pl.when(known).then(values)).to_series()


def _like(sums: pl.DataFrame, fewer: pl.DataFrame) -> pl.DataFrame:
    """``fewer`` with a zero for each of the amounts of ``sums`` that it lacks."""
    return fewer.select(pl.col(name) if name in fewer.columns else 0 * ONE.alias(name) for name in sums.columns)


def _with_new_days(facts: pl.DataFrame) -> pl.DataFrame:
    """Facts with ``entries``, and a 1 where one is the first of its person's day, or of that day on its project."""
    facts = facts.sort("known_at")
    return facts.with_columns(
        entries=ONE,
        new_day=pl.struct("person_id", "day").is_first_distinct().cast(pl.Int64),
        new_project_day=pl.struct("person_id", "project_id", "day").is_first_distinct().cast(pl.Int64),
    )
