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
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("principal_id", sa.Text, nullable=False),
    sa.Column("task", sa.Text, nullable=False),
    sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
    sa.Column("workflow_name", sa.Text, nullable=False),
    sa.Column("workflow_instance", sa.Text, nullable=False),
    sa.Column("workflow_step", sa.Text, nullable=False),
    sa.Column("workflow_requester", sa.Text),
    sa.Column("model_version", sa.Text, nullable=False),
    sa.Column("policy_version", sa.Text, nullable=False),
    sa.Column("event_id", sa.Uuid, index=True),
)
"""``event_id`` is the event that was answered; null where a call was."""

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
    sa.Column("workflow_version", sa.Integer, nullable=False),
    sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("withdrawn_by", sa.Text),
    sa.Column("withdrawn_reason", sa.Text),
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("decision_id", sa.Uuid, primary_key=True),
    sa.Column("jti", sa.Uuid, sa.ForeignKey("recommendations.jti"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("principal_id", sa.Text, nullable=False),
    sa.Column("api_role", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("final", sa.Boolean, nullable=False),
    sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("token", sa.Text),
    sa.UniqueConstraint("jti", "principal_id", "kind", name="decisions_once_each"),
    sa.Index("decisions_one_final", "jti", unique=True, postgresql_where=sa.text("final")),
)
"""``token`` is that of a final accept, as it was handed out."""

kill_switches = sa.Table(
    "kill_switches",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("stopped", sa.Boolean, nullable=False),
    sa.Column("principal_id", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
)

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("workflow", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("per", sa.Text, primary_key=True),
    sa.Column("about", sa.Text, primary_key=True),
    sa.Column("instance", sa.Text, primary_key=True),
    sa.Column("step", sa.Text, primary_key=True),
    sa.Column("action", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("jti", sa.Uuid, primary_key=True, index=True),
    sa.Column("given_at", sa.DateTime(timezone=True), nullable=False, index=True),
)
"""One row a recommendation that gives an alert, by the budget that it counts in: the same alert again counts once."""

records_loads = sa.Table(
    "records_loads",
    metadata,
    sa.Column("loaded_at", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("reaches", sa.DateTime(timezone=True)),
)

workflow_versions = sa.Table(
    "workflow_versions",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("first_served_at", sa.DateTime(timezone=True), nullable=False),
)
"""What each version of a workflow says, for good: a text that changed under the same number is refused."""

policy_versions = sa.Table(
    "policy_versions",
    metadata,
    sa.Column("policy_version", sa.Text, primary_key=True),
    sa.Column("files", JSONB, nullable=False),
    sa.Column("first_served_at", sa.DateTime(timezone=True), nullable=False),
)
"""The texts of policies and tables behind each ``policy_version`` that ever served, by file name."""

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
    sa.Column("answered_as", sa.Text),
)
"""``response`` is the body as it was sent, to the byte; ``created_at`` is what retention goes by; ``answered_as`` says
for whose eyes it was made, and what has none is given to nobody again."""
