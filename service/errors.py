"""What can go wrong with a request, each as a fact with a status, a stable type and named fields.

They are exceptions of Starlette's own kind, so that they pass through the framework wherever they are raised, also
while a body is being read. ``service.api.problems`` is the one place that turns them into documents.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.exceptions import HTTPException

from service.gate.verdict import Verdict

PROBLEM_PREFIX = "urn:bellwether:problem:"


class ServiceError(HTTPException):
    """A request that gets no answer.

    ``slug`` ends the stable ``type`` by which callers tell errors apart; ``title`` is the same for every occurrence;
    ``detail`` is about this one and says what was expected; ``fields`` are members of the problem document. None of
    them may hold a value from a row.
    """

    status: ClassVar[int]
    slug: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, detail: str, *, headers: Mapping[str, str] | None = None, **fields: Any) -> None:
        super().__init__(self.status, detail, headers)
        self.fields = fields

    @classmethod
    def type_uri(cls) -> str:
        """The stable identifier of this kind of error."""
        return PROBLEM_PREFIX + cls.slug


class NotAuthenticated(ServiceError):
    """No key, or none that is known. The two are not told apart, so that nobody can learn which keys exist."""

    status, slug, title = 401, "not-authenticated", "Not authenticated"

    def __init__(self) -> None:
        super().__init__(
            "This route needs the header 'Authorization: Bearer KEY' with an API key that is in force "
            "(make one: bellwether keys create --role ROLE --principal ID).",
            headers={"WWW-Authenticate": 'Bearer realm="bellwether"'},
        )


class NotAllowed(ServiceError):
    """A known principal whose ``api_role`` may not use this route."""

    status, slug, title = 403, "not-allowed", "Not allowed"

    def __init__(self, route: str, api_role: str, may: Collection[str]) -> None:
        allowed = sorted(may)
        super().__init__(
            f"{route} may be used by {', '.join(allowed)}; this key's api_role is {api_role}.",
            route=route,
            api_role=api_role,
            allowed_api_roles=allowed,
        )


class SwitchedOff(ServiceError):
    """A task about people's time, of which nobody has recorded why and how it may be used (design, section 11)."""

    status, slug, title = 403, "person-level-off", "Person-level task is switched off"

    def __init__(self, task: str) -> None:
        super().__init__(
            f"{task} is about people's time and stays off until a named officer records its purpose, impact assessment "
            "and worker information: set BELLWETHER_PERSON_LEVEL__OFFICER, __PURPOSE, __IMPACT_ASSESSMENT and "
            "__WORKER_INFORMATION.",
            task=task,
        )


class Stopped(ServiceError):
    """A task or a workflow that somebody stopped: it tells nothing until somebody else lets it go on."""

    status, slug, title = 403, "stopped", "Stopped"

    def __init__(self, reason: str, codes: Sequence[str]) -> None:
        super().__init__(reason, codes=list(codes))


class NotPermitted(ServiceError):
    """A call that a policy of the gate forbids, as for its purpose; ``codes`` are those of the policies."""

    status, slug, title = 403, "not-permitted", "Not permitted"

    def __init__(self, reason: str, codes: Sequence[str]) -> None:
        super().__init__(reason, codes=list(codes))


class NotVisible(ServiceError):
    """A question about fields that this ``api_role`` may not see: its answer would tell what they hold."""

    status, slug, title = 403, "not-visible", "Not visible"

    def __init__(self, api_role: str, fields: Mapping[str, str]) -> None:
        super().__init__(
            f"As {api_role} you may not see {', '.join(sorted(fields))}, and may not ask what another value would "
            "change; leave it out.",
            api_role=api_role,
            hidden=[{"field": field, "kind": kind} for field, kind in sorted(fields.items())],
        )


class NotFound(ServiceError):
    """No such route, or no such thing behind it."""

    status, slug, title = 404, "not-found", "Not found"


class MethodNotAllowed(ServiceError):
    """The route exists, for other methods. ``allow`` is their list as in the Allow header."""

    status, slug, title = 405, "method-not-allowed", "Method not allowed"

    def __init__(self, allow: str) -> None:
        super().__init__(f"Use one of: {allow}.", headers={"Allow": allow})


class MalformedJson(ServiceError):
    """The body is not JSON. ``position`` is the character, from 0, at which reading stopped."""

    status, slug, title = 400, "malformed-json", "Malformed JSON"

    def __init__(self, position: int | None) -> None:
        where = "" if position is None else f" at character {position}"
        super().__init__(f"The body stops being JSON{where}; expected one JSON document in UTF-8.", position=position)


class BadRequest(ServiceError):
    """A request that HTTP itself, and not a field of it, makes unreadable."""

    status, slug, title = 400, "bad-request", "Bad request"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field.

    ``place`` is body, path, query or header; ``row`` counts from 0 in a list, is the line from 1 in NDJSON, and absent
    elsewhere; ``expected`` is a sentence without the value that was sent.
    """

    place: str
    field: str
    expected: str
    row: int | None = None

    def __str__(self) -> str:
        where = self.field or f"the {self.place}"
        return f"{where}{'' if self.row is None else f' (row {self.row})'}: {self.expected}"


class MalformedInput(ServiceError):
    """Fields that are missing, unknown, of a wrong type or out of range; with ``UnknownId`` and
    ``UnreadableDocument`` the only 422.

    ``errors`` names each with its row and what was expected, up to ``MOST_LISTED``; ``count`` is how many there are.
    """

    status, slug, title = 422, "malformed-input", "Malformed input"
    MOST_LISTED: ClassVar[int] = 100

    def __init__(self, errors: Sequence[FieldError], *, count: int | None = None) -> None:
        count = len(errors) if count is None else count
        first, more = errors[0], count - 1
        super().__init__(
            f"{first}{'' if not more else f' (and {more} more)'}",
            errors=[_member(error) for error in errors[: self.MOST_LISTED]],
            count=count,
        )


class UnsupportedDocument(ServiceError):
    """A file of a kind that is not read. ``why`` is a code."""

    status, slug, title = 415, "unsupported-document", "Unsupported document"

    def __init__(self, detail: str, *, why: str) -> None:
        super().__init__(detail, why=why)


class UnreadableDocument(ServiceError):
    """A file of a kind that is read, and which cannot be: scanned, encrypted, broken, hostile. ``why`` is a code."""

    status, slug, title = 422, "unreadable-document", "Unreadable document"

    def __init__(self, expected: str, *, why: str) -> None:
        super().__init__(f"The document was not read: {expected}.", why=why)


class UnknownId(ServiceError):
    """A well-formed id that no stored record has. ``rows`` (from 0) say which of the call's subjects."""

    status, slug, title = 422, "unknown-id", "Unknown id"

    def __init__(self, kind: str, rows: Sequence[int]) -> None:
        listed = list(rows[: MalformedInput.MOST_LISTED])
        super().__init__(
            f"No {kind} with the id in row {listed[0]}{'' if len(rows) == 1 else f' (and {len(rows) - 1} more)'}; "
            "load its records first, or leave it out.",
            kind=kind,
            rows=listed,
            count=len(rows),
        )


class TooLarge(ServiceError):
    """A body above the limit of its route, in bytes."""

    status, slug, title = 413, "too-large", "Body too large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit:,} bytes; split the call.", limit=limit)


class TooManySubjects(ServiceError):
    """More subjects in one call than are taken."""

    status, slug, title = 413, "too-many-subjects", "Too many subjects"

    def __init__(self, given: int, limit: int) -> None:
        super().__init__(
            f"{given:,} subjects; expected at most {limit:,} a call: split it.", subjects=given, limit=limit
        )


class TooManyEvents(ServiceError):
    """More events in one call than are taken; none of them is."""

    status, slug, title = 413, "too-many-events", "Too many events"

    def __init__(self, given: int, limit: int) -> None:
        super().__init__(f"{given:,} events; expected at most {limit:,} a call: split it.", events=given, limit=limit)


class TooManyRows(ServiceError):
    """More records in one call than are taken; nothing of it is stored."""

    status, slug, title = 413, "too-many-rows", "Too many rows"

    def __init__(self, limit: int) -> None:
        super().__init__(f"More than {limit:,} rows; split the call.", limit=limit)


class UnsupportedMediaType(ServiceError):
    """A body in a format that the route does not read."""

    status, slug, title = 415, "unsupported-media-type", "Unsupported media type"

    def __init__(self, expected: str) -> None:
        super().__init__(
            f"Expected a body with Content-Type: {expected}.", headers={"Accept": expected}, accept=expected
        )


class Conflict(ServiceError):
    """The call contradicts what is stored, as an Idempotency-Key that came before with another body."""

    status, slug, title = 409, "conflict", "Conflict"


class WithheldByGate(ServiceError):
    """What the gate did not permit, recorded as such. ``codes`` and ``policies`` say which rules spoke."""

    status, slug, title = 403, "withheld", "Withheld by the gate"

    def __init__(self, verdict: Verdict, **about: Any) -> None:
        said = {"codes": list(verdict.codes), "policies": list(verdict.policies)}
        super().__init__(verdict.reason, headers=None, **said, policy_version=verdict.policy_version, **about)


class AlreadyDecided(ServiceError):
    """Somebody else was first; a recommendation is decided once. The attempt is recorded."""

    status, slug, title = 409, "already-decided", "Already decided"

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason, codes=list(verdict.codes), policies=list(verdict.policies))


class NotStanding(ServiceError):
    """A recommendation that cannot be withdrawn, since there is nothing left of it. ``standing`` is how it stands."""

    status, slug, title = 409, "not-standing", "Not standing"

    def __init__(self, standing: str, why: str) -> None:
        super().__init__(f"{why} There is nothing to withdraw.", standing=standing)


class StaleDecision(ServiceError):
    """A decision on an exception that has changed since. ``version`` and ``standing`` are those of now."""

    status, slug, title = 409, "stale-decision", "Changed since it was looked at"

    def __init__(self, version: int, standing: str) -> None:
        super().__init__(
            f"The exception has version {version} now and is {standing}; look at it again, and decide on that.",
            version=version,
            standing=standing,
        )


class NotInThatState(ServiceError):
    """What cannot be done with an exception as it stands. ``expected`` are the states in which it can."""

    status, slug, title = 409, "not-in-that-state", "Not in that state"

    def __init__(self, decision: str, standing: str, expected: Collection[str]) -> None:
        listed = sorted(expected)
        super().__init__(
            f"The exception is {standing}; {decision} is for what is {', '.join(listed)}.",
            decision=decision,
            standing=standing,
            expected=listed,
        )


class NotReady(ServiceError):
    """No answer because a part without which none is allowed is missing.

    ``missing`` is its name as in ``/readyz``: database, champion, policy or audit.
    """

    status, slug, title = 503, "not-ready", "Not ready"

    def __init__(self, missing: str, why: str) -> None:
        super().__init__(why, headers={"Retry-After": "5"}, missing=missing)


class Unexpected(ServiceError):
    """A fault of the service. All that a caller learns is the request id, which the log has too."""

    status, slug, title = 500, "unexpected", "Unexpected fault"

    def __init__(self) -> None:
        super().__init__("The service failed; its log has the cause under this request_id.")


def _member(error: FieldError) -> dict[str, Any]:
    row = {} if error.row is None else {"row": error.row}
    return {"in": error.place, "field": error.field, **row, "expected": error.expected}
