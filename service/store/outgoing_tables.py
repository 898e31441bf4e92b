"""Subscriptions, what is delivered to them, and which process holds which name, as ``ledger.migrations`` makes them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from service.store.tables import metadata

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("subscription_id", sa.Uuid, primary_key=True),
    sa.Column("principal_id", sa.Text, nullable=False),
    sa.Column("api_role", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("types", JSONB, nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("former_secret", sa.LargeBinary),
    sa.Column("former_until", sa.DateTime(timezone=True)),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("subscriptions_principal_id_idx", "principal_id"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("delivery_id", sa.Uuid, primary_key=True),
    sa.Column("subscription_id", sa.Uuid, sa.ForeignKey("subscriptions.subscription_id"), nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("about", sa.Uuid, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("attempts_before", sa.Integer, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("next_at", sa.DateTime(timezone=True)),
    sa.Column("last_status", sa.Integer),
    sa.Column("last_error", sa.Text),
    sa.Column("settled_at", sa.DateTime(timezone=True)),
    sa.Index("deliveries_subscription_id_idx", "subscription_id", "status"),
    sa.Index("deliveries_created_at_idx", "created_at"),
    sa.Index("deliveries_waiting_idx", "next_at", postgresql_where=sa.text("status = 'pending'")),
)

executors = sa.Table(
    "executors",
    metadata,
    sa.Column("executor_id", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("leased_until", sa.DateTime(timezone=True), nullable=False),
)
