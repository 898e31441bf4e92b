"""What of an answer its reader may see."""

from collections.abc import Mapping
from typing import Any

from models.actions import ACTIONS
from models.sensitivity import Sensitivity

UNSHOWN = "(not shown)"


def visible_params(action: str, params: Mapping[str, Any], sees: frozenset[Sensitivity]) -> dict[str, Any]:
    """The parameters of an action, null where the reader may not see them."""
    sensitive = ACTIONS[action].params.sensitive
    return {
        name: None if name in sensitive and sensitive[name] not in sees else value for name, value in params.items()
    }
