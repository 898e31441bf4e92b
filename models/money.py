"""Money that a subject puts at risk, and the smallest units in which amounts are compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from math import isfinite
from types import MappingProxyType

_CENTS = 2
# ISO 4217, the currencies whose smallest unit is not a hundredth.
_OTHER_EXPONENTS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"), 0)
    | dict.fromkeys(("XAF", "XOF", "XPF"), 0)
    | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
    | dict.fromkeys(("CLF", "UYW"), 4)
)


def is_currency(code: str) -> bool:
    """Whether this is written as an ISO 4217 code is: three capital letters."""
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()  # noqa: PLR2004


def minor_units(amount: float | Decimal, currency: str) -> int:
    """The amount in the currency's smallest unit (cents for EUR, yen for JPY), a fraction of one rounded up.

    Rounded up, so that an amount just above a limit never reads as one at the limit.
    """
    exponent = _OTHER_EXPONENTS.get(currency, _CENTS)
    return int(Decimal(str(amount)).scaleb(exponent).to_integral_value(ROUND_CEILING))


@dataclass(frozen=True, slots=True)
class MoneyAtRisk:
    """What the predicted trouble would cost, in expectation: lost for good, or only received later.

    Both amounts are in ``currency`` and null where no rate is known. Raises ValueError for an amount that is negative
    or not finite, or has no currency.
    """

    expected_loss: float | None = None
    deferred_amount: float | None = None
    currency: str | None = None

    def __post_init__(self) -> None:
        for name, amount in (("expected_loss", self.expected_loss), ("deferred_amount", self.deferred_amount)):
            if amount is None:
                continue
            if not isfinite(amount) or amount < 0:
                raise ValueError(f"{name} is {amount}; expected a finite amount of at least 0")
            if self.currency is None:
                raise ValueError(f"{name} has no currency; expected an ISO 4217 code beside it")
        if self.currency is not None and not is_currency(self.currency):
            raise ValueError(f"currency is {self.currency!r}; expected an ISO 4217 code such as EUR")

    @property
    def at_stake(self) -> float | None:
        """The larger of the two amounts, which a limit is held against; null where neither is known."""
        known = [amount for amount in (self.expected_loss, self.deferred_amount) if amount is not None]
        return max(known, default=None)
