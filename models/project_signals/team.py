"""Who works on a project, for how long, at what rates: bookings as intervals in which they were known to hold.

A booking holds from its start, or from when it was known if that is later, to its end; until it is known to be another.
What holds at an instant, and what held summed over all days before, are then sums of what began less what ended.
"""

import polars as pl

from models.exact import quotient
from models.local_time import start_of_day
from models.point_in_time import ALWAYS, INSTANT, versions, zones
from models.project_signals.sums import FLOW, cents, day_number, difference, flag, margin, share
from models.records import Records
from models.running_sums import RunningSums, movements

BOOKING_CELLS = ("project_id", "person_id", "starts_on", "ends_on", "released_on", "hours_per_week", "bill_rate")
"""The cells of assignments that are read, here and where `models.project_signals.workload` looks at booked days."""

CHURN_DAYS = 56
RELEASE_DAYS = 28
LONGEST_WEEK = 168
MOST_A_RATE = 1e7
MINUTES_A_WEEK_AS_HOURS_A_DAY = 60 * 7
"""A booking of so many minutes a week is an hour a calendar day."""

_MINUTES = (
    "minutes", "of_known_employment", "of_contractors", "of_known_grade", "by_grade", "of_known_rate", "by_rate",
)  # fmt: skip
_BY_CURRENCY = ("by_bill_rate", "by_cost_rate")
_LASTS = (pl.col("known_at") < pl.col("known_until")).fill_null(value=True)


def team(records: Records, bookings: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of the team, and ``booked_hours_28`` and ``booked_hours_84``, in the order of ``subjects``.

    ``bookings`` are versions of assignments with `BOOKING_CELLS`, ``subjects`` has ``project_id``, ``as_of`` and
    ``currency``. Booked hours are those of the days before ``as_of``, as
    they were known on each day. A team's margin is that of the bookings whose bill rate and cost rate are known and in
    the project's currency.
    """
    held = _held(bookings, zones(records))
    pieces = _pieces(held, records)
    presence = _presence(held, subjects)
    booked = _Integrals(pieces, subjects)
    now, so_far = booked.now, booked.over()
    grade, rate = (
        share(now["by_grade"], now["of_known_grade"], 0, 99),
        share(now["by_rate"], now["of_known_rate"], 0, 1e9),
    )
    usual_grade = share(so_far["by_grade"], so_far["of_known_grade"], 0, 99)
    usual_rate = share(so_far["by_rate"], so_far["of_known_rate"], 0, 1e9)
    priced = RunningSums(movements(pieces, _BY_CURRENCY), ["project_id", "currency"], _BY_CURRENCY).at(subjects)
    return presence.with_columns(
        team_contractor_share=share(now["of_contractors"], now["of_known_employment"]),
        team_grade=grade,
        team_grade_change=difference(grade, usual_grade),
        team_rate_change=difference(share(rate, usual_rate, 0, FLOW), pl.repeat(1.0, rate.len(), eager=True)),
        team_margin=margin(priced["by_cost_rate"], priced["by_bill_rate"]),
        booked_hours_28=_hours(booked.over(28)["minutes"]),
        booked_hours_84=_hours(booked.over(84)["minutes"]),
    )


def _hours(minutes_a_week_by_days: pl.Series) -> pl.Series:
    divisor = pl.repeat(MINUTES_A_WEEK_AS_HOURS_A_DAY, minutes_a_week_by_days.len(), eager=True)
    return share(minutes_a_week_by_days, divisor, 0, 1e9)


def _held(bookings: pl.DataFrame, clocks: pl.DataFrame) -> pl.DataFrame:
    """Each version of an assignment with the interval in which it held, as ``known_at`` and ``known_until``."""
    booked = bookings.join(clocks, on="person_id", how="left", maintain_order="left")
    zone = booked["timezone"]
    # Who ends on a Friday and is booked again from Monday has not left.
    day_after = booked.select(day=pl.min_horizontal("ends_on", "released_on").clip(upper_bound=pl.date(9000, 1, 1)))
    weekday_after = day_after.select(pl.col("day").dt.add_business_days(1, roll="backward"))["day"]
    return (
        booked.with_columns(
            known_at=pl.max_horizontal("known_at", start_of_day(booked["starts_on"], zone)),
            known_until=pl.min_horizontal("known_until", start_of_day(weekday_after, zone)),
        )
        .filter(_LASTS)
        .drop("starts_on", "ends_on", "released_on", "timezone")
    )


def _presence(held: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """How many people are on the project, and the shares of them that joined and that were released lately."""
    person = ["project_id", "person_id"]
    moves = movements(held.select(*person, "known_at", "known_until", count=pl.lit(1, dtype=pl.Int64)), ["count"])
    there = (
        moves.group_by(*person, "known_at")
        .agg(pl.col("count").sum())
        .sort(*person, "known_at")
        .with_columns(there=flag(pl.col("count").cum_sum().over(person) > 0))
        .with_columns(change=pl.col("there") - pl.col("there").shift(1, fill_value=0).over(person))
        .select("project_id", "known_at", joined=flag(pl.col("change") > 0), released=flag(pl.col("change") < 0))
    )
    sums = RunningSums(there, "project_id", ["joined", "released"])
    now, lately = sums.at(subjects), sums.within(subjects, CHURN_DAYS)
    released = sums.within(subjects, RELEASE_DAYS)["released"]
    people = now["joined"] - now["released"]
    before = people + lately["released"]
    return pl.DataFrame({
        "team_people": people,
        "team_joined_share": share(lately["joined"], people),
        "team_released_share": share(lately["released"], before),
        "releases_a_week": quotient(released, RELEASE_DAYS / 7),
    })  # fmt: skip


def _pieces(held: pl.DataFrame, records: Records) -> pl.DataFrame:
    """The intervals cut where something about the person changed, with minutes a week times what is known of them."""
    whole = _with_person(held, records)
    minutes = (pl.coalesce("hours_per_week", "weekly_hours").fill_null(0).clip(0, LONGEST_WEEK) * 60).round()
    frame = whole.with_columns(
        minutes=minutes.cast(pl.Int64),
        level=pl.col("grade").str.extract(r"(\d{1,2})\D*$").cast(pl.Int64),
        bill=cents_of("bill_rate"),
        cost=cents_of("cost_rate"),
    )
    both = pl.col("bill").is_not_null() & pl.col("cost").is_not_null()
    return frame.select(
        "project_id",
        "known_at",
        "known_until",
        "minutes",
        currency="cost_currency",
        of_known_employment=pl.when(pl.col("employment").is_not_null()).then("minutes").otherwise(0),
        of_contractors=pl.when(pl.col("employment") == "contractor").then("minutes").otherwise(0),
        of_known_grade=pl.when(pl.col("level").is_not_null()).then("minutes").otherwise(0),
        by_grade=(pl.col("level") * pl.col("minutes")).fill_null(0),
        of_known_rate=pl.when(pl.col("bill").is_not_null()).then("minutes").otherwise(0),
        by_rate=(pl.col("bill") * pl.col("minutes")).fill_null(0),
        by_bill_rate=pl.when(both).then(pl.col("bill") * pl.col("minutes")).otherwise(0),
        by_cost_rate=pl.when(both).then(pl.col("cost") * pl.col("minutes")).otherwise(0),
    )


def cents_of(rate: str) -> pl.Expr:
    """An hourly rate in cents; one that no rate reaches is unknown."""
    return pl.when(pl.col(rate) <= MOST_A_RATE).then(cents(rate))


def _with_person(held: pl.DataFrame, records: Records) -> pl.DataFrame:
    """The intervals cut at each version of the booked person; before a person is known nothing is known of them."""
    columns = ["grade", "employment", "cost_rate", "cost_currency", "hours_per_week"]
    people = versions(records, "people", columns).rename({"hours_per_week": "weekly_hours"})
    first = people.group_by("person_id").agg(known_until=pl.col("known_at").min())
    unknown = (
        held.select("person_id")
        .unique()
        .join(first, on="person_id", how="left")
        .with_columns(known_at=ALWAYS - pl.duration(days=365_000))
    )
    known = pl.concat([people, unknown], how="diagonal").cast({"known_until": INSTANT})
    return (
        held.join(known.rename({"known_at": "since", "known_until": "till"}), on="person_id")
        .with_columns(
            known_at=pl.max_horizontal("known_at", "since"), known_until=pl.min_horizontal("known_until", "till")
        )
        .filter(_LASTS)
        .drop("since", "till")
    )


class _Integrals:
    """Sums of what holds now, and of what held on all days before: each beginning counts the days since it."""

    def __init__(self, pieces: pl.DataFrame, subjects: pl.DataFrame) -> None:
        self.subjects = subjects
        moves = movements(pieces, [*_MINUTES, *_BY_CURRENCY]).with_columns(day=day_number("known_at"))
        weighted = moves.with_columns((pl.col(name) * pl.col("day")).alias(f"{name}_days") for name in _MINUTES)
        self.sums = RunningSums(weighted, "project_id", [*_MINUTES, *(f"{name}_days" for name in _MINUTES)])
        self.now = self.sums.at(subjects)
        self._until_now = self._until(pl.col("as_of"))

    def _until(self, instant: pl.Expr) -> pl.DataFrame:
        at = self.subjects.select("project_id", as_of=instant)
        sums = self.sums.at(at).with_columns(day=at.select(day=day_number("as_of"))["day"])
        return sums.select((pl.col(name) * pl.col("day") - pl.col(f"{name}_days")).alias(name) for name in _MINUTES)

    def over(self, days: int | None = None) -> pl.DataFrame:
        """What held on the last ``days``, or on all, in minutes a week times days."""
        if days is None:
            return self._until_now
        return self._until_now - self._until(pl.col("as_of").dt.offset_by(f"-{days}d"))
