"""Probabilities and amounts as the whole numbers that Cedar has."""

from decimal import Decimal

_BASIS_POINTS_A_PERCENT = 100


def basis_points(probability: float) -> int:
    """The probability in basis points, rounded down to a whole percent: 0.579 is 5700."""
    return int(Decimal(str(probability)).scaleb(2)) * _BASIS_POINTS_A_PERCENT


def is_whole_percent(probability: float) -> bool:
    """Whether this probability is a whole percent."""
    percents = Decimal(str(probability)).scaleb(2)
    return percents == percents.to_integral_value()


def up_to_two_digits(units: int) -> int:
    """The next number of two significant digits: 101 is 110, 99 and 25,000 stay."""
    step: int = 10 ** max(0, len(str(units)) - 2)
    return -(-units // step) * step
