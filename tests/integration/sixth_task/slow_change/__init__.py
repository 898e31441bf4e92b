"""Will a change request still be undecided when the client's time for it is over?"""

from models.slow_change import cause, history, outcome, proposals, reasons, rule, subjects
from models.slow_change.settings import SlowChangeSettings
from models.slow_change.snapshot import NO_FEATURES, SENSITIVE, SlowChangeSnapshot
from models.task import Task

SLOW_CHANGE = Task(
    name="slow_change",
    subject="change request",
    person_level=False,
    owner="project_id",
    expected=None,
    segments=("service_line",),
    snapshot=SlowChangeSnapshot,
    settings=SlowChangeSettings,
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
