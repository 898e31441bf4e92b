"""Will a time entry be rejected, corrected or written off?"""

from models.task import Task
from models.unusual_time import cause, history, near, outcome, proposals, reasons, rule, subjects
from models.unusual_time.settings import UnusualTimeSettings
from models.unusual_time.snapshot import NO_FEATURES, SENSITIVE, UnusualTimeSnapshot

UNUSUAL_TIME = Task(
    name="unusual_time",
    subject="time entry",
    person_level=True,
    owner="person_id",
    expected=None,
    segments=("region", "service_line", "billing", "practice"),
    snapshot=UnusualTimeSnapshot,
    settings=UnusualTimeSettings,
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
    neighbourhood=near.neighbourhood,
    outcome=outcome.outcome,
    rules=rule.RULES,
    rule_score=rule.rule_score,
    words=reasons.WORDS,
    levers=reasons.LEVERS,
    money=proposals.money,
    propose=proposals.propose,
    cause=cause.cause,
    deadline=cause.deadline,
    unsupervised=True,
)
