"""What each theme tells of a small project, added up by hand."""

import datetime as dt

import polars as pl
import pytest

from models.point_in_time import INSTANT
from models.project_signals import Past, signals
from models.project_signals.workload import workload
from tests.models.future import Row, Tables, frames, revision, row

NOW = dt.datetime(2025, 6, 2, 6, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def ago(days: float) -> dt.datetime:
    return NOW - days * DAY


def day(days: int) -> dt.date:
    return (NOW - days * DAY).date()


def project(project_id: str = "P", **cells: object) -> Row:
    usual = {"currency": "EUR", "contract_value": 100_000.0, "signed_at": ago(400)}
    return row("projects", project_id=project_id, **(usual | cells))


def person(person_id: str, **cells: object) -> Row:
    return row("people", person_id=person_id, job_role="dev", **cells)


def booking(number: int, person_id: str, starts: int, ends: int | None, **cells: object) -> Row:
    known = {"booked_at": ago(300), "hours_per_week": 35.0} | cells
    return row(
        "assignments", assignment_id=f"A{number}", project_id="P", person_id=person_id, starts_on=day(starts),
        ends_on=None if ends is None else day(ends), **known,
    )  # fmt: skip


def asked(as_of: dt.datetime = NOW) -> pl.DataFrame:
    return pl.DataFrame([("P", as_of)], schema={"project_id": pl.String, "as_of": INSTANT}, orient="row")


def told(as_of: dt.datetime = NOW, **tables: list[Row]) -> dict[str, object]:
    """The signals of project P of a firm with these tables."""
    whole: Tables = {"projects": [project()], "revisions": []} | tables
    return signals(Past(frames(whole)), asked(as_of)).row(0, named=True)


def values(found: dict[str, object], *names: str) -> tuple[object, ...]:
    """Rounded, so that a table stays readable."""
    return tuple(round(found[name], 4) if isinstance(found[name], float) else found[name] for name in names)


def test_a_project_stands_somewhere_in_its_planned_time():
    planned = project(starts_on=day(30), ends_on=day(-70), kicked_off_at=ago(20), signed_at=ago(50))
    found = told(projects=[planned])
    assert values(found, "project_days_since_start", "project_days_to_end", "time_gone_share") == (30, 70, 0.3)
    assert values(found, "kick_off_delay_days", "days_without_kick_off") == (30, None)
    early = told(ago(25), projects=[planned])
    assert values(early, "kick_off_delay_days", "days_without_kick_off", "time_gone_share") == (None, 25, 0.05)


@pytest.mark.parametrize(("before", "days"), [(0, 17), (10, 14), (60, 0), (120, -3)])
def test_a_planned_end_that_moves_is_measured_over_twelve_weeks(before, days):
    planned = project(ends_on=day(-40))
    moves = [(400, day(-26)), (200, day(-23)), (50, day(-37)), (2, day(-40))]
    said = [revision("projects", planned, "ends_on", end, ago(known)) for known, end in moves]
    assert told(ago(before), projects=[planned], revisions=said)["plan_moved_days_84"] == days


TEAM = [
    person("ana", grade="G5", employment="employee", cost_rate=60.0, cost_currency="EUR"),
    person("bo", grade="G2", employment="contractor", cost_rate=80.0, cost_currency="EUR"),
    person("cy", grade="G2", employment="employee", cost_rate=50.0, cost_currency="USD"),
]


def test_a_team_is_who_is_booked_who_joined_and_who_was_released():
    booked = [
        booking(1, "ana", 150, -30), booking(2, "bo", 40, -30), booking(3, "cy", 150, 10), booking(4, "dee", -5, -30),
    ]  # fmt: skip
    found = told(people=TEAM, assignments=booked)
    names = ("team_people", "team_joined_share", "team_released_share", "team_contractor_share")
    assert values(found, *names) == (2, 0.5, 0.3333, 0.5)
    assert values(found, "releases_a_week") == (0.25,)
    assert values(told(ago(45), people=TEAM, assignments=booked), *names) == (2, 0.0, 0.0, 0.0)


def test_who_is_booked_again_from_the_next_working_day_has_not_left():
    friday = (NOW.date() - dt.date(2025, 5, 16)).days
    again = [booking(1, "ana", 100, friday), booking(2, "ana", friday - 3, -30)]
    found = told(people=TEAM, assignments=again)
    assert values(found, "team_people", "team_joined_share", "team_released_share") == (1, 0.0, 0.0)
    pause = [booking(1, "ana", 100, friday), booking(2, "ana", friday - 4, -30)]
    assert values(told(people=TEAM, assignments=pause), "team_joined_share", "team_released_share") == (1.0, 0.5)


def test_grades_and_rates_of_the_team_are_weighed_by_hours_and_days():
    booked = [
        booking(1, "ana", 30, 11, bill_rate=150.0),
        booking(2, "bo", 10, -30, bill_rate=100.0),
        booking(3, "cy", 10, -30, bill_rate=100.0),
    ]
    found = told(people=TEAM, assignments=booked)
    # Ana for 20 days at grade 5 and 150, two others for 10 days each at grade 2 and 100.
    grade, rate = (5 + 2) / 2, (150 + 100) / 2
    assert values(found, "team_grade", "team_grade_change") == (2.0, round(2 - grade, 4))
    assert values(found, "team_rate_change") == (round(100 / rate - 1, 4),)
    # Only Bo's rates are in the project's currency.
    assert values(found, "team_margin") == (0.2,)
    assert values(found, "booked_hours_28", "booked_hours_84") == (38 * 35 / 7, 40 * 35 / 7)


def entry(number: int, worked: int, entered: float, hours: float = 8.0, **cells: object) -> Row:
    usual = {"person_id": "ana", "project_id": "P", "worked_on": day(worked), "entered_at": ago(entered)}
    return row("time_entries", entry_id=f"T{number}", hours=hours, **(usual | cells))


def test_time_counts_when_it_comes_in_and_is_late_after_its_weeks_cutoff():
    # Days 11 to 7 before a Monday are a week that closes on the Monday itself at 12:00, after the instant asked about.
    entries = [
        entry(1, 11, 10, billable=True), entry(2, 18, 5, billable=False), entry(3, 60, 50, billable=True),
        entry(4, 200, 199), entry(5, 5, -1),
    ]  # fmt: skip
    entries[0]["rejected_at"] = ago(2)
    said = [revision("time_entries", entries[2], "written_off_hours", 4.0, ago(3))]
    planned = project(budget_hours=64.0, starts_on=day(25), ends_on=day(-75))
    found = told(projects=[planned], time_entries=entries, revisions=said, assignments=[booking(1, "ana", 100, -30)])
    assert values(found, "hours_28", "hours_84", "hours_of_booked_28") == (16.0, 24.0, round(16 / 140, 4))
    assert values(found, "budget_burnt_share", "burnt_ahead_of_time") == (0.5, 0.25)
    assert values(found, "late_entry_share") == (round(2 / 3, 4),)
    assert values(found, "not_billable_share", "lost_hours_share") == (round(1 / 3, 4), 0.5)


def test_a_team_works_longer_than_it_is_booked_on_the_days_on_which_it_works():
    # Seven hours a day are booked; day 3 is a Friday, day 2 a Saturday, day 19 and day 40 a Wednesday.
    entries = [
        entry(1, 3, 2.5, hours=8.0), entry(2, 3, 2.4, hours=1.0), entry(3, 2, 1, hours=3.0),
        entry(4, 19, 18, hours=7.0), entry(5, 40, 39, hours=3.5), entry(6, 5, -1, hours=9.0),
        entry(7, 3, 2.5, hours=5.0, person_id="bo"),
    ]  # fmt: skip
    found = told(time_entries=entries, assignments=[booking(1, "ana", 100, -30)])
    assert values(found, "worked_of_booked_14", "worked_of_booked_28") == (round(9 / 7, 4), round(16 / 14, 4))
    assert values(found, "worked_of_booked_84") == (round(19.5 / 21, 4),)
    assert values(found, "worked_of_booked_change") == (round(16 / 14 - 19.5 / 21, 4),)
    assert values(found, "weekend_hours_share") == (round(3 / 27.5, 4),)
    nobody = told(time_entries=entries)
    assert values(nobody, "worked_of_booked_28", "worked_of_booked_change", "weekend_hours_share") == (
        None,
        None,
        round(3 / 27.5, 4),
    )


@pytest.mark.parametrize(
    ("bookings", "share"),
    [
        ([{}], 2.0),
        ([{}, {"hours_per_week": 5.0}], 1.75),
        ([{"booked_at": ago(2.4)}], None),
        ([{"booked_at": ago(2.6)}], 2.0),
        ([{"released_on": day(4)}], None),
        ([{"released_on": day(3)}], 2.0),
        ([{"hours_per_week": 0.0}], None),
        ([{"hours_per_week": None}], None),
        ([{"project_id": "Q"}], None),
        ([{"person_id": "bo"}], None),
    ],
)
def test_a_day_is_booked_as_was_known_when_its_first_entry_came(bookings, share):
    booked = [
        row("assignments", **({"assignment_id": f"A{number}", "project_id": "P", "person_id": "ana",
            "starts_on": day(100), "booked_at": ago(300), "hours_per_week": 35.0} | cells))
        for number, cells in enumerate(bookings)
    ]  # fmt: skip
    entries = [entry(1, 3, 2.5, hours=6.0), entry(2, 3, 2.3, hours=8.0)]
    past = Past(frames({"projects": [project()], "revisions": [], "time_entries": entries, "assignments": booked}))
    assert workload(past.workload, asked())["worked_of_booked_28"].to_list() == [share]


def change(number: int, raised: float, decided: float | None, accepted: bool | None, **cells: object) -> Row:
    return row(
        "change_requests", change_id=f"C{number}", project_id="P", raised_at=ago(raised),
        decided_at=None if decided is None else ago(decided), accepted=accepted, **cells,
    )  # fmt: skip


def test_change_requests_pile_up_until_they_are_decided():
    requests = [
        change(1, 90, 80, True, value=10_000.0), change(2, 70, 20, False, value=5_000.0),
        change(3, 60, None, None, value=2_000.0), change(4, 10, None, None, hours=30.0),
        change(5, 5, -3, True, hours=12.5), change(6, -1, None, None, value=9.0),
    ]  # fmt: skip
    found = told(change_requests=requests)
    assert values(found, "open_changes", "changes_raised_56", "changes_raised_84") == (3, 2, 4)
    assert values(found, "changes_raised_28", "changes_a_person_84") == (2, None)
    assert (
        told(change_requests=requests, assignments=[booking(1, "ana", 9, 0), booking(2, "bo", 9, 0)])[
            "changes_a_person_84"
        ]
        == 2.0
    )
    assert values(found, "open_changes_of_contract", "accepted_changes_of_contract") == (0.02, 0.1)
    assert values(found, "accepted_change_share", "longest_undecided_days") == (0.5, 60)
    assert found["unpriced_change_hours"] == 42.5


def test_approvals_wait_until_they_are_closed():
    def approval(number: int, opened: float, closed: float | None) -> Row:
        return row(
            "approvals", approval_id=f"V{number}", kind="discount", project_id="P", opened_at=ago(opened),
            closed_at=None if closed is None else ago(closed),
        )  # fmt: skip

    found = told(approvals=[approval(1, 40, 30), approval(2, 12, None), approval(3, 3, -2)])
    assert values(found, "open_approvals", "longest_approval_wait_days", "approvals_opened_56") == (2, 12, 3)
    assert values(told(), "open_approvals", "longest_approval_wait_days") == (0, None)


def milestone(number: int, project_id: str, due: int, steps: tuple[float, float, float], **cells: object) -> Row:
    """Achieved, accepted and billed so many days ago."""
    achieved, accepted, billed = (ago(step) for step in steps)
    return row(
        "milestones", milestone_id=f"M{number}", project_id=project_id, due_on=day(due), achieved_at=achieved,
        accepted_at=accepted, billed_at=billed, created_at=ago(390), **cells,
    )  # fmt: skip


def test_a_client_and_a_manager_have_habits_over_all_their_projects():
    projects = [
        project("P", client_id="acme", manager_id="ana"), project("Q", client_id="acme", manager_id="bo"),
        project("R", client_id="birch", manager_id="ana"),
    ]  # fmt: skip
    milestones = [
        milestone(1, "Q", 100, (100, 90, 86)), milestone(2, "P", 40, (50, 44, 42)), milestone(3, "R", 60, (60, 59, 30)),
        milestone(4, "Q", 5, (6, 4, -1)), milestone(5, "Q", 5, (30, 2, 1), cancelled_at=ago(0.5)),
    ]  # fmt: skip
    invoices = [
        row("invoices", invoice_id="1", project_id="Q", issued_at=ago(86), amount=1.0, paid_at=ago(56)),
        row("invoices", invoice_id="2", project_id="P", issued_at=ago(42), amount=1.0, paid_at=ago(-1)),
        row("invoices", invoice_id="3", project_id="P", issued_at=ago(40), amount=1.0, disputed_at=ago(39)),
        row("invoices", invoice_id="4", project_id="R", issued_at=ago(40), amount=1.0, paid_at=ago(39)),
    ]
    found = told(projects=projects, milestones=milestones, invoices=invoices)
    assert values(found, "client_acceptance_days", "client_billing_days") == (6.0, 3.0)
    assert values(found, "client_billed_late_share", "client_days_late", "client_milestones_billed") == (0.5, 6.0, 2)
    assert values(found, "client_disputed_share", "client_payment_days", "client_invoices") == (0.3333, 30.0, 3)
    assert values(found, "manager_billed_late_share", "manager_days_late", "manager_milestones_billed") == (
        0.5,
        14.0,
        2,
    )


@pytest.mark.parametrize(("handed_over", "count"), [(200, 0), (60, 1), (20, 2)])
def test_a_milestone_is_of_the_client_to_whom_the_project_belonged_when_it_was_billed(handed_over, count):
    projects = [project("P", client_id="acme"), project("Q", client_id="birch")]
    said = [
        revision("projects", projects[1], "client_id", "acme", ago(400)),
        revision("projects", projects[1], "client_id", "birch", ago(handed_over)),
    ]
    milestones = [milestone(1, "Q", 100, (100, 90, 86)), milestone(2, "Q", 40, (50, 44, 42))]
    assert told(projects=projects, milestones=milestones, revisions=said)["client_milestones_billed"] == count


def forecast(made: float, cost: float, revenue: float | None, project_id: str = "P", **cells: object) -> Row:
    return row(
        "forecasts", project_id=project_id, made_at=ago(made), cost_at_completion=cost, revenue_at_completion=revenue,
        **cells,
    )  # fmt: skip


def test_forecasts_move_and_are_read_as_they_stood():
    made = [
        forecast(100, 60.0, 100.0, ends_on=day(-10)), forecast(50, 70.0, 100.0, ends_on=day(-20)),
        forecast(9, 75.0, 100.0, ends_on=day(-25), hours_at_completion=1_200.0), forecast(-1, 90.0, 100.0),
    ]  # fmt: skip
    planned = project(baseline_margin=0.5, ends_on=day(-10), budget_hours=1_000.0)
    found = told(projects=[planned], forecasts=made)
    assert values(found, "forecast_margin", "forecast_margin_change", "forecast_margin_change_84") == (
        0.25,
        -0.05,
        -0.15,
    )
    assert values(found, "forecast_margin_change_from_first", "forecast_below_baseline") == (-0.15, 0.25)
    assert values(found, "forecast_age_days", "forecast_count", "forecast_hours_of_budget") == (9, 3, 1.2)
    assert values(found, "forecast_slip_days", "forecast_slip_moved_days", "forecast_revenue") == (15, 5, 100.0)
    put_right = [
        revision("forecasts", made[0], "cost_at_completion", 60.0, ago(100)),
        revision("forecasts", made[0], "cost_at_completion", 50.0, ago(5)),
    ]
    again = told(projects=[planned], forecasts=made, revisions=put_right)
    assert values(again, "forecast_margin", "forecast_margin_change_from_first") == (0.25, -0.25)


def test_revenue_that_a_forecast_leaves_open_is_the_contract_and_the_changes_accepted_by_then():
    requests = [change(1, 90, 60, True, value=20_000.0), change(2, 90, 10, True, value=99_000.0)]
    found = told(change_requests=requests, forecasts=[forecast(70, 50_000.0, None), forecast(30, 90_000.0, None)])
    assert values(found, "forecast_revenue", "forecast_margin", "forecast_margin_change") == (120_000.0, 0.25, -0.25)
    nothing = told(projects=[project(contract_value=None)], forecasts=[forecast(30, 9.0, None)])
    assert values(nothing, "forecast_revenue", "forecast_margin", "forecast_count") == (None, None, 1)


def test_a_manager_is_known_by_how_their_forecasts_fall():
    projects = [project("P", manager_id="ana"), project("Q", manager_id="ana"), project("R", manager_id="bo")]
    made = [
        forecast(90, 60.0, 100.0, "Q"), forecast(60, 64.0, 100.0, "Q"), forecast(30, 62.0, 100.0, "Q"),
        forecast(20, 50.0, 100.0, "P"), forecast(10, 57.0, 100.0, "P"), forecast(9, 10.0, 100.0, "R"),
        forecast(8, 90.0, 100.0, "R"),
    ]  # fmt: skip
    assert values(told(projects=projects, forecasts=made), "manager_forecasts", "manager_forecast_fall") == (3, 3.0)


MANAGED = [project("P", manager_id="ana"), project("Q", manager_id="ana"), project("R", manager_id="bo")]


@pytest.mark.parametrize(
    ("costs", "follow_through"),
    [
        ([70, 74], 0.0),
        ([70, 74, 76], round(1 / 6, 4)),
        ([70, 74, 72], round(-1 / 6, 4)),
        ([70, 74, 76, 77], round((8 + 2) / (16 + 4 + 32), 4)),
        ([70, 70, 76], 0.0),
        ([10, 90, 10, 90], round(-800 / (800 + 32), 4)),
    ],
)
def test_a_manager_who_admits_in_instalments_is_known_by_what_followed_a_change(costs, follow_through):
    made = [forecast(90 - 10 * number, cost, 100.0, "Q") for number, cost in enumerate(costs)]
    made += [forecast(9, 50, 100.0, "R"), forecast(8, 60, 100.0, "R"), forecast(7, 70, 100.0, "R")]
    found = told(projects=MANAGED, forecasts=made)
    assert values(found, "manager_follow_through") == (follow_through,)


def test_changes_of_one_project_do_not_follow_those_of_another():
    made = [
        forecast(90, 60, 100.0, "Q"),
        forecast(80, 64, 100.0, "Q"),
        forecast(70, 60, 100.0),
        forecast(60, 64, 100.0),
    ]
    assert told(projects=MANAGED, forecasts=made)["manager_follow_through"] == 0.0


def test_a_manager_is_known_by_how_far_forecasts_lie_above_the_months_that_then_come():
    made = [forecast(90, 60.0, 100.0, "Q"), forecast(40, 66.0, 100.0, "Q"), forecast(90, 10.0, 100.0, "R")]
    came = [(1, 70.0, 60), (2, 70.0, 30), (3, 99.0, -1)]
    booked = [
        row("actuals", project_id=project_id, period=dt.date(2025, number, 1), cost=cost, revenue_recognised=100.0,
            known_at=ago(known))
        for project_id in ("Q", "R") for number, cost, known in came
    ]  # fmt: skip
    found = told(projects=MANAGED, forecasts=made, actuals=booked)
    assert values(found, "manager_above_months") == ((10 + 4) / 2,)
    assert told(projects=MANAGED, forecasts=made)["manager_above_months"] is None


def test_actuals_are_compared_with_the_forecast():
    def month(number: int, cost: float | None, revenue: float | None, known: float) -> Row:
        period = dt.date(2025, number, 1)
        return row("actuals", project_id="P", period=period, cost=cost, revenue_recognised=revenue, known_at=ago(known))

    booked = [month(1, 40.0, 100.0, 110), month(2, 90.0, 100.0, 80), month(3, 90.0, 100.0, 50), month(4, 9.0, 1.0, -1)]
    found = told(actuals=booked, forecasts=[forecast(120, 400.0, 1_000.0)])
    assert values(found, "margin_to_date", "margin_3_months") == (round(1 - 220 / 300, 4), 0.1)
    assert values(found, "forecast_above_3_months", "cost_spent_share") == (0.5, 0.55)
    half = told(actuals=[month(1, 40.0, None, 30), month(2, None, 50.0, 20)], forecasts=[forecast(120, 400.0, 1_000.0)])
    assert values(half, "margin_to_date", "cost_spent_share") == (None, 0.1)
