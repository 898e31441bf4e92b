"""The project of an entry as it was known, and how often entries on it were questioned lately.

Shares are of projects, managers and clients, never of a person's own entries: see the decision record on what a
person's past may tell.
"""

import polars as pl

from models.point_in_time import standing, versions
from models.records import Records
from models.running_sums import RunningSums
from models.unusual_time.facts import ONE, Facts, only
from models.unusual_time.habits import PROJECT_DAYS, ratio

COUNTS = ["entries", "questioned"]
OWNERS = {"project": "project_id", "manager": "manager_id", "client": "client_id"}
SECONDS_AN_HOUR = 3600
CELLS = (
    "client_id", "manager_id", "currency", "budget_hours", "starts_on", "ends_on", "closed_at", "service_line",
    "billing", "region",
)  # fmt: skip


def with_project(records: Records, frame: pl.DataFrame) -> pl.DataFrame:
    """Adds to ``frame`` (``row``, ``project_id``, ``day``, ``as_of``) the cells of its project as known at ``as_of``.

    Dates are told from the day of work; the project's region is ``project_region``.
    """
    known = versions(records, "projects", CELLS).rename({"region": "project_region"})
    wanted = frame.select("row", "project_id", "as_of").drop_nulls("project_id")
    found = wanted.join(known, on="project_id").filter(standing())
    found = found.drop("project_id", "as_of", "known_at", "known_until").with_columns(found=pl.lit(1, dtype=pl.Int64))
    frame = frame.join(found, on="row", how="left", maintain_order="left")
    return frame.with_columns(
        days_after_project_start=(pl.col("day") - pl.col("starts_on")).dt.total_days(),
        days_after_project_end=(pl.col("day") - pl.col("ends_on")).dt.total_days(),
        client_project=pl.when(pl.col("project_id").is_null())
        .then(0)
        .otherwise(pl.col("client_id").is_not_null().cast(pl.Int64) * pl.col("found")),
        project_closed=pl.col("closed_at").is_not_null().cast(pl.Int64) * pl.col("found"),
    ).drop("found", "starts_on", "ends_on", "closed_at")


def client_facts(records: Records, facts: Facts, counted: pl.DataFrame) -> pl.DataFrame:
    """Those of ``counted`` (``project_id`` as number, ``known_at``) whose project had a client when they were known.

    Adds ``client_id`` and ``manager_id`` as they were known then.
    """
    known = facts.numbered(versions(records, "projects", ["client_id", "manager_id"]))
    known = known.filter(pl.col("client_id").is_not_null()).drop_nulls("project_id")
    named = known.rename({"known_at": "told_at"})
    still = pl.col("known_until").is_null() | (pl.col("known_until") > pl.col("known_at"))
    return counted.join(named, on="project_id").filter(pl.col("told_at") <= pl.col("known_at"), still)


class Questioned:
    """How often entries of projects, managers and clients were questioned: made once, asked for many subjects."""

    def __init__(self, records: Records, facts: Facts, on_clients: pl.DataFrame, subjects: pl.DataFrame) -> None:
        questioned = client_facts(records, facts, facts.questioned)
        columns = ["known_at", *OWNERS.values()]
        zero = 0 * ONE
        both = pl.concat([
            on_clients.select(*columns, entries=ONE, questioned=zero),
            questioned.select(*columns, entries=zero, questioned=ONE),
        ])  # fmt: skip
        self._sums = {name: RunningSums(only(both, subjects, [owner]), owner, COUNTS) for name, owner in OWNERS.items()}

    def of(self, subjects: pl.DataFrame) -> pl.DataFrame:
        """The shares of the last 12 weeks, at most 1, in the order of ``subjects``.

        ``subjects`` have ``project_id`` as a number, ``manager_id``, ``client_id`` and ``as_of``. It is what was
        questioned in these weeks for each entry that became known in them.
        """
        shares = {}
        for name, sums in self._sums.items():
            counts = sums.within(subjects, PROJECT_DAYS)
            shares[f"{name}_questioned_share"] = ratio(counts["questioned"], counts["entries"]).clip(upper_bound=1.0)
        return pl.DataFrame(shares)


class Budgets:
    """How much of their hours projects have used: made once, asked for many subjects."""

    def __init__(self, facts: Facts, subjects: pl.DataFrame) -> None:
        budgeted = subjects.filter(pl.col("budget_hours") > 0)
        self._sums = RunningSums(only(facts.moves, budgeted, ["project_id"]), "project_id", ["seconds"])

    def of(self, subjects: pl.DataFrame) -> pl.Series:
        """Hours known of the project at ``as_of`` for each hour of its budget; null without one."""
        budget = subjects.select(seconds=(pl.col("budget_hours") * SECONDS_AN_HOUR).round().cast(pl.Int64))["seconds"]
        return ratio(self._sums.at(subjects)["seconds"], budget).alias("budget_used_share")
