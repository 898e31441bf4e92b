"""Who could fill a request: the people with its job role, and how many of them are free now and in some weeks.

A person is free at a moment where at least half of the weekly hours are not booked. "In four weeks" is as the bookings
known as of then have it. Each person's bookings are added up over time once, and the people's states by job role after
that, so that the cost grows with the bookings and not with the subjects.
"""

from dataclasses import dataclass

import polars as pl

from models.point_in_time import INSTANT, versions
from models.records import Records
from models.running_sums import RunningSums, movements
from models.staffing_risk.queue import REGION, ROLE, SKILL, Owner
from models.staffing_risk.requests import each_skill, skills

AHEAD = (0, 14, 28, 56)
"""For how many days ahead it is told who is free."""
USUAL_WEEK = 40
"""Weekly hours of who has none on record."""
_NEVER = pl.lit(None, dtype=INSTANT)


@dataclass(frozen=True)
class _Sums:
    """The sums of one look ahead by each of the three owners."""

    by: dict[Owner, RunningSums]


class Bench:
    """People and their bookings as sums by job role, region and skill: made once, asked for many subjects."""

    def __init__(self, records: Records) -> None:
        people = versions(records, "people", ["job_role", "region", "skills", "hours_per_week", "left_on"])
        bookings = versions(
            records, "assignments", ["person_id", "starts_on", "ends_on", "hours_per_week", "released_on"]
        )
        self._ahead = {days: _sums(_states(people, bookings, days)) for days in AHEAD}

    def people(self, subjects: pl.DataFrame, owner: Owner) -> pl.Series:
        """How many people are employed as of then."""
        return self._ahead[0].by[owner].at(subjects)["employed"]

    def fields(self, subjects: pl.DataFrame) -> pl.DataFrame:
        """``people_role``, ``people_region``, ``people_skill`` and, for each look ahead, ``free_role_N`` and so on.

        All are null where nobody with the job role is on record, and ``free_*`` where none of them was ever booked.
        Those of the region and the skill are null where the request names none.
        """
        fields: dict[str, pl.Series] = {}
        for days in AHEAD:
            for name, owner in (("role", ROLE), ("region", REGION), ("skill", SKILL)):
                found = self._ahead[days].by[owner].at(subjects)
                fields[f"free_{name}_{days}"] = found["free"]
                if days == 0:
                    fields[f"people_{name}"] = found["employed"]
                    if owner == ROLE:
                        fields["booked"] = found["booked"]
        frame = pl.DataFrame(fields).with_columns(region=subjects["region"], skill=subjects["skill"])
        some = pl.col("people_role") > 0
        told = some & (pl.col("booked") > 0)
        named = {"role": pl.lit(value=True), **{name: pl.col(name).is_not_null() for name in ("region", "skill")}}
        return frame.select(
            *(pl.when(some & named[name]).then(f"people_{name}").alias(f"people_{name}") for name in named),
            *(
                pl.when(told & named[name]).then(f"free_{name}_{days}").alias(f"free_{name}_{days}")
                for name in named
                for days in AHEAD
            ),
        )


def _sums(states: pl.DataFrame) -> _Sums:
    amounts = ("employed", "free", "booked")
    moves = movements(states, amounts)
    by: dict[Owner, RunningSums] = {owner: RunningSums(moves, owner, amounts) for owner in (ROLE, REGION)}
    return _Sums(by | {SKILL: RunningSums(each_skill(moves), SKILL, amounts)})


def _states(people: pl.DataFrame, bookings: pl.DataFrame, days: int) -> pl.DataFrame:
    """From when until when each person was employed, free in ``days`` days, and had ever been booked: flags as 0 or 1.

    Columns ``job_role``, ``region``, ``wanted`` (the skills held), ``known_at``, ``known_until``.
    """
    booked = RunningSums(movements(_booked(bookings, days), _BOOKED), "person_id", _BOOKED)
    moments = pl.concat(
        [
            people.select("person_id", "known_at"),
            movements(_booked(bookings, days), _BOOKED).select("person_id", "known_at"),
        ]
    ).drop_nulls()
    moments = moments.unique().sort("person_id", "known_at")
    moments = moments.hstack(booked.at(moments, "known_at").select(_BOOKED))
    week = (pl.col("hours_per_week").fill_null(USUAL_WEEK) * 3600).round().cast(pl.Int64, strict=False)
    persons = people.select(
        "person_id", "known_at", "job_role", "region", week=week, wanted=skills(pl.col("skills")),
        here=pl.col("left_on").is_null(),
    )  # fmt: skip
    taken = pl.col("seconds") + pl.col("whole_weeks") * pl.col("week")
    here = pl.col("here")
    states = (
        moments.sort("known_at")
        .join_asof(persons.sort("known_at"), on="known_at", by="person_id", check_sortedness=False)
        .sort("person_id", "known_at")
        .with_columns(known_until=pl.col("known_at").shift(-1).over("person_id"))
        .drop_nulls("here")
    )
    return states.select(
        "job_role", "region", "wanted", "known_at", "known_until",
        employed=here.cast(pl.Int64),
        free=(here & (2 * taken <= pl.col("week"))).cast(pl.Int64),
        booked=(here & (pl.col("ever") > 0)).cast(pl.Int64),
    )  # fmt: skip


_BOOKED = ("seconds", "whole_weeks", "ever")


def _booked(bookings: pl.DataFrame, days: int) -> pl.DataFrame:
    """From when until when each version of a booking takes its person, seen from ``days`` days before."""
    ahead = pl.duration(days=days)
    ends = pl.min_horizontal("ends_on", "released_on")
    taken = bookings.select(
        "person_id",
        known_at=pl.max_horizontal("known_at", _starts(pl.col("starts_on")) - ahead),
        known_until=pl.min_horizontal("known_until", _starts(ends) + pl.duration(days=1) - ahead),
        seconds=(pl.col("hours_per_week") * 3600).round().cast(pl.Int64, strict=False),
        whole_weeks=pl.col("hours_per_week").is_null().cast(pl.Int64),
        starts="starts_on",
    ).filter(
        pl.col("starts").is_not_null(),
        pl.col("known_until").is_null() | (pl.col("known_at") < pl.col("known_until")),
    )
    seen = bookings.select("person_id", "known_at", known_until=_NEVER, ever=pl.lit(1, dtype=pl.Int64))
    both = pl.concat([taken.drop("starts"), seen], how="diagonal")
    return both.with_columns(pl.col(_BOOKED).fill_null(0))


def _starts(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Datetime("us")).dt.replace_time_zone("UTC").cast(INSTANT)
