"""The fields of a snapshot in a manager's words, compared with what is usual, and those that people can change."""

from collections.abc import Callable, Mapping, Sequence

from models.staffing_risk.counted import count, days, money_free_ratio, pace, share
from models.task import Row

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
Wording = Callable[[Row], str]


def _said(field: str, say: Callable[[float], str], unknown: str) -> Wording:
    """``say`` of the field's value, or ``unknown`` where the records cannot tell."""

    def wording(row: Row) -> str:
        value = row[field]
        return unknown if value is None else say(value)

    return wording


def _days_open(row: Row) -> str:
    usual = row.get("usual_days_to_fill")
    compared = "" if usual is None else f"; such requests are usually filled within {days(usual)}"
    return f"open for {days(row['days_open'])}{compared}"


def _days_to_needed_by(row: Row) -> str:
    usual = row.get("usual_days_to_fill")
    compared = "" if usual is None else f"; finding somebody usually takes {days(usual)} from the opening"
    return f"{days(row['days_to_needed_by'])} left until it is needed{compared}"


def _usual(field: str, where: str) -> Wording:
    def wording(row: Row) -> str:
        value, still = row[field], row.get("days_open")
        if value is None:
            return f"too few such requests were filled {where}in the last year to say how long it takes"
        compared = "" if still is None else f"; this one is open for {days(still)}"
        return f"such requests {where}are usually filled within {days(value)}{compared}"

    return wording


def _in_time(field: str, of: str) -> Wording:
    def wording(row: Row) -> str:
        value, usual = row[field], row.get("in_time_role")
        if value is None:
            return f"no request {of} came due in the last year"
        compared = "" if usual is None or field == "in_time_role" else f", of all for the job role {share(usual)}"
        return f"{share(value)} of the last year's requests {of} were filled in time{compared}"

    return wording


def _chance(field: str, within: str) -> Wording:
    return _said(
        field,
        lambda value: f"of similar requests open for as long, {share(value)} were filled {within}",
        f"no similar request tells how many are filled {within}",
    )


def _pace(field: str, whose: str) -> Wording:
    return _said(field, lambda value: f"{whose} {pace(value)}", "it is not known how fast such requests are filled")


def _counted(field: str, one: str, many: str, after: str, unknown: str) -> Wording:
    return _said(field, lambda value: f"{count(value, one, many)} {after}", unknown)


def _free(field: str, whom: str, when: str, among: str) -> Wording:
    def wording(row: Row) -> str:
        value, all_of = row[field], row.get(among)
        if value is None:
            return f"it is not known how many people {whom} are free {when}"
        if all_of is not None:
            return f"about {value:.0f} of {count(all_of, 'person', 'people')} {whom} are free {when}"
        people = count(round(value), "person", "people")
        return f"about {people} {whom} {'is' if round(value) == 1 else 'are'} free {when}"

    return wording


def _attribute(field: str, name: str) -> Wording:
    return _said(field, lambda value: f"{name}: {value}", f"{name} is not recorded")


def _moved(row: Row) -> str:
    value = row["needed_by_moved_days"]
    if value is None:
        return "it is not known whether its date was moved"
    if value == 0:
        return "it is needed by the date that was first given"
    return f"its date was moved {'back' if value > 0 else 'forward'} by {days(abs(value))}"


def _to_date(field: str, happening: str, before: str, after: str, unknown: str) -> Wording:
    """A project's date: ``before`` where it is still to come (a positive value), ``after`` where it lies behind."""

    def wording(row: Row) -> str:
        value = row[field]
        if value is None:
            return unknown
        if value == 0:
            return f"the project {happening} today"
        return f"the project {before if value > 0 else after} {days(abs(value))}{'' if value > 0 else ' ago'}"

    return wording


def _remote(row: Row) -> str:
    value = row["remote_ok"]
    if value is None:
        return "it is not recorded whether remote work is allowed"
    return "the work may be done remotely" if value else "the work may not be done remotely"


def _moves(value: float) -> str:
    return "its date was never moved" if value == 0 else f"its date was moved {count(value, 'time', 'times')}"


def _scarcity(row: Row) -> str:
    value, skill = row["skill_requests_per_person"], row.get("scarcest_skill")
    named = "its scarcest skill" if skill is None else skill
    if value is None:
        return f"nobody on record with the job role holds {named}" if skill else "it asks for no skill"
    return f"{value:.1f} open requests want {named} for each person with the job role who holds it"


WORDS: Mapping[str, Wording] = {
    "days_open": _days_open,
    "days_to_needed_by": _days_to_needed_by,
    "first_notice_days": _said(
        "first_notice_days", lambda v: f"first notice: {days(v)}", "the first notice is not known"
    ),
    "notice_days": _said("notice_days", lambda v: f"notice given: {days(v)}", "the notice given is not known"),
    "notice_used": _said("notice_used", lambda v: f"{share(v)} of the notice has passed", "the notice is not known"),
    "needed_by_moves": _said("needed_by_moves", _moves, "it is not known whether its date was moved"),
    "needed_by_moved_days": _moved,
    "headcount": _counted("headcount", "person", "people", "asked for", "the headcount is not recorded"),
    "weekly_hours": _said("weekly_hours", lambda v: f"{v:.0f} hours a week", "weekly hours are not recorded"),
    "effort_hours": _said("effort_hours", lambda v: f"{v:,.0f} hours in all", "the effort is not recorded"),
    "duration_weeks": _said("duration_weeks", lambda v: f"planned for {v:.0f} weeks", "its length is not recorded"),
    "skills_wanted": _counted("skills_wanted", "skill", "skills", "asked for", "no skills are recorded"),
    "remote_ok": _remote,
    "rate_to_usual": _said("rate_to_usual", money_free_ratio, "no bill rate to compare is recorded"),
    "job_role": _attribute("job_role", "job role"),
    "grade": _attribute("grade", "grade"),
    "region": _attribute("region", "region"),
    "priority": _attribute("priority", "priority"),
    "scarcest_skill": _attribute("scarcest_skill", "scarcest skill asked for"),
    "service_line": _attribute("service_line", "service line of the project"),
    "billing": _attribute("billing", "billing of the project"),
    "month": _said("month", lambda v: f"the month is {MONTHS[int(v) - 1]}", "no other season is known yet"),
    "days_to_quarter_end": _said(
        "days_to_quarter_end", lambda v: f"{days(v)} to the end of the quarter", "no other season is known yet"
    ),
    "open_role": _counted(
        "open_role", "other similar request", "other similar requests", "open", "the queue is unknown"
    ),
    "open_region": _counted(
        "open_region", "other similar request", "other similar requests", "open in the region", "it names no region"
    ),
    "open_skill": _counted(
        "open_skill", "other request", "other requests", "open for its scarcest skill", "it asks for no skill"
    ),
    **{
        f"{happening}_{window}": _counted(
            f"{happening}_{window}", "similar request", "similar requests",
            f"{happening} in the last {window // 7} weeks", "the queue is unknown",
        )
        for happening in ("opened", "filled")
        for window in (28, 56, 84)
    },
    "filled_region_84": _counted(
        "filled_region_84", "similar request", "similar requests", "filled in the region in the last 12 weeks",
        "it names no region",
    ),
    "filled_skill_84": _counted(
        "filled_skill_84", "request", "requests", "for its scarcest skill filled in the last 12 weeks",
        "it asks for no skill",
    ),
    "in_time_role": _in_time("in_time_role", "for the job role"),
    "in_time_region": _in_time("in_time_region", "for the job role in the region"),
    "in_time_skill": _in_time("in_time_skill", "for its scarcest skill"),
    "in_time_worst_skill": _in_time("in_time_worst_skill", "for the skill that is found least in time"),
    "in_time_requester": _in_time("in_time_requester", "of the same requester"),
    "in_time_client": _in_time("in_time_client", "for the same client"),
    "pace_lately": _pace("pace_lately", "similar requests were filled in the last 4 weeks"),
    "pace_region": _pace("pace_region", "requests in the region are filled"),
    "pace_skills": _pace("pace_skills", "requests for its skills are filled"),
    "pace_requester": _pace("pace_requester", "requests of the requester are filled"),
    "pace_client": _pace("pace_client", "requests for the client are filled"),
    "usual_days_to_fill": _usual("usual_days_to_fill", ""),
    "usual_days_to_fill_region": _usual("usual_days_to_fill_region", "in the region "),
    "chance_within_1": _chance("chance_within_1", "within a day"),
    **{
        f"chance_within_{ahead}": _chance(f"chance_within_{ahead}", f"within {ahead} days")
        for ahead in (3, 7, 14, 28, 56)
    },
    "chance_by_needed_by": _chance("chance_by_needed_by", "in the days that this one has left"),
    "chance_at_pace": _said(
        "chance_at_pace",
        lambda v: f"at the pace of such requests, {share(v)} would be filled in the days that this one has left",
        "no similar request tells how many are filled in the days that this one has left",
    ),
    "people_role": _counted(
        "people_role", "person has", "people have", "the job role", "nobody has the job role on record"
    ),
    "people_region": _counted(
        "people_region", "person has", "people have", "the job role in the region", "nobody can be told in the region"
    ),
    "people_skill": _counted(
        "people_skill", "person with the job role holds", "people with the job role hold", "its scarcest skill",
        "nobody can be told to hold its skills",
    ),
    "skill_requests_per_person": _scarcity,
    **{
        f"free_{group}_{ahead}": _free(
            f"free_{group}_{ahead}", whom, f"in {ahead // 7} weeks" if ahead else "now", f"people_{group}"
        )
        for group, whom in (
            ("role", "with the job role"),
            ("region", "with the job role in the region"),
            ("skill", "with its scarcest skill"),
        )
        for ahead in (0, 14, 28, 56)
    },
    "reachable_people": _counted(
        "reachable_people", "person", "people", "within reach", "it is not known who is within reach"
    ),
    "reachable_free": _free("reachable_free", "within reach", "by the date", "reachable_people"),
    "skilled_free": _free("skilled_free", "with its scarcest skill", "by the date", "people_skill"),
    "requests_per_free_person": _said(
        "requests_per_free_person",
        lambda v: f"about {v:.1f} open requests for each free person within reach",
        "it is not known who is free within reach",
    ),
    "days_since_signed": _said(
        "days_since_signed", lambda v: f"the project was signed {days(v)} ago", "the project is not known to be signed"
    ),
    "days_since_kickoff": _said(
        "days_since_kickoff", lambda v: f"the project was kicked off {days(v)} ago", "the project is not kicked off yet"
    ),
    "days_to_project_start": _to_date(
        "days_to_project_start", "starts", "starts in", "started", "the project's start is not known"
    ),
    "days_to_project_end": _to_date(
        "days_to_project_end", "ends", "ends in", "ended", "the project's end is not known"
    ),
    "project_open": _counted(
        "project_open", "other request", "other requests", "open for the project", "it names no project"
    ),
    "project_opened_84": _counted(
        "project_opened_84", "request", "requests", "of the project opened in the last 12 weeks", "it names no project"
    ),
    "requester_open": _counted(
        "requester_open", "other request", "other requests", "of the requester open", "it names no requester"
    ),
}  # fmt: skip

LATER_DAYS = (7, 14, 21, 28, 42)


def _later(row: Row) -> Sequence[float]:
    return [row["days_to_needed_by"] + more for more in LATER_DAYS]


def _anywhere(row: Row) -> Sequence[float]:
    return [] if row["remote_ok"] == 1 else [1]


LEVERS: Mapping[str, Callable[[Row], Sequence[float]]] = {"remote_ok": _anywhere, "days_to_needed_by": _later}
"""The fields that a person can influence, with the values that they could bring about, nearest first.

What follows from them in the same snapshot is worked out again by `models.staffing_risk.derived.derive`.
"""
