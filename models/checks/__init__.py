"""Are these records fit to learn from? Every table against its schema, and the tables against each other."""

from models.checks.report import Report, TableSummary, check
from models.checks.set_aside import set_aside

__all__ = ["Report", "TableSummary", "check", "set_aside"]
