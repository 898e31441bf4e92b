"""Will a project's margin forecast fall?"""

from models.margin_erosion import cause, history, outcome, proposals, reasons, rule, subjects
from models.margin_erosion.groups import GROUPS
from models.margin_erosion.settings import MarginErosionSettings
from models.margin_erosion.snapshot import NO_FEATURES, SENSITIVE, MarginErosionSnapshot
from models.sensitivity import Sensitivity
from models.task import Task

MARGIN_EROSION = Task(
    name="margin_erosion",
    subject="project",
    person_level=False,
    owner="project_id",
    expected="points",
    segments=("region", "service_line", "billing"),
    snapshot=MarginErosionSnapshot,
    settings=MarginErosionSettings,
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
    expected_is=Sensitivity.MARGIN,
    money_is=Sensitivity.MARGIN,
)
