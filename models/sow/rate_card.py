"""Rates of a statement of work beside those of the firm's card."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

SAME = 0.005
"""Rates that differ by less than half a percent are the same: cards are rounded."""


class CardRate(BaseModel):
    """What an hour or a day of a role is billed at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rate: Annotated[float, Field(gt=0, lt=1_000_000)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    unit: Literal["hour", "day"]


class OffCard(NamedTuple):
    """A role whose rate is not the card's, and by how many percent of the card's."""

    role: str
    gap_percent: float


def off_card(roles: Sequence[Mapping[str, Any]], card: Mapping[str, CardRate]) -> list[OffCard]:
    """The roles off the card. A role that the card does not name, in that currency and unit, cannot be compared."""
    found = []
    for role in roles:
        named = card.get(role["role"].replace(" ", "_"))
        if named is None or (role["currency"], role["unit"]) != (named.currency, named.unit):
            continue
        gap = abs(role["rate"] / named.rate - 1)
        if gap >= SAME:
            found.append(OffCard(role["role"], round(100 * gap, 1)))
    return found
