"""The fields of contract, team, time and changes in a manager's words."""

from collections.abc import Mapping

from models.project_signals.wording import Wording, attribute, points, said
from models.task import Row

_NO_TEAM = "nobody is booked on the project with hours"
_NO_TIME = "no time came in lately"
_NO_CONTRACT = "the contract's value is not recorded"


def _billing(row: Row) -> str:
    if row["billing"] is None:
        return "how the project is billed is not recorded"
    return f"billed as {str(row['billing']).replace('_', ' ').strip() or '-'}"


_CONTRACT = {
    "billing": _billing,
    "service_line": attribute("service_line", "service line"),
    "region": attribute("region", "region"),
    "budget_hours": said("budget_hours", "a budget of {:,.0f} hours", unknown="no budget of hours is recorded"),
    "project_days_since_start": said(
        "project_days_since_start",
        "the project started {} days ago",
        below="the project starts in {} days",
        none="the project starts today",
        unknown="the project's start is not recorded",
    ),
    "project_days_to_end": said(
        "project_days_to_end",
        "{} days to the project's planned end",
        below="the project's planned end passed {} days ago",
        none="the project's planned end is today",
        unknown="the project's end is not recorded",
    ),
    "time_gone_share": said(
        "time_gone_share",
        "{:.0%} of the planned time is gone",
        below="the planned time has not begun",
        unknown="the project's planned time is not recorded",
    ),
    "plan_moved_days_84": said(
        "plan_moved_days_84",
        "the planned end moved out by {} days in 12 weeks",
        below="the planned end came forward by {} days in 12 weeks",
        none="the planned end did not move in 12 weeks",
        one="the planned end moved out by a day in 12 weeks",
        unknown="no end is planned",
    ),
    "kick_off_delay_days": said(
        "kick_off_delay_days",
        "kicked off {} days after signature",
        below="kicked off {} days before signature",
        none="kicked off on the day of signature",
        unknown="no kick-off after a signature is recorded",
    ),
    "days_without_kick_off": said(
        "days_without_kick_off",
        "signed {} days ago and not kicked off",
        below="to be signed in {} days",
        none="signed today and not kicked off",
        unknown="no kick-off is waited for",
    ),
}
_TEAM = {
    "team_people": said(
        "team_people",
        "{} people are booked on the project",
        none="nobody is booked on the project",
        one="one person is booked on the project",
        unknown="",
    ),
    "team_joined_share": said(
        "team_joined_share",
        "{:.0%} of the team joined in the last 8 weeks",
        none="nobody joined in the last 8 weeks",
        unknown=_NO_TEAM,
    ),
    "team_released_share": said(
        "team_released_share",
        "{:.0%} of the team was released in the last 8 weeks",
        none="nobody was released in the last 8 weeks",
        unknown="nobody was on the project in the last 8 weeks",
    ),
    "releases_a_week": said(
        "releases_a_week",
        "{:.1f} people a week left the team over the last 4 weeks",
        none="nobody left the team in the last 4 weeks",
        unknown="who left the team is not known",
    ),
    "team_contractor_share": said(
        "team_contractor_share",
        "contractors do {:.0%} of the booked hours",
        none="no hours are booked on contractors",
        unknown=_NO_TEAM,
    ),
    "team_grade": said("team_grade", "the team's mean grade is {:.1f}", unknown="the team's grades are not recorded"),
    "team_grade_change": said(
        "team_grade_change",
        "the team is {:.1f} grades more senior than so far",
        below="the team is {:.1f} grades more junior than so far",
        none="the team is as senior as so far",
        unknown="the team's grades cannot be compared with those so far",
    ),
    "team_rate_change": said(
        "team_rate_change",
        "the team's bill rate is {:.0%} above that so far",
        below="the team's bill rate is {:.0%} below that so far",
        none="the team's bill rate is as it was so far",
        unknown="the team's bill rates cannot be compared with those so far",
    ),
    "team_margin": said(
        "team_margin",
        "at its rates the team earns a margin of {:.0%}",
        below="at its rates the team loses {:.0%}",
        unknown="the team's rates are not all known in one currency",
    ),
    "booked_hours_28": said(
        "booked_hours_28",
        "{:,.0f} hours were booked in the last 4 weeks",
        none="no hours were booked in the last 4 weeks",
        unknown="bookings of the last 4 weeks are not known",
    ),
    "booked_hours_84": said(
        "booked_hours_84",
        "{:,.0f} hours were booked in the last 12 weeks",
        none="no hours were booked in the last 12 weeks",
        unknown="bookings of the last 12 weeks are not known",
    ),
}
_HOURS = {
    "hours_28": said(
        "hours_28",
        "{:,.0f} hours came in over the last 4 weeks",
        none="no hours came in over the last 4 weeks",
        below="{:,.0f} hours were taken back over the last 4 weeks",
        unknown=_NO_TIME,
    ),
    "hours_84": said(
        "hours_84",
        "{:,.0f} hours came in over the last 12 weeks",
        none="no hours came in over the last 12 weeks",
        below="{:,.0f} hours were taken back over the last 12 weeks",
        unknown=_NO_TIME,
    ),
    "hours_of_booked_28": said(
        "hours_of_booked_28",
        "{:.0%} of the hours booked in the last 4 weeks came in",
        unknown="no hours were booked in the last 4 weeks",
    ),
    "hours_of_booked_84": said(
        "hours_of_booked_84",
        "{:.0%} of the hours booked in the last 12 weeks came in",
        unknown="no hours were booked in the last 12 weeks",
    ),
    "budget_burnt_share": said(
        "budget_burnt_share", "{:.0%} of the budgeted hours are burnt", unknown="no budget of hours is recorded"
    ),
    "burnt_ahead_of_time": points(
        "burnt_ahead_of_time",
        "the budget burns {:.0f} points ahead of the time gone",
        "the budget burns {:.0f} points behind the time gone",
        "the budget cannot be compared with the time gone",
    ),
    "late_entry_share": said(
        "late_entry_share",
        "{:.0%} of the team's recent time came after its week had closed",
        none="none of the team's recent time came after its week had closed",
        unknown="no time was entered in the last 8 weeks",
    ),
    "not_billable_share": said(
        "not_billable_share",
        "{:.0%} of the hours of the last 12 weeks are not billable",
        none="all hours of the last 12 weeks are billable",
        unknown="whether recent hours are billable is not recorded",
    ),
    "lost_hours_share": said(
        "lost_hours_share",
        "{:.1%} of the hours of the last 12 weeks were rejected or written off",
        none="no hours of the last 12 weeks were rejected or written off",
        unknown=_NO_TIME,
    ),
}


def _worked(field: str, when: str) -> Wording:
    """By how much a team's days are longer or shorter than they are booked."""

    def wording(row: Row) -> str:
        if row[field] is None:
            return f"no booked day was worked {when}"
        more = round((row[field] - 1) * 100)
        if not more:
            return f"the team worked the hours that it is booked {when}"
        return f"the team worked {abs(more)}% {'longer' if more > 0 else 'less'} than it is booked {when}"

    return wording


def _worked_change(row: Row) -> str:
    change = row["worked_of_booked_change"]
    if change is None:
        return "no booked day was worked lately"
    points = round(abs(change) * 100)
    if not points:
        return "the team works as long as it did over the last 12 weeks"
    way = "longer" if change > 0 else "less"
    return f"against its bookings the team works {points} points {way} than over the last 12 weeks"


_WORKLOAD = {
    "worked_of_booked_14": _worked("worked_of_booked_14", "in the last 2 weeks"),
    "worked_of_booked_change": _worked_change,
    "worked_of_booked_28": _worked("worked_of_booked_28", "in the last 4 weeks"),
    "worked_of_booked_84": _worked("worked_of_booked_84", "in the last 12 weeks"),
    "weekend_hours_share": said(
        "weekend_hours_share",
        "{:.1%} of the hours of 12 weeks fell on weekends",
        none="nobody worked on a weekend in 12 weeks",
        unknown=_NO_TIME,
    ),
}
_CHANGES = {
    "open_changes": said(
        "open_changes",
        "{} change requests are undecided",
        none="no change request is undecided",
        one="one change request is undecided",
        unknown="",
    ),
    "open_changes_of_contract": said(
        "open_changes_of_contract",
        "undecided changes are worth {:.1%} of the contract",
        below="undecided changes would take {:.1%} off the contract",
        none="undecided changes are worth nothing",
        unknown=_NO_CONTRACT,
    ),
    "changes_raised_28": said(
        "changes_raised_28",
        "{} change requests were raised in the last 4 weeks",
        none="no change request was raised in the last 4 weeks",
        one="one change request was raised in the last 4 weeks",
        unknown="",
    ),
    "changes_a_person_84": said(
        "changes_a_person_84",
        "{:.1f} change requests a person were raised in the last 12 weeks",
        none="no change request was raised in the last 12 weeks",
        unknown="nobody is booked who could work on changes",
    ),
    "changes_raised_56": said(
        "changes_raised_56",
        "{} change requests were raised in the last 8 weeks",
        none="no change request was raised in the last 8 weeks",
        one="one change request was raised in the last 8 weeks",
        unknown="",
    ),
    "changes_raised_84": said(
        "changes_raised_84",
        "{} change requests were raised in the last 12 weeks",
        none="no change request was raised in the last 12 weeks",
        one="one change request was raised in the last 12 weeks",
        unknown="",
    ),
    "accepted_change_share": said(
        "accepted_change_share",
        "{:.0%} of the decided change requests were accepted",
        none="no decided change request was accepted",
        unknown="no change request was decided yet",
    ),
    "accepted_changes_of_contract": said(
        "accepted_changes_of_contract",
        "accepted changes add {:.1%} to the contract",
        below="accepted changes took {:.1%} off the contract",
        none="no change added to the contract",
        unknown=_NO_CONTRACT,
    ),
    "unpriced_change_hours": said(
        "unpriced_change_hours",
        "{:,.0f} hours of changes have no price",
        below="{:,.0f} hours taken out by changes have no price",
        none="no hours of changes are without a price",
        unknown="whether changes lack a price is not known",
    ),
    "longest_undecided_days": said(
        "longest_undecided_days",
        "a change request has waited for a decision for {} days",
        none="a change request was raised today",
        unknown="no change request waits for a decision",
        one="a change request has waited for a day",
    ),
    "open_approvals": said(
        "open_approvals",
        "{} approvals of the project are open",
        none="no approval of the project is open",
        one="one approval of the project is open",
        unknown="",
    ),
    "approvals_opened_56": said(
        "approvals_opened_56",
        "{} approvals of the project were opened in the last 8 weeks",
        none="no approval of the project was opened in the last 8 weeks",
        one="one approval of the project was opened in the last 8 weeks",
        unknown="",
    ),
    "longest_approval_wait_days": said(
        "longest_approval_wait_days",
        "an approval has waited for {} days",
        none="an approval was opened today",
        one="an approval has waited for a day",
        unknown="no approval waits",
    ),
}

DELIVERY: Mapping[str, Wording] = {**_CONTRACT, **_TEAM, **_HOURS, **_WORKLOAD, **_CHANGES}
"""The words of contract, team, time, change requests and approvals."""
