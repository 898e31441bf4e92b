"""Clients, projects and (hidden) how each project stands from week to week.

Trouble is a Markov chain by week: calm, strained, troubled. How easily a project slides into it belongs to its client,
its manager and its contract, so that the past of a client or a manager tells something, and never all.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats, Ints
from training.simulate.calendar import DAYS_A_WEEK, MONTHS_A_YEAR, NEVER, Calendar, add_workdays, next_workday
from training.simulate.chance import Chance, picks
from training.simulate.people import People
from training.simulate.world import (
    BILLING,
    BILLING_SHARES,
    CALM,
    NEW_PRACTICE,
    PRACTICES,
    REGIONS,
    RETAINER,
    STANDINGS,
    STRAINED,
    TROUBLED,
)

BILLABLE_SHARE = 0.86
"""Of the firm's capacity: what its projects would need if all were staffed in time."""
WEEKS = (6.0, 24.0, 70.0)
"""Planned duration of a project: shortest, mean, longest."""
WEEKS_SPREAD, RETAINER_WEEKS = 0.6, 1.5
"""Standard deviation of the log of the duration; how many times longer a retainer runs."""
POSITIONS = (2, 4.0, 12)
"""Positions of a project: fewest, mean, most."""
LONG_WEEKS = 30
"""Projects that are planned for longer have one position more."""
POSITION_LOAD = 0.86
"""Full weeks that a position takes up on average: many are part-time."""
RUNNING_BEFORE = 1.3
"""Mean durations before day 0 within which those began that run on it."""
STARTS_BY_MONTH = (1.35, 1.15, 1.05, 1.0, 1.0, 0.95, 0.8, 0.65, 1.3, 1.15, 0.95, 0.65)
"""Projects begin after New Year and after the summer, few in August and December."""
SIGNED_BEFORE, CLOSED_AFTER = (5, 40), (5, 30)
"""Days before its start when a project is signed, working days after its end when it is closed: at least, less than."""
SLIDE, WORSEN, RECOVER, CALM_DOWN = 0.030, 0.075, 0.065, 0.075
"""Chances a week: calm to strained, strained to troubled, troubled to strained, strained to calm."""
MOST_SLIDE, MOST_WORSEN = 0.5, 0.4
"""The highest chance of the first two, however easily a project slides."""
STRAINED_AT_START = 0.15
PUSHED_DAYS = (0.0, 1.0, 3.0)
"""Days by which a week pushes the end, by how the project stands."""
SLIDE_BY_BILLING = (0.25, -0.1, -0.1)
SLIDE_NEW_PRACTICE, SLIDE_WITH_LENGTH, SLIDE_USUAL = 0.35, 0.1, -0.3
"""Logs of how easily a project slides, beside its client and its manager: by billing, in the new practice, for each log
of its length over the mean, and for every project (so that the mean is about one)."""
CLIENTS_FOR, FEWEST_CLIENTS = 9, 6
"""People of the firm for each client."""
DIFFICULTY_SPREAD = 0.6
ACCEPT_DAYS, ACCEPT_SPREAD, ACCEPT_DIFFICULT = (1.5, 6.0, 30.0), 0.55, 0.2
"""Working days that a client takes to look at a milestone (least, median, most), spread of their log, and what each
point of difficulty adds to it."""
PAY_DAYS, PAY_SPREAD = (14.0, 38.0, 90.0), 10.0
"""Days from invoice to payment: least, mean, most."""
DISPUTE, DISPUTE_DIFFICULT, MOST_DISPUTE = (1.5, 18.0), 0.3, 0.5
"""Parameters of the beta law of the share of invoices that a client disputes (mean 8%), and what difficulty adds."""
CLIENT_STRICTNESS, MANAGER_STRICTNESS = 0.7, 0.5
SMALLER_CLIENTS = (3, 0.6)
"""Business goes down with a client's rank: the rank is counted from the first number, to the power of the second."""
MANAGING_GRADE, MANAGING_SHARE, FEWEST_MANAGERS = 3, 3, 4
"""One in three of those of this grade (counted from 0) or above manages projects."""
SLACK_SPREAD = 0.5
CANDOUR, CANDOUR_WITHIN = (3.0, 2.2), (0.12, 0.95)
"""Beta law of the share of the news that a manager's forecast admits (mean 0.58)."""
SKIPS = (1.2, 14.0)
"""Beta law of the share of monthly reviews that a manager skips (mean 8%)."""
WINDS_UP_WEEKS = 26
"""After its end a project still has bills to write: how it stands goes on for that long."""


@dataclass(frozen=True)
class Clients:
    """A row a client, all of it hidden: ``difficulty`` (log of how easily its projects slide), ``accept_days`` (working
    days) to look at what is handed over, ``pay_days`` (days), ``dispute`` (share of invoices), and ``strictness`` about
    time that is billed to it (log-odds, around 0)."""

    difficulty: Floats
    accept_days: Floats
    pay_days: Floats
    dispute: Floats
    strictness: Floats

    def names(self) -> list[str]:
        return [f"C{number:04}" for number in range(1, len(self.difficulty) + 1)]


@dataclass(frozen=True)
class Managers:
    """A row for each who runs projects (``person``, indices into people). Hidden: ``slack`` lets things slide (around
    0), ``candour`` is the share of the news that each forecast admits, ``skips`` the share of reviews that are
    skipped, ``strictness`` is about time (log-odds, around 0)."""

    person: Ints
    slack: Floats
    candour: Floats
    skips: Floats
    strictness: Floats


@dataclass(frozen=True)
class Projects:
    """A row a project; days and weeks are those of the calendar. ``client`` and ``manager`` are rows of theirs.

    ``ends`` is the last day as it came to be, ``planned_end`` as it was sold. Hidden: ``trouble`` (projects, weeks) is
    how it stands, -1 before it starts and long after its end; ``slide`` multiplies the chance of sliding into trouble.
    """

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
    """The clients of a firm of ``count`` people."""
    luck = chance.of("clients")
    size = max(FEWEST_CLIENTS, count // CLIENTS_FOR)
    difficulty = luck.normal(0.0, DIFFICULTY_SPREAD, size)
    quickest, usual, slowest = ACCEPT_DAYS
    looks = luck.lognormal(np.log(usual), ACCEPT_SPREAD, size) * np.exp(ACCEPT_DIFFICULT * difficulty)
    soonest, mean, latest = PAY_DAYS
    pays = luck.normal(mean, PAY_SPREAD, size)
    disputes = luck.beta(*DISPUTE, size) * np.exp(DISPUTE_DIFFICULT * difficulty)
    return Clients(
        difficulty=difficulty,
        accept_days=np.clip(looks, quickest, slowest),
        pay_days=np.clip(pays, soonest, latest),
        dispute=np.clip(disputes, 0.0, MOST_DISPUTE),
        strictness=luck.normal(0.0, CLIENT_STRICTNESS, size),
    )


def managers(staff: People, chance: Chance) -> Managers:
    """A third of the senior grades manage projects."""
    luck = chance.of("managers")
    senior = np.flatnonzero((staff.grade >= MANAGING_GRADE) & ~staff.contractor)
    chosen = np.sort(luck.permutation(senior)[: max(FEWEST_MANAGERS, len(senior) // MANAGING_SHARE)])
    size = len(chosen)
    return Managers(
        person=chosen,
        slack=luck.normal(0.0, SLACK_SPREAD, size),
        candour=np.clip(luck.beta(*CANDOUR, size), *CANDOUR_WITHIN),
        skips=luck.beta(*SKIPS, size),
        strictness=luck.normal(0.0, MANAGER_STRICTNESS, size),
    )


def transition(slide: Floats) -> Floats:
    """The chances of a week's change of standing, (projects, from, to); rows add up to one."""
    steps = np.zeros((len(slide), STANDINGS, STANDINGS))
    into, worse = np.minimum(SLIDE * slide, MOST_SLIDE), np.minimum(WORSEN * np.sqrt(slide), MOST_WORSEN)
    steps[:, CALM, STRAINED] = into
    steps[:, CALM, CALM] = 1 - into
    steps[:, STRAINED, CALM] = CALM_DOWN
    steps[:, STRAINED, TROUBLED] = worse
    steps[:, STRAINED, STRAINED] = 1 - CALM_DOWN - worse
    steps[:, TROUBLED, STRAINED] = RECOVER
    steps[:, TROUBLED, TROUBLED] = 1 - RECOVER
    return steps


def projects(
    count: int, *, staff: People, whose: Clients, run_by: Managers, calendar: Calendar, chance: Chance
) -> Projects:
    """As many projects as keep `BILLABLE_SHARE` of ``count`` people busy."""
    luck = chance.of("projects")
    fewest, mean_positions, most = POSITIONS
    shortest, mean_weeks, longest = WEEKS
    weekly = BILLABLE_SHARE * count / (mean_positions * POSITION_LOAD * mean_weeks)
    starts_week = np.repeat(np.arange(calendar.weeks), luck.poisson(weekly * _season(calendar)))
    # What runs when the simulation begins did not all begin with it.
    before = -luck.integers(0, int(mean_weeks * RUNNING_BEFORE), int(weekly * mean_weeks))
    starts_week = np.concatenate([before, starts_week])
    size = len(starts_week)
    starts = starts_week * DAYS_A_WEEK + luck.choice([0, 0, 0, 1, 2], size)
    practice = _practices(starts, calendar, luck)
    billing = picks(luck, np.broadcast_to(np.array(BILLING_SHARES), (size, len(BILLING))))
    # A lognormal's mean lies half its variance above the median.
    drawn = luck.lognormal(np.log(mean_weeks) - WEEKS_SPREAD**2 / 2, WEEKS_SPREAD, size)
    duration = np.clip(drawn * np.where(billing == RETAINER, RETAINER_WEEKS, 1.0), shortest, longest)
    client = _busy(len(whose.difficulty), size, luck)
    manager = _managers(starts, duration, staff, run_by, luck)
    line = luck.integers(0, 2, size) % np.array([len(each.service_lines) for each in PRACTICES])[practice]
    region = staff.region[run_by.person][manager]
    slide = np.exp(
        whose.difficulty[client] + run_by.slack[manager] + np.array(SLIDE_BY_BILLING)[billing]
        + np.where(practice == NEW_PRACTICE, SLIDE_NEW_PRACTICE, 0.0)
        + SLIDE_WITH_LENGTH * np.log(duration / mean_weeks) + SLIDE_USUAL
    )  # fmt: skip
    planned_end = starts + np.round(duration).astype(np.int64) * DAYS_A_WEEK - 3
    run = _run(starts, planned_end, slide, calendar, luck)
    # One position is always there, and a fifth of the projects are long and have another.
    drawn_positions = luck.poisson(mean_positions - 1.2, size) + 1 + (duration > LONG_WEEKS)
    positions = np.clip(drawn_positions, fewest, most)
    closed = add_workdays(run.ends, luck.integers(*CLOSED_AFTER, size))
    return Projects(
        client=client, manager=manager, practice=practice, line=line, region=region, billing=billing,
        positions=positions, signed=next_workday(starts - luck.integers(*SIGNED_BEFORE, size)), starts=starts,
        planned_end=planned_end, ends=run.ends, closed=np.where(closed < calendar.days, closed, NEVER), slide=slide,
        trouble=run.trouble,
    )  # fmt: skip


@dataclass(frozen=True)
class _Run:
    ends: Ints
    trouble: Ints


def _run(starts: Ints, planned_end: Ints, slide: Floats, calendar: Calendar, luck: np.random.Generator) -> _Run:
    """Lets every project live week by week; strained and troubled weeks push its end."""
    steps = np.cumsum(transition(slide), axis=2)
    trouble = np.full((len(starts), calendar.weeks), -1, dtype=np.int64)
    state = np.where(luck.random(len(starts)) < STRAINED_AT_START, STRAINED, CALM)
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
        push += np.where(runs, np.array(PUSHED_DAYS)[state], 0.0)
        ends = planned_end + (push // DAYS_A_WEEK).astype(np.int64) * DAYS_A_WEEK
    return _Run(ends, trouble)


def _season(calendar: Calendar) -> Floats:
    """How many more or fewer projects begin in each week."""
    month = calendar.month_of[np.arange(calendar.weeks) * DAYS_A_WEEK] % MONTHS_A_YEAR
    return np.array(STARTS_BY_MONTH)[month]


def _practices(starts: Ints, calendar: Calendar, luck: np.random.Generator) -> Ints:
    month = calendar.month_of[np.clip(starts, 0, calendar.days - 1)]
    shares = np.array([practice.share for practice in PRACTICES])
    since = np.array([practice.since_month for practice in PRACTICES])
    opened = (since == 0) | (since <= month[:, None])
    return picks(luck, np.where(opened, shares, 0.0))


def _busy(count: int, size: int, luck: np.random.Generator) -> Ints:
    """A few clients buy much, most buy little."""
    first, power = SMALLER_CLIENTS
    weight = luck.permutation(1.0 / np.arange(first, count + first) ** power)
    return luck.choice(count, size, p=weight / weight.sum())


def _managers(starts: Ints, duration: Floats, staff: People, run_by: Managers, luck: np.random.Generator) -> Ints:
    """Somebody who is with the firm when the project starts, and (as far as there is one) when it should end."""
    joined, left = staff.joined[run_by.person], staff.left[run_by.person]
    there = (joined[None, :] <= np.maximum(starts, 0)[:, None]) & (left[None, :] > np.maximum(starts, 0)[:, None])
    stays = there & (left[None, :] > (starts + duration * DAYS_A_WEEK)[:, None])
    lots = luck.random((len(starts), len(run_by.person)))
    chosen: Ints = np.argmax(lots + 2.0 * there + 2.0 * stays, axis=1)
    return chosen


def region_names(region: Ints) -> list[str]:
    """The code of each region's number."""
    return [REGIONS[each].code for each in region]
