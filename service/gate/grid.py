"""The grid on which the gate compares numbers.

Cedar has whole numbers only, and a decision is worth remembering only if it comes up again. So a probability is
handed over in basis points, rounded **down** to a whole percent, and money in minor units, rounded **up** to two
significant digits. Where a policy forbids low probabilities and large amounts, both roundings can only refuse more.
Limits and floors must lie on the grid themselves, and then the rounding changes no decision at all: for a floor f on
the grid, ``p >= f`` exactly if ``down(p) >= f``; for a limit, likewise.
"""

from decimal import Decimal

_BASIS_POINTS_A_PERCENT = 100


def basis_points(probability: float) -> int:
    """The probability in basis points, rounded down to a whole percent: 0.579 is 5700."""
    return int(Decimal(str(probability)).scaleb(2)) * _BASIS_POINTS_A_PERCENT


def is_whole_percent(probability: float) -> bool:
    """Whether this probability lies on the grid."""
    percents = Decimal(str(probability)).scaleb(2)
    return percents == percents.to_integral_value()


def up_to_two_digits(units: int) -> int:
    """The next number of two significant digits: 101 is 110, 99 and 25,000 stay."""
    step: int = 10 ** max(0, len(str(units)) - 2)
    return -(-units // step) * step
