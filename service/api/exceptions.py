"""``/v1/exceptions``: the inbox, ranked, and everything about one item of it."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from ledger.principals import Principal
from models.calibration import Band
from models.cause import CauseKind
from models.sensitivity import Sensitivity
from service.api.auth import guarded_router
from service.api.dependencies import Caller, UsedServices
from service.api.exception_shown import WholeExceptionShown, whole_shown
from service.api.inbox_shown import InboxShown, page_shown
from service.api.problems import declared
from service.api.released import ReleasedResponse
from service.errors import NotFound
from service.gate.released import release
from service.inbox.looking import Looking
from service.inbox.states import WAITING, Status
from service.services import Services
from service.store.inbox_reading import Filters

router = guarded_router()

Said = Annotated[str | None, Query(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


@router.get(
    "/v1/exceptions",
    summary="The inbox: what will cost most, while it can still be turned, first",
    tags=["exceptions"],
    response_model=None,
    responses={200: {"model": InboxShown}},
)
def inbox(  # noqa: PLR0917 - one parameter a filter
    services: UsedServices,
    caller: Caller,
    status: Annotated[list[Status] | None, Query(description="open and contested where not given")] = None,
    workflow: Said = None,
    owner_role: Annotated[Said, Query(description="the approver_role that answers for the step")] = None,
    cause_kind: CauseKind | None = None,
    cause_key: Said = None,
    band: Band | None = None,
    q: Annotated[Said, Query(description="a part of the id of a subject, project, client or instance")] = None,
    group: Annotated[Literal["client"] | None, Query(description="also what they come to by client")] = None,
    *,
    mine: Annotated[bool, Query(description="assigned to the reader, or to nobody and of their role")] = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """What the reader's api_role reads, ranked at this instant by money at risk, urgency and confidence.

    What a task found that may tell nothing now, because it or its workflow was stopped, is left out while that lasts.

    ``line`` says how many of it are above the line today; each item has its place in the reader's queue.
    """
    filters = Filters(
        statuses=sorted(status or WAITING),
        workflow=workflow,
        owner_role=owner_role,
        cause_kind=cause_kind,
        cause_key=cause_key,
        band=band,
        search=q,
        mine=mine,
    )
    looking = _looking(services, caller)
    page = looking.page(filters, by_client=group is not None, limit=limit, offset=offset, now=dt.datetime.now(dt.UTC))
    decides = bool(looking.gate.tables.triages.get(caller.api_role))
    clients = Sensitivity.CLIENT in looking.reader.sees
    showing = page_shown(page, limit=limit, offset=offset, decides=decides, clients=clients)
    return ReleasedResponse(release(showing, looking.reader))


@router.get(
    "/v1/exceptions/{exception_id}",
    summary="One exception: its troubles, what is recommended, what led to it and what was decided",
    tags=["exceptions"],
    response_model=None,
    responses={200: {"model": WholeExceptionShown}, **declared(NotFound)},
)
def exception(exception_id: UUID, services: UsedServices, caller: Caller) -> Response:
    """Each trouble in sentences that cite their evidence, and in figures, as far as the reader may see them.

    Troubles that arose in workflows which the reader's api_role does not read are left out, and count in no figure.
    """
    looking = _looking(services, caller)
    whole = looking.whole(exception_id, now=dt.datetime.now(dt.UTC))
    if whole is None:
        raise no_such_exception()
    decides = bool(looking.gate.tables.triages.get(caller.api_role))
    showing = whole_shown(whole, decides=decides, acts=caller.api_role == "orchestrator")
    return ReleasedResponse(release(showing, looking.reader))


def no_such_exception() -> NotFound:
    """The same whether it is not there or not for this reader."""
    return NotFound("No exception that you read has this id.")


def _looking(services: Services, caller: Principal) -> Looking:
    gate = services.gate.current
    reader = gate.reader(caller.principal_id, caller.api_role)
    return Looking(services.engine, gate, services.settings.triage, reader, services.desk.covered)
