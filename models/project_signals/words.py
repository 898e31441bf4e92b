"""The shared fields in a manager's words."""

from collections.abc import Mapping

from models.project_signals.wording import Wording
from models.project_signals.words_of_delivery import DELIVERY
from models.project_signals.words_of_money import MONEY

WORDS: Mapping[str, Wording] = {**DELIVERY, **MONEY}
"""The words of every shared field that a predictor reads."""
