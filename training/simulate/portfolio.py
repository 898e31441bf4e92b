"""Clients, projects and (hidden) how each project stands from week to week.

Trouble is a Markov chain by week: calm, strained, troubled. How easily a project slides into it belongs to its client,
its manager and its contract, so that the past of a client or a manager tells something, and never all.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats, Ints
from training.simulate.calendar import DAYS_A_WEEK, NEVER, Calendar, add_workdays, next_workday
from training.simulate.chance import Chance, picks
from training.simulate.people import People
from training.simulate.world import (
    BILLING_SHARES,
    CALM,
    NEW_PRACTICE,
    PRACTICES,
    REGIONS,
    STRAINED,
    TROUBLED,
)

BILLABLE_SHARE = 0.86
"""Of the firm's capacity: what its projects would need if all were staffed in time."""
WEEKS = (6.0, 24.0, 70.0)
"""Planned duration of a project: shortest, mean, longest."""
POSITIONS = (2, 4.0, 12)
"""Positions of a project: fewest, mean, most."""
SLIDE, WORSEN, RECOVER, CALM_DOWN = 0.030, 0.075, 0.065, 0.075
"""Chances a week: calm to strained, strained to troubled, troubled to strained, strained to calm."""
WINDS_UP_WEEKS = 26
"""After its end a project still has bills to write: how it stands goes on for that long."""


@dataclass(frozen=True)
class Clients:
    """Hidden habits: ``difficulty`` (log of how easily its projects slide), ``accept_days`` to look at what is handed
    over, ``pay_days``, ``dispute`` share of invoices, and ``strictness`` about time that is billed to it."""

    difficulty: Floats
    accept_days: Floats
    pay_days: Floats
    dispute: Floats
    strictness: Floats

    def names(self) -> list[str]:
        return [f"C{number:04}" for number in range(1, len(self.difficulty) + 1)]


@dataclass(frozen=True)
class Managers:
    """People who run projects (``person``, indices into people). Hidden: ``slack`` lets things slide, ``candour`` is the
    share of the truth that each forecast admits, ``skips`` how often a review is skipped."""

    person: Ints
    slack: Floats
    candour: Floats
    skips: Floats
    strictness: Floats


@dataclass(frozen=True)
class Projects:
    """A row a project; days and weeks are those of the calendar. ``trouble`` is (projects, weeks), -1 before it
    starts and long after its end; ``slide`` multiplies the chance of sliding into trouble."""

    client: Ints
    manager: Ints
    practice: Ints
    line: Ints
    region: Ints
    billing: Ints
    positions: Ints
    signed: Ints
    starts: Ints
    planned_end: Ints
    ends: Ints
    closed: Ints
    slide: Floats
    trouble: Ints

    def __len__(self) -> int:
        return len(self.client)

    def names(self) -> list[str]:
        return [f"J{number:05}" for number in range(1, len(self) + 1)]

    def standing(self, project: Ints, week: Ints) -> Ints:
        """How these projects stand in these weeks; calm before they run, and long after they have ended."""
        state = self.trouble[project, np.clip(week, 0, self.trouble.shape[1] - 1)]
        return np.where(state < 0, CALM, state)


def clients(count: int, chance: Chance) -> Clients:
    luck = chance.of("clients")
    size = max(6, count // 9)
    difficulty = luck.normal(0.0, 0.6, size)
    return Clients(
        difficulty=difficulty,
        accept_days=np.clip(luck.lognormal(np.log(6.0), 0.55, size) * np.exp(0.2 * difficulty), 1.5, 30.0),
        pay_days=np.clip(luck.normal(38.0, 10.0, size), 14.0, 90.0),
        dispute=np.clip(luck.beta(1.5, 18.0, size) * np.exp(0.3 * difficulty), 0.0, 0.5),
        strictness=luck.normal(0.0, 0.7, size),
    )


def managers(staff: People, chance: Chance) -> Managers:
    """A third of the senior grades manage projects."""
    luck = chance.of("managers")
    senior = np.flatnonzero((staff.grade >= 3) & ~staff.contractor)
    chosen = np.sort(luck.permutation(senior)[: max(4, len(senior) // 3)])
    size = len(chosen)
    return Managers(
        person=chosen,
        slack=luck.normal(0.0, 0.5, size),
        candour=np.clip(luck.beta(3.0, 2.2, size), 0.12, 0.95),
        skips=luck.beta(1.2, 14.0, size),
        strictness=luck.normal(0.0, 0.5, size),
    )


def transition(slide: Floats) -> Floats:
    """The chances of a week's change of standing, (projects, from, to); rows add up to one."""
    steps = np.zeros((len(slide), 3, 3))
    into, worse = np.minimum(SLIDE * slide, 0.5), np.minimum(WORSEN * np.sqrt(slide), 0.4)
    steps[:, CALM, STRAINED] = into
    steps[:, CALM, CALM] = 1 - into
    steps[:, STRAINED, CALM] = CALM_DOWN
    steps[:, STRAINED, TROUBLED] = worse
    steps[:, STRAINED, STRAINED] = 1 - CALM_DOWN - worse
    steps[:, TROUBLED, STRAINED] = RECOVER
    steps[:, TROUBLED, TROUBLED] = 1 - RECOVER
    return steps


def projects(
    count: int, staff: People, whose: Clients, run_by: Managers, calendar: Calendar, chance: Chance
) -> Projects:
    """As many projects as keep `BILLABLE_SHARE` of ``count`` people busy."""
    luck = chance.of("projects")
    weekly = BILLABLE_SHARE * count / (POSITIONS[1] * 0.86 * WEEKS[1])
    starts_week = np.repeat(np.arange(calendar.weeks), luck.poisson(weekly * _season(calendar)))
    # What runs when the simulation begins did not all begin with it.
    before = -luck.integers(0, int(WEEKS[1] * 1.3), int(weekly * WEEKS[1]))
    starts_week = np.concatenate([before, starts_week])
    size = len(starts_week)
    starts = starts_week * DAYS_A_WEEK + luck.choice([0, 0, 0, 1, 2], size)
    practice = _practices(starts, calendar, luck)
    billing = picks(luck, np.broadcast_to(np.array(BILLING_SHARES), (size, 3)))
    duration = np.clip(
        luck.lognormal(np.log(WEEKS[1]) - 0.18, 0.6, size) * np.where(billing == 2, 1.5, 1.0), WEEKS[0], WEEKS[2]
    )
    client = _busy(len(whose.difficulty), size, luck)
    manager = _managers(starts, duration, staff, run_by, luck)
    line = luck.integers(0, 2, size) % np.array([len(each.service_lines) for each in PRACTICES])[practice]
    region = staff.region[run_by.person][manager]
    slide = np.exp(
        whose.difficulty[client] + run_by.slack[manager] + np.where(billing == 0, 0.25, -0.1)
        + np.where(practice == NEW_PRACTICE, 0.35, 0.0) + 0.1 * np.log(duration / WEEKS[1]) - 0.3
    )  # fmt: skip
    planned_end = starts + np.round(duration).astype(np.int64) * DAYS_A_WEEK - 3
    run = _run(starts, planned_end, slide, calendar, luck)
    positions = np.clip(luck.poisson(POSITIONS[1] - 1.2, size) + 1 + (duration > 30), POSITIONS[0], POSITIONS[2])
    closed = add_workdays(run.ends, luck.integers(5, 30, size))
    return Projects(
        client=client, manager=manager, practice=practice, line=line, region=region, billing=billing,
        positions=positions, signed=next_workday(starts - luck.integers(5, 40, size)), starts=starts,
        planned_end=planned_end, ends=run.ends, closed=np.where(closed < calendar.days, closed, NEVER), slide=slide,
        trouble=run.trouble,
    )  # fmt: skip


@dataclass(frozen=True)
class _Run:
    ends: Ints
    trouble: Ints


def _run(starts: Ints, planned_end: Ints, slide: Floats, calendar: Calendar, luck: np.random.Generator) -> _Run:
    """Lets every project live week by week. A strained week pushes the end by one day, a troubled one by three."""
    steps = np.cumsum(transition(slide), axis=2)
    trouble = np.full((len(starts), calendar.weeks), -1, dtype=np.int64)
    state = np.where(luck.random(len(starts)) < 0.15, STRAINED, CALM)
    push = np.zeros(len(starts))
    first, rows = starts // DAYS_A_WEEK, np.arange(len(starts))
    ends = planned_end.copy()
    for week in range(int(first.min()), calendar.weeks):
        runs = (first <= week) & (ends >= week * DAYS_A_WEEK)
        lives = (first <= week) & (ends + WINDS_UP_WEEKS * DAYS_A_WEEK >= week * DAYS_A_WEEK)
        lot = luck.random(len(starts))
        moved = (lot[:, None] > steps[rows, state]).sum(axis=1)
        state = np.where(lives & (first < week), moved, state)
        if week >= 0:
            trouble[lives, week] = state[lives]
        push += np.where(runs, np.array([0.0, 1.0, 3.0])[state], 0.0)
        ends = planned_end + (push // DAYS_A_WEEK).astype(np.int64) * DAYS_A_WEEK
    return _Run(ends, trouble)


def _season(calendar: Calendar) -> Floats:
    """Projects begin after New Year and after the summer, few in August and December."""
    month = (calendar.month_of[np.arange(calendar.weeks) * DAYS_A_WEEK] % 12).astype(np.int64)
    return np.array([1.35, 1.15, 1.05, 1.0, 1.0, 0.95, 0.8, 0.65, 1.3, 1.15, 0.95, 0.65])[month]


def _practices(starts: Ints, calendar: Calendar, luck: np.random.Generator) -> Ints:
    month = calendar.month_of[np.clip(starts, 0, calendar.days - 1)]
    shares = np.array([practice.share for practice in PRACTICES])
    since = np.array([practice.since_month for practice in PRACTICES])
    opened = (since == 0) | (since <= month[:, None])
    return picks(luck, np.where(opened, shares, 0.0))


def _busy(count: int, size: int, luck: np.random.Generator) -> Ints:
    """A few clients buy much, most buy little."""
    weight = luck.permutation(1.0 / np.arange(3, count + 3) ** 0.6)
    return luck.choice(count, size, p=weight / weight.sum())


def _managers(starts: Ints, duration: Floats, staff: People, run_by: Managers, luck: np.random.Generator) -> Ints:
    """Somebody who is with the firm when the project starts, and (as far as there is one) when it should end."""
    joined, left = staff.joined[run_by.person], staff.left[run_by.person]
    there = (joined[None, :] <= np.maximum(starts, 0)[:, None]) & (left[None, :] > np.maximum(starts, 0)[:, None])
    stays = there & (left[None, :] > (starts + duration * DAYS_A_WEEK)[:, None])
    lots = luck.random((len(starts), len(run_by.person)))
    return np.argmax(lots + 2.0 * there + 2.0 * stays, axis=1)


def region_names(region: Ints) -> list[str]:
    return [REGIONS[each].code for each in region]
