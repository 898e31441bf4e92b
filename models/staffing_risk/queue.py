"""The queue that a request stands in: how many similar ones wait, come and go, and how many were filled in time.

Similar are those for the same job role; of these, those in the same region, or that want the same skill; and those of
the same requester, project or client. What a request came to is held against the date it was first needed by, so that
a date that was moved does not make a late one look punctual.
"""

import polars as pl

from models.running_sums import RunningSums, movements
from models.staffing_risk.requests import FORGOTTEN_DAYS, each_skill

AMOUNTS = ("open", "opened", "filled", "in_time", "late")
SINCE = "since"
"""Beside the amounts: the minutes at which the open ones were opened, added up, so that their waiting can be told."""
MINUTE = 60_000_000
"""In microseconds."""
YEAR = 365
SEASON = 91
PRIOR = 8
"""A share of few requests is drawn towards that of the whole job role, as if so many more had been seen."""
PACE_PRIOR = 4
"""A pace of few requests is drawn towards the usual one, as if so many more had been filled as expected."""
WINDOWS = (28, 56, 84)

Owner = tuple[str, ...]
"""The columns by which requests are similar."""

ROLE: Owner = ("job_role",)
REGION: Owner = ("job_role", "region")
SKILL: Owner = ("job_role", "skill")
REQUESTER: Owner = ("requester",)
PROJECT: Owner = ("project_id",)
CLIENT: Owner = ("client_id",)
RATE: Owner = ("job_role", "grade", "region")


class Queue:
    """The sums of all requests by what makes them similar: made once, asked for many subjects."""

    def __init__(self, requests: pl.DataFrame, projects: pl.DataFrame) -> None:
        spans = _spans(requests)
        moves = _told_since(movements(spans, AMOUNTS))
        sums = (*AMOUNTS, SINCE)
        self._by: dict[Owner, RunningSums] = {
            owner: RunningSums(moves, owner, sums) for owner in (ROLE, REGION, REQUESTER, PROJECT)
        }
        self._by[SKILL] = RunningSums(each_skill(moves), SKILL, sums)
        self._by[CLIENT] = RunningSums(_told_since(movements(_of_clients(spans, projects), AMOUNTS)), CLIENT, sums)
        self._rates = RunningSums(movements(_rated(requests), ("cents", "rated")), RATE, ("cents", "rated"))

    def open(self, subjects: pl.DataFrame, owner: Owner) -> pl.Series:
        """How many requests of the owner are open as of then, the subject's own among them."""
        return self._by[owner].at(subjects)["open"]

    def seen_a_season(self, subjects: pl.DataFrame) -> pl.Series:
        """Whether similar requests were known a season ago. Before, a month would only tell how old a row is."""
        then = pl.col("as_of").dt.offset_by(f"-{SEASON}d")
        return self._by[ROLE].at(subjects, then)["opened"] > 0

    def flows(self, subjects: pl.DataFrame, owner: Owner, days: int) -> pl.DataFrame:
        """How many were ``opened``, ``filled``, filled ``in_time`` and ``late`` over the last days.

        One that was taken back counts against the others of those days; where only such ones are left, there were none.
        """
        return self._by[owner].within(subjects, days).with_columns(pl.col(*AMOUNTS).clip(0))

    def in_time(self, subjects: pl.DataFrame, owner: Owner, prior: pl.Series) -> pl.Series:
        """The share filled in time of the owner's requests whose date came in the last year, drawn towards ``prior``.

        Null where nothing is known of the owner, or of the prior.
        """
        year = self.flows(subjects, owner, YEAR).select("in_time", count=pl.col("in_time") + pl.col("late"))
        share = (pl.col("in_time") + PRIOR * pl.col("prior")) / (pl.col("count") + PRIOR)
        return year.with_columns(prior=prior).select(share=pl.when(pl.col("count") > 0).then(share))["share"]

    def in_time_of_role(self, subjects: pl.DataFrame) -> pl.Series:
        """The share filled in time of all requests for the job role whose date came in the last year."""
        year = self.flows(subjects, ROLE, YEAR)
        count = pl.col("in_time") + pl.col("late")
        return year.select(share=pl.when(count > 0).then(pl.col("in_time") / count))["share"]

    def fill_rate(self, subjects: pl.DataFrame) -> pl.Series:
        """How many requests for the job role were filled in the last year for each minute that one waited."""
        filled, waited = self._filled_and_waited(subjects, ROLE, YEAR)
        frame = pl.DataFrame({"filled": filled, "waited": waited})
        some = (pl.col("filled") > 0) & (pl.col("waited") > 0)
        return frame.select(rate=pl.when(some).then(pl.col("filled") / pl.col("waited")))["rate"]

    def pace(self, subjects: pl.DataFrame, owner: Owner, days: int, rate: pl.Series) -> pl.Series:
        """How fast the owner's requests were filled in the last days, against ``rate``: 1 as fast, 0.5 half as fast.

        It is the number filled, divided by how many would have been had each filled as often for its waiting. Unlike a
        share in time, it does not look better where more notice is given. Null without a rate.
        """
        filled, waited = self._filled_and_waited(subjects, owner, days)
        frame = pl.DataFrame({"filled": filled, "waited": waited, "rate": rate})
        pace = (pl.col("filled") + PACE_PRIOR) / (pl.col("waited") * pl.col("rate") + PACE_PRIOR)
        return frame.select(pace=pace)["pace"]

    def _filled_and_waited(self, subjects: pl.DataFrame, owner: Owner, days: int) -> tuple[pl.Series, pl.Series]:
        """How many were filled in the last days, and the minutes that all open ones waited in them."""
        then = pl.col("as_of").dt.offset_by(f"-{days}d")
        now, before = self._by[owner].at(subjects), self._by[owner].at(subjects, then)
        waited = _waited(now, subjects["as_of"]) - _waited(before, subjects.select(then)["as_of"])
        return now["filled"] - before["filled"], waited

    def usual_rate(self, subjects: pl.DataFrame) -> pl.Series:
        """Mean bill rate of the last year's requests for the same job role, grade and region, which share a currency.

        The subject's own rate is among them.
        """
        year = self._rates.within(subjects.with_columns(_known(RATE[1:])), YEAR)
        rate = pl.col("cents") / (pl.col("rated") * 100)
        return year.select(rate=pl.when(pl.col("rated") > 0).then(rate))["rate"]


def _spans(requests: pl.DataFrame) -> pl.DataFrame:
    """From when until when each version counts in which amount; ``known_until`` null = still."""
    owners = ["job_role", "region", "requester", "project_id", "wanted"]
    filled, cancelled = pl.col("filled"), pl.col("cancelled")
    after = pl.col("ended") > pl.col("first_deadline")
    standing = requests.select(
        *owners, "known_at", "known_until",
        opened=pl.lit(1, dtype=pl.Int64), filled=filled.cast(pl.Int64),
        in_time=(filled & ~after).cast(pl.Int64), late=((filled | cancelled) & after).cast(pl.Int64),
    )  # fmt: skip
    forgotten = pl.col("deadline") + pl.duration(days=FORGOTTEN_DAYS)
    waiting = requests.filter("open").select(
        *owners, "known_at", known_until=pl.min_horizontal("known_until", forgotten), open=pl.lit(1, dtype=pl.Int64)
    )
    overdue = requests.filter("open").select(
        *owners,
        "known_until",
        known_at=pl.max_horizontal("known_at", pl.col("first_deadline")),
        late=pl.when(pl.col("first_deadline").is_not_null()).then(pl.lit(1, dtype=pl.Int64)),
    )
    some = pl.col("known_until").is_null() | (pl.col("known_at") < pl.col("known_until"))
    spans = pl.concat([standing, waiting.filter(some), overdue.filter(some)], how="diagonal")
    return spans.with_columns(pl.col(AMOUNTS).fill_null(0))


def _told_since(moves: pl.DataFrame) -> pl.DataFrame:
    """Adds the minute of each move, as often as it adds an open request."""
    minute = pl.col("known_at").dt.epoch("us").floordiv(MINUTE)
    return moves.with_columns((pl.col("open") * minute).alias(SINCE))


def _waited(sums: pl.DataFrame, at: pl.Series) -> pl.Series:
    """The minutes that all requests together had waited by ``at``, from whatever beginning."""
    minute = at.dt.epoch("us").to_frame("at").select(pl.col("at").floordiv(MINUTE))["at"]
    return sums["open"] * minute - sums[SINCE]


def _of_clients(spans: pl.DataFrame, projects: pl.DataFrame) -> pl.DataFrame:
    """The spans of requests cut by those of their projects' clients: a client counts from when it was known."""
    clients = projects.select("project_id", "client_id", since="known_at", until="known_until").drop_nulls("client_id")
    return (
        spans.drop("job_role", "region", "requester", "wanted")
        .join(clients, on="project_id")
        .with_columns(
            known_at=pl.max_horizontal("known_at", "since"), known_until=pl.min_horizontal("known_until", "until")
        )
        .filter(pl.col("known_until").is_null() | (pl.col("known_at") < pl.col("known_until")))
        .drop("since", "until")
    )


def _rated(requests: pl.DataFrame) -> pl.DataFrame:
    cents = (pl.col("bill_rate") * 100).round().cast(pl.Int64, strict=False)
    return requests.select(
        "job_role", _known("grade"), _known("region"), "known_at", "known_until",
        cents=cents, rated=cents.is_not_null().cast(pl.Int64),
    )  # fmt: skip


def _known(columns: str | tuple[str, ...]) -> pl.Expr:
    """Words as owners: an unknown one is a group of its own."""
    return pl.col(columns).fill_null("")
