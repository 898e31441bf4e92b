"""The records of the firm in a schema of their own, the answers given about them, and calls that may be repeated.

A record refers to others without foreign keys: any table may be missing, and a row may come before its parent.
``approval_events.seq`` may be null and is yet part of the key, hence a unique constraint to which nulls are equal
(PostgreSQL 15 or newer) in place of a primary key.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_RECORDS = """
CREATE SCHEMA records;

CREATE TABLE records.people (
    person_id text PRIMARY KEY, job_role text NOT NULL, grade text, practice text, region text, timezone text,
    skills text, cost_rate double precision, cost_currency text, hours_per_week double precision, employment text,
    joined_on date, left_on date
);
CREATE INDEX ON records.people (region);

CREATE TABLE records.projects (
    project_id text PRIMARY KEY, client_id text, name text, service_line text, billing text, currency text,
    contract_value double precision, baseline_margin double precision, budget_hours double precision,
    signed_at timestamptz, kicked_off_at timestamptz, starts_on date, ends_on date, closed_at timestamptz, region text,
    manager_id text
);
CREATE INDEX ON records.projects (client_id);
CREATE INDEX ON records.projects (manager_id);
CREATE INDEX ON records.projects (region);

CREATE TABLE records.resource_requests (
    request_id text PRIMARY KEY, project_id text, job_role text NOT NULL, skills text, region text, remote_ok boolean,
    grade text, hours_per_week double precision, headcount bigint, bill_rate double precision,
    effort_hours double precision, priority text, title text, requester text, opened_at timestamptz NOT NULL,
    needed_by date NOT NULL, ends_on date, filled_at timestamptz, cancelled_at timestamptz, status text
);
CREATE INDEX ON records.resource_requests (project_id);
CREATE INDEX ON records.resource_requests (job_role);
CREATE INDEX ON records.resource_requests (region);

CREATE TABLE records.assignments (
    assignment_id text PRIMARY KEY, project_id text NOT NULL, person_id text NOT NULL, request_id text,
    starts_on date NOT NULL, ends_on date, hours_per_week double precision, bill_rate double precision,
    booked_at timestamptz, released_on date
);
CREATE INDEX ON records.assignments (project_id);
CREATE INDEX ON records.assignments (person_id);
CREATE INDEX ON records.assignments (request_id);

CREATE TABLE records.time_entries (
    entry_id text PRIMARY KEY, person_id text NOT NULL, project_id text, worked_on date NOT NULL,
    hours double precision NOT NULL, billable boolean, category text, note text, entered_at timestamptz,
    submitted_at timestamptz, approved_at timestamptz, rejected_at timestamptz, corrected_at timestamptz,
    invoice_id text, written_off_hours double precision
);
CREATE INDEX ON records.time_entries (person_id, worked_on);
CREATE INDEX ON records.time_entries (project_id, worked_on);

CREATE TABLE records.time_off (
    person_id text, starts_on date, ends_on date NOT NULL, kind text, booked_at timestamptz,
    PRIMARY KEY (person_id, starts_on)
);

CREATE TABLE records.holidays (region text, "on" date, PRIMARY KEY (region, "on"));

CREATE TABLE records.change_requests (
    change_id text PRIMARY KEY, project_id text NOT NULL, raised_at timestamptz NOT NULL, value double precision,
    hours double precision, decided_at timestamptz, accepted boolean
);
CREATE INDEX ON records.change_requests (project_id);

CREATE TABLE records.milestones (
    milestone_id text PRIMARY KEY, project_id text NOT NULL, name text, amount double precision, due_on date NOT NULL,
    created_at timestamptz, achieved_at timestamptz, accepted_at timestamptz, billed_at timestamptz,
    cancelled_at timestamptz
);
CREATE INDEX ON records.milestones (project_id);

CREATE TABLE records.forecasts (
    project_id text, made_at timestamptz, cost_at_completion double precision NOT NULL,
    revenue_at_completion double precision, hours_at_completion double precision, ends_on date,
    PRIMARY KEY (project_id, made_at)
);

CREATE TABLE records.actuals (
    project_id text, period date, cost double precision, revenue_recognised double precision, known_at timestamptz,
    PRIMARY KEY (project_id, period)
);

CREATE TABLE records.invoices (
    invoice_id text PRIMARY KEY, project_id text NOT NULL, milestone_id text, issued_at timestamptz NOT NULL,
    amount double precision NOT NULL, period text, paid_at timestamptz, disputed_at timestamptz
);
CREATE INDEX ON records.invoices (project_id);
CREATE INDEX ON records.invoices (milestone_id);

CREATE TABLE records.approvals (
    approval_id text PRIMARY KEY, kind text NOT NULL, project_id text, requester text, amount double precision,
    currency text, opened_at timestamptz NOT NULL, closed_at timestamptz, outcome text
);
CREATE INDEX ON records.approvals (project_id);

CREATE TABLE records.approval_events (
    approval_id text NOT NULL, at timestamptz NOT NULL, seq bigint, activity text NOT NULL, actor text,
    approver_role text, note text,
    UNIQUE NULLS NOT DISTINCT (approval_id, at, seq, activity)
);

CREATE TABLE records.sows (
    sow_id text PRIMARY KEY, client text, text text, path text, received_at timestamptz, service_line text,
    template text
);

CREATE TABLE records.revisions (
    "table" text, key text, "column" text, value text, known_at timestamptz,
    PRIMARY KEY ("table", key, "column", known_at)
);
CREATE INDEX ON records.revisions (key);
CREATE INDEX ON records.revisions ("column");

CREATE TABLE records.fx_rates (
    currency text, "on" date, per_unit_of_reporting_currency double precision NOT NULL, PRIMARY KEY (currency, "on")
);
"""


def upgrade() -> None:
    """Create the tables, all of them empty."""
    op.execute(_RECORDS)
    op.create_table(
        "answers",
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
    op.create_table(
        "recommendations",
        sa.Column("jti", sa.Uuid, primary_key=True),
        sa.Column("answer_id", sa.Uuid, sa.ForeignKey("answers.answer_id"), nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("task", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("params", postgresql.JSONB, nullable=False),
        sa.Column("requires", postgresql.JSONB, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    )
    op.create_index("recommendations_answer_id_idx", "recommendations", ["answer_id"])
    op.create_index("recommendations_subject_id_idx", "recommendations", ["subject_id"])
    op.create_table(
        "idempotency",
        sa.Column("principal_id", sa.Text, primary_key=True),
        sa.Column("route", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("body_hash", sa.Text, nullable=False),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("response", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("idempotency_created_at_idx", "idempotency", ["created_at"])
