"""What the gate has to remember: alerts given, decisions, what is stopped, how far records reach, texts in force.

And by what the rows of the audit are found, see ``ledger.names``.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_GATE = """
ALTER TABLE recommendations
    ADD COLUMN workflow_version integer,
    ADD COLUMN issued_at timestamptz,
    ADD COLUMN withdrawn_by text,
    ADD COLUMN withdrawn_reason text;
UPDATE recommendations SET issued_at = answers.received_at, workflow_version = 1
    FROM answers WHERE answers.answer_id = recommendations.answer_id;
ALTER TABLE recommendations
    ALTER COLUMN workflow_version SET NOT NULL,
    ALTER COLUMN issued_at SET NOT NULL;

ALTER TABLE idempotency ADD COLUMN answered_as text;

CREATE TABLE decisions (
    decision_id uuid PRIMARY KEY, jti uuid NOT NULL REFERENCES recommendations (jti), kind text NOT NULL,
    principal_id text NOT NULL, api_role text NOT NULL, reason text, final boolean NOT NULL,
    decided_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, token text,
    CONSTRAINT decisions_once_each UNIQUE (jti, principal_id, kind)
);
CREATE UNIQUE INDEX decisions_one_final ON decisions (jti) WHERE final;

CREATE TABLE kill_switches (
    scope text NOT NULL, name text NOT NULL, stopped boolean NOT NULL, principal_id text NOT NULL, reason text NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (scope, name)
);

CREATE TABLE alerts (
    workflow text NOT NULL, kind text NOT NULL, per text NOT NULL, about text NOT NULL, instance text NOT NULL,
    step text NOT NULL, action text NOT NULL, subject text NOT NULL, jti uuid NOT NULL, given_at timestamptz NOT NULL,
    PRIMARY KEY (workflow, kind, per, about, instance, step, action, subject, jti)
);
CREATE INDEX alerts_jti_idx ON alerts (jti);
CREATE INDEX alerts_given_at_idx ON alerts (given_at);

CREATE TABLE records_loads (loaded_at timestamptz PRIMARY KEY, reaches timestamptz);

CREATE TABLE workflow_versions (
    name text NOT NULL, version integer NOT NULL, digest text NOT NULL, text text NOT NULL,
    first_served_at timestamptz NOT NULL,
    PRIMARY KEY (name, version)
);

CREATE TABLE policy_versions (
    policy_version text PRIMARY KEY, files jsonb NOT NULL, first_served_at timestamptz NOT NULL
);
"""

_SEARCH = r"""
ALTER TABLE audit ADD COLUMN names bigint[] NOT NULL DEFAULT '{}';
UPDATE audit SET names = ARRAY(
    SELECT DISTINCT CAST(CAST('x' || left(replace(found[1], '-', ''), 16) AS bit(64)) AS bigint) AS name
    FROM regexp_matches(
        payload,
        '"(?:answer_id|jti|principal|promoter|requester|subject|trainer)"'
        ':"([0-9a-f]{64}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"',
        'g'
    ) AS found
    ORDER BY name
);
CREATE INDEX audit_names_idx ON audit USING gin (names);
CREATE INDEX audit_kind_idx ON audit (kind, seq);
CREATE INDEX audit_at_idx ON audit (at);
CREATE INDEX answers_received_at_idx ON answers (received_at);
"""

_UNDO = """
ALTER TABLE idempotency DROP COLUMN answered_as;
DROP INDEX audit_names_idx, audit_kind_idx, audit_at_idx, answers_received_at_idx;
ALTER TABLE audit DROP COLUMN names;
DROP TABLE policy_versions, workflow_versions, records_loads, alerts, kill_switches, decisions;
ALTER TABLE recommendations
    DROP COLUMN workflow_version, DROP COLUMN issued_at, DROP COLUMN withdrawn_by, DROP COLUMN withdrawn_reason;
"""


def upgrade() -> None:
    op.execute(_GATE)
    op.get_bind().exec_driver_sql(_SEARCH)


def downgrade() -> None:
    op.execute(_UNDO)
