"""What is known of a project as of an instant: the part that tasks about projects share."""

from models.project_signals.build import SIGNALS, signals
from models.project_signals.fields import NO_FEATURES, ProjectFields
from models.project_signals.near import near
from models.project_signals.past import Past
from models.project_signals.words import WORDS

__all__ = ["NO_FEATURES", "SIGNALS", "WORDS", "Past", "ProjectFields", "near", "signals"]
