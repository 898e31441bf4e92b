"""Amounts of several currencies in one: the firm's reporting currency, at the rates that were known then.

``fx_rates`` has units of a currency for one unit of the reporting currency, so an amount is divided by its rate:
that of the latest day whose rate was known at ``as_of``.
"""

from dataclasses import dataclass

import polars as pl

from models.point_in_time import versions
from models.records import Records, table_of

RATE = "per_unit_of_reporting_currency"


@dataclass(frozen=True)
class Comparable:
    """Amounts that can be added and ranked, a row each.

    ``amount`` is null where no amount was given, or no rate is known for its currency; ``without_rate`` counts the
    latter. ``currency`` is what they are in, null where the records do not name it.
    """

    amount: pl.Series
    currency: str | None
    without_rate: int


def reporting_currency(records: Records) -> str | None:
    """The currency whose every rate is 1; null where the records show none, or several."""
    rates = table_of(records, "fx_rates").drop_nulls(["currency", RATE])
    ones = rates.group_by("currency").agg((pl.col(RATE) == 1).all()).filter(RATE)["currency"]
    return str(ones[0]) if len(ones) == 1 else None


def comparable(records: Records, amounts: pl.DataFrame) -> Comparable:
    """``amounts`` (``as_of``, ``amount``, ``currency``) in the reporting currency, in their order.

    Where the records have no rates at all and every amount is in one currency, that one serves: there is nothing to
    convert.
    """
    rates = _rates(records)
    given = amounts.select(
        "as_of", amount=pl.col("amount").cast(pl.Float64), currency=pl.col("currency").cast(pl.String)
    )
    if rates.is_empty():
        named = given.filter(pl.col("amount").is_not_null())["currency"].unique()
        if len(named) == 1 and named[0] is not None:
            return Comparable(given["amount"], str(named[0]), 0)
    known = (
        given.with_row_index("row")
        .sort("as_of", maintain_order=True)
        .join_asof(rates, left_on="as_of", right_on="known_at", by="currency", check_sortedness=False)
        .sort("row")
    )
    # By numpy: polars multiplies by the reciprocal where it can, and the last bit would depend on the other rows.
    converted = pl.Series("amount", known["amount"].to_numpy() / known[RATE].to_numpy(), nan_to_null=True)
    return Comparable(
        converted, reporting_currency(records), int((given["amount"].is_not_null() & converted.is_null()).sum())
    )


def at_risk(records: Records, money: pl.DataFrame) -> Comparable:
    """What `Task.money` says (with ``as_of``), loss and deferral together, in the reporting currency."""
    both = pl.sum_horizontal("expected_loss", "deferred_amount")
    some = pl.col("expected_loss").is_not_null() | pl.col("deferred_amount").is_not_null()
    return comparable(records, money.select("as_of", "currency", amount=pl.when(some).then(both)))


def _rates(records: Records) -> pl.DataFrame:
    """From when on which rate is the latest known: ``currency``, ``known_at``, the rate, ordered by ``known_at``.

    A correction of a day that a later day has replaced changes nothing any more.
    """
    return (
        versions(records, "fx_rates", [RATE])
        .filter(pl.col(RATE) > 0)
        .sort("currency", "known_at", "on")
        .filter(pl.col("on") == pl.col("on").cum_max().over("currency"))
        .unique(["currency", "known_at"], keep="last", maintain_order=True)
        .select("currency", "known_at", RATE)
        .sort("known_at", maintain_order=True)
    )
