"""The names of the fields that are read from a statement of work."""

from typing import Literal

FieldName = Literal[
    "client", "starts_on", "ends_on", "duration_months", "value", "currency", "billing", "roles", "places",
    "milestones", "acceptance", "payment_terms", "renewal",
]  # fmt: skip
