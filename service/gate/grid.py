"""The grid on which the gate compares numbers.

Cedar has whole numbers only, and a decision is worth remembering only if it comes up again. So a probability is
handed over in basis points, rounded **down** to a mark of the grid, and money in minor units, rounded **up** to one.
Where a policy forbids low probabilities and large amounts, both roundings can only refuse more, and for a floor or a
limit that is a mark itself the rounding changes no decision at all: ``p >= f`` exactly if ``down(p) >= f``.

The house's own policies compare with the workflow's floors and limits and nothing else, so these are the marks, and a
whole batch needs a handful of decisions. A firm's policy may compare with any number that it likes: where one reads the
probability, whole percents are the marks, and where one reads the amount, all numbers of two significant digits.
"""

from collections.abc import Collection
from decimal import Decimal

from models.money import minor_units
from service.gate.rounding import basis_points, up_to_two_digits
from service.gate.workflow import Terms
from service.gate.workflow_files import Workflows


class Grid:
    """The marks of each workflow, step and action.

    ``finely`` names the facts that a firm's own policies read; "*" are all.
    """

    def __init__(self, workflows: Workflows, finely: Collection[str]) -> None:
        self._fine_probability, self._fine_amount, self._fine_alerts = (
            not {name, "*"}.isdisjoint(finely) for name in ("probability", "amount", "alerts_left")
        )
        self._floors: dict[tuple[str, str, str], tuple[Decimal, int]] = {}
        self._limits: dict[tuple[str, str, str], dict[str, int]] = {}
        for workflow in workflows.by_name.values():
            for step_name, step in workflow.steps.items():
                for action, terms in step.actions.items():
                    self._mark((workflow.name, step_name, action), terms)

    def knows(self, place: tuple[str, str, str]) -> bool:
        """Whether a workflow states the terms of this action in this step; ``place`` is workflow, step and action."""
        return place in self._floors

    def probability(self, place: tuple[str, str, str], probability: float | None) -> int | None:
        """Basis points, rounded down."""
        if probability is None:
            return None
        if self._fine_probability:
            return basis_points(probability)
        floor, mark = self._floors.get(place, (Decimal(0), 0))
        return mark if Decimal(str(probability)) >= floor else 0

    def amount(self, place: tuple[str, str, str], amount: float | None, currency: str | None) -> int | None:
        """Minor units of the currency, rounded up; None where amount or currency is unknown."""
        if amount is None or currency is None:
            return None
        if self._fine_amount:
            return up_to_two_digits(minor_units(amount, currency))
        limit = self._limits.get(place, {}).get(currency, 0)
        return limit if minor_units(amount, currency) <= limit else limit + 1

    def alerts_left(self, left: int | None) -> int | None:
        """How many alerts are left: none or some, unless a firm's policy counts them."""
        return left if left is None or self._fine_alerts else int(left > 0)

    def _mark(self, place: tuple[str, str, str], terms: Terms) -> None:
        self._floors[place] = (Decimal(str(terms.confidence_floor)), basis_points(terms.confidence_floor))
        self._limits[place] = {code: minor_units(limit, code) for code, limit in (terms.money_limits or {}).items()}
