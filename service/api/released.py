"""The one response of a judged route: what the gate released for the caller, and nothing else."""

from starlette.responses import Response

from ledger.principals import Principal
from service.gate.released import Released


class UnreleasedAnswer(Exception):
    """A judged route was about to send something that the gate did not release for this caller. Nothing is sent."""


class ReleasedResponse(Response):
    """A released answer on its way out. Raises UnreleasedAnswer for anything else."""

    media_type = "application/json"

    def __init__(self, released: Released, status_code: int = 200) -> None:
        if type(released) is not Released:
            raise UnreleasedAnswer(type(released).__name__)
        self.released = released
        super().__init__(released.content, status_code)


def require_released(response: Response, caller: Principal) -> None:
    """Raises UnreleasedAnswer unless this is what the gate released for this caller, to the byte."""
    if type(response) is not ReleasedResponse or response.body != response.released.content:
        raise UnreleasedAnswer(type(response).__name__)
    reader = response.released.reader
    if (reader.principal_id, reader.api_role) != (caller.principal_id, caller.api_role):
        raise UnreleasedAnswer("released for another reader")
