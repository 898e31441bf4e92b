"""Will a milestone be billed too late?"""

from models.milestone_miss import cause, history, outcome, proposals, reasons, rule, subjects
from models.milestone_miss.groups import GROUPS
from models.milestone_miss.settings import MilestoneMissSettings
from models.milestone_miss.snapshot import NO_FEATURES, SENSITIVE, MilestoneMissSnapshot
from models.task import Task

MILESTONE_MISS = Task(
    name="milestone_miss",
    subject="milestone",
    person_level=False,
    owner="project_id",
    expected="days",
    segments=("region", "service_line", "billing"),
    snapshot=MilestoneMissSnapshot,
    settings=MilestoneMissSettings,
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
    neighbourhood=history.neighbourhood,
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
)
