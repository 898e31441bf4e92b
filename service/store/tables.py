"""The service's own tables. ``ledger/migrations`` creates them; a test keeps the two equal.

The tables of records have no definition here: ``models.records`` is theirs, and the same test compares them with it.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

RECORDS_SCHEMA = "records"
"""The schema with one table for each of ``models.records.TABLES``, under the same name."""

metadata = sa.MetaData(naming_convention={"ix": "%(table_name)s_%(column_0_name)s_idx"})

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("answer_id", sa.Uuid, primary_key=True),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("principal_id", sa.Text, nullable=False),
    sa.Column("task", sa.Text, nullable=False),
    sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
    sa.Column("workflow_name", sa.Text, nullable=False),
    sa.Column("workflow_instance", sa.Text, nullable=False),
    sa.Column("workflow_step", sa.Text, nullable=False),
    sa.Column("workflow_requester", sa.Text),
    sa.Column("model_version", sa.Text, nullable=False),
    sa.Column("policy_version", sa.Text, nullable=False),
)

recommendations = sa.Table(
    "recommendations",
    metadata,
    sa.Column("jti", sa.Uuid, primary_key=True),
    sa.Column("answer_id", sa.Uuid, sa.ForeignKey("answers.answer_id"), nullable=False, index=True),
    sa.Column("subject_id", sa.Text, nullable=False, index=True),
    sa.Column("task", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("params", JSONB, nullable=False),
    sa.Column("requires", JSONB, nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("principal_id", sa.Text, primary_key=True),
    sa.Column("route", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("body_hash", sa.Text, nullable=False),
    sa.Column("status", sa.SmallInteger, nullable=False),
    sa.Column("response", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, index=True),
)
"""``response`` is the body as it was sent, to the byte; ``created_at`` is what retention goes by."""
