"""In which columns of the service's tables a person may be named, and how: what erasure has to reach.

Every text column is in one of the lists; a test sees to it, so that a new column cannot be forgotten.
"""

from collections.abc import Mapping

IDS: Mapping[str, tuple[str, ...]] = {
    "answers": ("principal_id", "workflow_requester"),
    "recommendations": ("withdrawn_by",),
    "decisions": ("principal_id",),
    "kill_switches": ("principal_id",),
    "events": ("principal_id", "workflow_requester"),
    "exceptions": ("assignee",),
    "troubles": ("workflow_requester",),
    "exception_decisions": ("principal_id", "assigned_to"),
    "recommendation_outcomes": ("principal_id", "approved_by"),
    "subscriptions": ("principal_id",),
}
"""Columns that hold an id and nothing else."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "answers": ("workflow_instance",),
    "recommendations": ("withdrawn_reason",),
    "decisions": ("reason",),
    "kill_switches": ("reason",),
    "alerts": ("instance",),
    "events": ("source", "id", "subject", "workflow_instance", "workflow_purpose", "why"),
    "troubles": ("workflow_instance", "resolved_why"),
    "exception_decisions": ("reason",),
    "recommendation_outcomes": ("note",),
    "subscriptions": ("url", "description"),
    "deliveries": ("last_error",),
}
"""Columns in which somebody else wrote what they liked; an id may stand anywhere in it."""

DOCUMENTS: Mapping[str, tuple[str, ...]] = {
    "recommendations": ("requires",),
    "events": ("data",),
    "troubles": ("document", "summary"),
}
"""JSON in which an id may stand as a value, where the row is about somebody else."""

SIGNED: Mapping[str, tuple[str, ...]] = {"decisions": ("token",)}
"""Tokens, whose claims name who decided: nobody can take a name out of what is signed, so the token goes."""

DELETED: Mapping[str, tuple[str, ...]] = {
    "recommendations": ("subject_id", "params"),
    "alerts": ("about", "subject"),
    "idempotency": ("principal_id", "route", "key", "response"),
    "exceptions": ("cause_key", "part"),
    "troubles": ("subject_id", "person_id"),
    "deliveries": ("body",),
}
"""Columns by which a row is about the person, and goes as a whole."""

NOBODY: Mapping[str, tuple[str, ...]] = {
    "answers": ("task", "workflow_name", "workflow_step", "model_version", "policy_version"),
    "recommendations": ("task", "action"),
    "decisions": ("kind", "api_role"),
    "kill_switches": ("scope", "name"),
    "alerts": ("workflow", "kind", "per", "step", "action"),
    "workflow_versions": ("name", "digest", "text"),
    "policy_versions": ("policy_version", "files"),
    "idempotency": ("body_hash", "answered_as"),
    "events": ("type", "digest", "workflow_name", "workflow_step", "status"),
    "exceptions": ("cause_kind", "status", "owner_role", "band", "settled_band", "before_resolved"),
    "troubles": ("task", "project_id", "client_id", "workflow_name", "workflow_step", "band", "currency", "owner_role"),
    "event_exceptions": ("change",),
    "exception_decisions": ("kind", "api_role", "reason_code"),
    "recommendation_outcomes": ("approval", "work", "flags"),
    "subscriptions": ("api_role", "types", "secret", "former_secret"),
    "deliveries": ("type", "status"),
    "executors": ("executor_id", "holder"),
}
"""Columns that name nobody: names, codes, digests, and the texts that governed."""

RECORDS_IDS: Mapping[str, tuple[str, ...]] = {
    "projects": ("manager_id",),
    "resource_requests": ("requester",),
    "approvals": ("requester",),
    "approval_events": ("actor",),
    "revisions": ("value",),
}
"""Columns of records that name a person in a row that is about something else."""

RECORDS_WORDS: Mapping[str, tuple[str, ...]] = {
    "projects": ("name",),
    "resource_requests": ("title",),
    "time_entries": ("note",),
    "milestones": ("name",),
    "approval_events": ("note",),
    "sows": ("text", "path"),
}
"""Columns of records in which people write what they like."""

RECORDS_OF_A_PERSON = ("people", "assignments", "time_entries", "time_off")
"""Tables of records whose rows are a person's own, by ``person_id``."""
