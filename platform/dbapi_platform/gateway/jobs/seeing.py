"""Who may see a job: whoever made it, as long as they might ask the same again."""

from collections.abc import Sequence

from ..calls import Call
from ..clients import ClientTokens
from ..errors import Refused
from ..pipeline import require_allowed
from ..requests import Request
from ..snapshot import Snapshot
from .job import Asked, Kept, key_of
from .present import require_granted
from .store import Store, StoreAway


def gone() -> Refused:
    """404: nobody learns whether there was such a job, or whose it is."""
    return Refused(404, "not_found", "There is no such job, or it has expired")


async def find(store: Store, job_id: str) -> Kept | None:
    """The job. Raises Refused while it cannot be looked for."""
    try:
        return await store.get(key_of(job_id))
    except StoreAway as error:
        raise away(error) from None


def away(error: StoreAway) -> Refused:
    """503: jobs are kept where nobody can look now."""
    return Refused(
        503,
        "jobs_unavailable",
        "The platform cannot look for jobs now; try again shortly",
        headers=[(b"retry-after", b"2")],
        internal=str(error),
    )


def job_id_of(segments: Sequence[str]) -> tuple[str, bool]:
    """The id in a path, and whether it is its result that is asked for. Raises Refused."""
    match segments:
        case [_, job_id] if job_id:
            return job_id, False
        case [_, job_id, "result"] if job_id:
            return job_id, True
    raise gone()


def require_own(
    snapshot: Snapshot, tokens: ClientTokens, request: Request, call: Call, asked: Asked
) -> None:
    """Raises Refused for everybody but whoever made it, and when they may not call it any more."""
    if asked.client_id is not None:
        try:
            call.client = tokens.authenticate(snapshot, request)
        except Refused:
            _require_allowed(snapshot, request, call, asked)
            raise
    _require_allowed(snapshot, request, call, asked)
    if call.client is not None and call.client.id != asked.client_id:
        raise gone()
    published = snapshot.routes.of(asked.endpoint_id)
    if published is None:
        raise gone()
    require_granted(snapshot, asked, published)


def _require_allowed(snapshot: Snapshot, request: Request, call: Call, asked: Asked) -> None:
    # The record of a look at a job is not one of a call of the endpoint, but its rules hold.
    published = snapshot.routes.of(asked.endpoint_id)
    require_allowed(snapshot, request, Call(route=published, client=call.client))
