"""Will an open request still be unfilled at the end of the day that somebody is needed?"""

from models.staffing_risk import cause, derived, history, outcome, proposals, reasons, rule, subjects, surroundings
from models.staffing_risk.groups import GROUPS
from models.staffing_risk.settings import StaffingRiskSettings
from models.staffing_risk.snapshot import NO_FEATURES, SENSITIVE, StaffingRiskSnapshot
from models.task import Task

STAFFING_RISK = Task(
    name="staffing_risk",
    subject="request",
    person_level=False,
    owner="project_id",
    expected="days",
    segments=("region", "service_line", "billing", "job_role"),
    snapshot=StaffingRiskSnapshot,
    settings=StaffingRiskSettings,
    no_features=NO_FEATURES,
    sensitive=SENSITIVE,
    parse=subjects.parse,
    malformed=subjects.malformed,
    why_not=subjects.why_not,
    person_of=subjects.person_of,
    open_at=subjects.open_at,
    scheduled=subjects.scheduled,
    records_end=subjects.records_end,
    build=history.build,
    neighbourhood=surroundings.neighbourhood,
    outcome=outcome.outcome,
    rules=rule.RULES,
    rule_score=rule.rule_score,
    words=reasons.WORDS,
    levers=reasons.LEVERS,
    money=proposals.money,
    propose=proposals.propose,
    cause=cause.cause,
    deadline=cause.deadline,
    groups=GROUPS,
    derive=derived.derive,
)
