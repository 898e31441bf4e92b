"""Events that came in, the exceptions that came of them, what people decided, and what goes out to subscribers.

The durable workflows of DBOS keep their state in the schema ``dbos`` of the same database, which DBOS migrates itself.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_EVENTS = """
CREATE TABLE events (
    event_id uuid PRIMARY KEY, source text NOT NULL, id text NOT NULL, type text NOT NULL, subject text,
    happened_at timestamptz, received_at timestamptz NOT NULL, principal_id text NOT NULL, digest text NOT NULL,
    workflow_name text NOT NULL, workflow_instance text NOT NULL, workflow_step text NOT NULL, workflow_requester text,
    workflow_purpose text, data jsonb NOT NULL, status text NOT NULL, why text, settled_at timestamptz,
    CONSTRAINT events_once UNIQUE (source, id)
);
CREATE INDEX events_received_at_idx ON events (received_at);
CREATE INDEX events_waiting_idx ON events (received_at) WHERE status = 'accepted';

ALTER TABLE answers ADD COLUMN event_id uuid;
CREATE INDEX answers_event_id_idx ON answers (event_id);
"""

_EXCEPTIONS = """
CREATE TABLE exceptions (
    exception_id uuid PRIMARY KEY, cause_kind text NOT NULL, cause_key text NOT NULL, part text NOT NULL,
    status text NOT NULL, version integer NOT NULL, owner_role text, assignee text,
    opened_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, raised_at timestamptz NOT NULL,
    times_raised integer NOT NULL, amount double precision, unpriced integer NOT NULL, band text NOT NULL,
    probability double precision, confidence double precision NOT NULL, deadline timestamptz,
    snoozed_until timestamptz, settled_amount double precision, settled_band text,
    settled_at timestamptz, before_resolved text
);
CREATE UNIQUE INDEX exceptions_one_a_cause ON exceptions (cause_kind, cause_key, part) WHERE status <> 'resolved';
CREATE INDEX exceptions_cause_idx ON exceptions (cause_kind, cause_key);
CREATE INDEX exceptions_status_idx ON exceptions (status);
CREATE INDEX exceptions_updated_at_idx ON exceptions (updated_at);

CREATE TABLE troubles (
    trouble_id uuid PRIMARY KEY, exception_id uuid NOT NULL REFERENCES exceptions (exception_id),
    task text NOT NULL, subject_id text NOT NULL, project_id text, client_id text, person_id text,
    workflow_name text NOT NULL, workflow_instance text NOT NULL, workflow_step text NOT NULL, workflow_requester text,
    answer_id uuid, event_id uuid, as_of timestamptz NOT NULL, first_found_at timestamptz NOT NULL,
    found_at timestamptz NOT NULL, times_found integer NOT NULL, probability double precision, band text NOT NULL,
    expected_loss double precision, deferred_amount double precision, currency text, amount double precision,
    confidence double precision NOT NULL, deadline timestamptz, owner_role text, document jsonb NOT NULL,
    summary jsonb NOT NULL,
    resolved_at timestamptz, resolved_why text
);
CREATE UNIQUE INDEX troubles_one_a_subject ON troubles (task, subject_id) WHERE resolved_at IS NULL;
CREATE INDEX troubles_exception_id_idx ON troubles (exception_id);
CREATE INDEX troubles_subject_id_idx ON troubles (subject_id);
CREATE INDEX troubles_person_id_idx ON troubles (person_id);

CREATE TABLE event_exceptions (
    event_id uuid NOT NULL REFERENCES events (event_id),
    exception_id uuid NOT NULL REFERENCES exceptions (exception_id),
    change text NOT NULL,
    PRIMARY KEY (event_id, exception_id)
);
CREATE INDEX event_exceptions_exception_id_idx ON event_exceptions (exception_id);

CREATE TABLE exception_decisions (
    decision_id uuid PRIMARY KEY, exception_id uuid NOT NULL REFERENCES exceptions (exception_id), kind text NOT NULL,
    version integer NOT NULL, principal_id text NOT NULL, api_role text NOT NULL, reason_code text, reason text,
    until timestamptz, assigned_to text, trouble_id uuid, decided_at timestamptz NOT NULL
);
CREATE INDEX exception_decisions_exception_id_idx ON exception_decisions (exception_id);
CREATE INDEX exception_decisions_principal_id_idx ON exception_decisions (principal_id, decided_at);

CREATE TABLE recommendation_outcomes (
    outcome_id uuid PRIMARY KEY, jti uuid NOT NULL REFERENCES recommendations (jti), approval text NOT NULL,
    work text NOT NULL, approved_by text, note text, happened_at timestamptz NOT NULL, reported_at timestamptz NOT NULL,
    principal_id text NOT NULL, flags jsonb NOT NULL
);
CREATE INDEX recommendation_outcomes_jti_idx ON recommendation_outcomes (jti);
"""
"""``settled_*``: how bad it was when somebody decided, and when; it comes back only when it got worse than that.
``before_resolved``: its status before the last of its troubles was over, should one come back soon."""

_OUT = """
CREATE TABLE subscriptions (
    subscription_id uuid PRIMARY KEY, principal_id text NOT NULL, api_role text NOT NULL, url text NOT NULL,
    types jsonb NOT NULL, description text, secret bytea NOT NULL, former_secret bytea, former_until timestamptz,
    active boolean NOT NULL, created_at timestamptz NOT NULL, changed_at timestamptz NOT NULL
);
CREATE INDEX subscriptions_principal_id_idx ON subscriptions (principal_id);

CREATE TABLE deliveries (
    delivery_id uuid PRIMARY KEY, subscription_id uuid NOT NULL REFERENCES subscriptions (subscription_id),
    type text NOT NULL, about uuid NOT NULL, body text NOT NULL, status text NOT NULL, attempts integer NOT NULL,
    attempts_before integer NOT NULL, created_at timestamptz NOT NULL, next_at timestamptz, last_status integer,
    last_error text, settled_at timestamptz
);
CREATE INDEX deliveries_subscription_id_idx ON deliveries (subscription_id, status);
CREATE INDEX deliveries_created_at_idx ON deliveries (created_at);
CREATE INDEX deliveries_waiting_idx ON deliveries (next_at) WHERE status = 'pending';

CREATE TABLE executors (
    executor_id text PRIMARY KEY, holder text NOT NULL, leased_until timestamptz NOT NULL
);
"""

_UNDO = """
DROP TABLE executors, deliveries, subscriptions, recommendation_outcomes, exception_decisions, event_exceptions,
    troubles, exceptions;
DROP INDEX answers_event_id_idx;
ALTER TABLE answers DROP COLUMN event_id;
DROP TABLE events;
"""


def upgrade() -> None:
    op.execute(_EVENTS)
    op.execute(_EXCEPTIONS)
    op.execute(_OUT)


def downgrade() -> None:
    op.execute(_UNDO)
