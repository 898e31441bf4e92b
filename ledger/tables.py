"""The ledger's own tables. ``ledger/migrations`` creates them; a test keeps the two equal."""

import sqlalchemy as sa

metadata = sa.MetaData()

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("key_id", sa.Text, primary_key=True),
    sa.Column("principal_id", sa.Text, nullable=False),
    sa.Column("api_role", sa.Text, nullable=False),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("revoked_at", sa.DateTime(timezone=True)),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("previous_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("names", sa.ARRAY(sa.BigInteger), nullable=False, server_default="{}"),
    sa.Index("audit_names_idx", "names", postgresql_using="gin"),
    sa.Index("audit_kind_idx", "kind", "seq"),
    sa.Index("audit_at_idx", "at"),
)
"""``payload`` is text, not jsonb: what was hashed is what is stored, to the byte. jsonb rewrites numbers (``1e22``
comes back as an integer, ``-0.0`` without its sign), and a row that nobody touched would then fail its own hash.
``names`` is no part of what is hashed: it follows from ``payload`` (``ledger.names``), and rows are found by it."""

audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("only", sa.Boolean, sa.CheckConstraint('"only"', name="audit_head_is_one_row"), primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
"""One row: where the chain ends. Whoever holds its lock appends, so that all processes share one order."""

person_keys = sa.Table(
    "person_keys",
    metadata,
    sa.Column("person_id", sa.Text, primary_key=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
)
