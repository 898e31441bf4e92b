"""Alembic's environment and the schema's versions, in order. Applied by ``ledger.migrate``, never by hand."""
