"""Money in the firm's reporting currency, at the rates that the stored records hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Rates:
    """The reporting currency, None where the records do not name it, and units of each currency for one of it."""

    reporting: str | None
    per_unit: Mapping[str, float]

    def convert(self, amount: float | None, currency: str | None) -> float | None:
        """The amount in the reporting currency; None where it or its rate is unknown."""
        rate = self.per_unit.get(currency) if currency is not None else None
        return None if amount is None or rate is None else amount / rate


def rates(connection: Connection, as_of: datetime) -> Rates:
    """The latest rates known at ``as_of``, as `models.currency` takes them.

    The reporting currency is the one whose every rate is 1. Where there are no rates at all and every project is in one
    currency, that one serves: there is nothing to convert.
    """
    rows = connection.execute(_RATES, {"as_of": as_of}).all()
    ones = [row.currency for row in rows if row.ones]
    reporting = ones[0] if len(ones) == 1 else None
    if rows:
        return Rates(reporting, {row.currency: row.rate for row in rows if row.rate is not None})
    only = connection.execute(_ONLY).scalars().all()
    return Rates(only[0], {only[0]: 1.0}) if len(only) == 1 else Rates(None, {})


_RATES = text("""
    SELECT currency, bool_and(per_unit_of_reporting_currency = 1) AS ones,
        (array_agg(per_unit_of_reporting_currency ORDER BY "on" DESC)
            FILTER (WHERE "on" <= CAST(:as_of AS timestamptz)::date))[1] AS rate
    FROM records.fx_rates WHERE per_unit_of_reporting_currency > 0 GROUP BY currency
""")
_ONLY = text("SELECT DISTINCT currency FROM records.projects WHERE currency IS NOT NULL LIMIT 2")
