"""Money at risk, and amounts in the smallest unit."""

from decimal import Decimal

import pytest

from models.money import MoneyAtRisk, minor_units


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        (12.34, "EUR", 1234),
        (0.29, "USD", 29),
        (0.001, "EUR", 1),
        (0, "EUR", 0),
        (1500, "JPY", 1500),
        (1500.2, "JPY", 1501),
        (1.5, "KWD", 1500),
        (1, "CLF", 10_000),
        (Decimal("19.999"), "GBP", 2000),
    ],
)
def test_an_amount_is_counted_in_the_smallest_unit_and_a_fraction_rounds_up(amount, currency, units):
    assert minor_units(amount, currency) == units


@pytest.mark.parametrize(
    ("money", "stake"),
    [
        (MoneyAtRisk(), None),
        (MoneyAtRisk(currency="EUR"), None),
        (MoneyAtRisk(10.0, None, "EUR"), 10.0),
        (MoneyAtRisk(10.0, 20.0, "EUR"), 20.0),
    ],
)
def test_what_is_at_stake_is_the_larger_amount_that_is_known(money, stake):
    assert money.at_stake == stake


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ((-1.0, None, "EUR"), "expected_loss is -1.0"),
        ((None, float("inf"), "EUR"), "deferred_amount is inf"),
        ((1.0, None, None), "has no currency"),
        ((1.0, None, "eur"), "ISO 4217"),
        ((1.0, None, "EURO"), "ISO 4217"),
    ],
)
def test_money_that_makes_no_sense_cannot_be_made(values, reason):
    with pytest.raises(ValueError, match=reason):
        MoneyAtRisk(*values)
