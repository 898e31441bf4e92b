"""Will a person's time for a day still be missing when its week closes?"""

from models.missing_time import cause, history, outcome, proposals, reasons, rule, subjects
from models.missing_time.settings import MissingTimeSettings
from models.missing_time.snapshot import NO_FEATURES, SENSITIVE, MissingTimeSnapshot
from models.task import Task

MISSING_TIME = Task(
    name="missing_time",
    subject="person-day",
    person_level=True,
    owner=None,
    expected=None,
    segments=("region", "practice", "job_role"),
    snapshot=MissingTimeSnapshot,
    settings=MissingTimeSettings,
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
)
