"""How a job and its answer are told to whoever asked for it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from ..errors import Refused, retry_after
from ..requests import Request
from ..responses import JSON, NO_STORE, Response, enveloped
from .job import SEGMENT, Answer, Failure, Kept, State, Status
from .store import Store, StoreAway

# When it makes sense to look again.
AGAIN_S: Final = 0.0
APPLIED: Final = (b"preference-applied", b"respond-async")


def accepted(request: Request, job_id: str, kept: Kept) -> Response:
    """202: it is queued, and where to look for it."""
    response = _told(request, job_id, kept, status=202)
    url = request.address(f"{SEGMENT}/{job_id}").encode()
    response.headers += [(b"location", url), APPLIED, retry_after(AGAIN_S)]
    return response


def standing(request: Request, job_id: str, kept: Kept) -> Response:
    """200: how it stands."""
    response = _told(request, job_id, kept, status=200)
    if not kept.state.status.is_over:
        response.headers.append(retry_after(AGAIN_S))
    return response


def ended(job_id: str, *, status: str) -> Response:
    """200: it was cancelled, or its answer removed."""
    return Response(200, enveloped({"id": job_id, "status": status}), [JSON, NO_STORE])


def result(key: str, kept: Kept, store: Store) -> Response:
    """What the request would have been answered. Raises Refused, also when nothing is there yet."""
    state = kept.state
    if state.failure is not None:
        raise state.failure.refused(kept.asked.request_id)
    if state.answer is None:
        if state.status is Status.CANCELLED:
            raise Refused(409, "job_cancelled", "The job was cancelled: it has no answer")
        message = f"The job is {state.status.value}: ask again when it has succeeded"
        raise Refused(409, "job_not_done", message, headers=[retry_after(AGAIN_S)])
    headers = [*state.answer.headers, (b"content-length", b"%d" % state.answer.size)]
    body = KeptAnswer(store, key, state.answer)
    return Response(200, b"", headers, rows=state.answer.rows, export=body)


class KeptAnswer:
    """An answer on its way from where it is kept; `then` is done when it was sent."""

    truncated = False

    def __init__(self, store: Store, key: str, answer: Answer) -> None:
        self._store = store
        self._key = key
        self._answer = answer
        self.then: Callable[[], Awaitable[None]] | None = None

    @property
    def count(self) -> int | None:
        """Its rows."""
        return self._answer.rows

    async def chunks(self) -> AsyncIterator[bytes]:
        """All of it. Raises Refused when it is gone before its end."""
        try:
            async for chunk in self._store.chunks(self._key, self._answer):
                yield chunk
        except StoreAway as error:
            message = "The answer could not be read to its end"
            raise Refused(503, "jobs_unavailable", message, internal=str(error)) from None

    def all(self) -> AsyncIterator[bytes]:
        """The same: it was whole before."""
        return self.chunks()

    async def close(self) -> None:
        """It was sent, or will not be."""
        if self.then is not None:
            # What is left expires by itself.
            with suppress(StoreAway):
                await self.then()


def _told(request: Request, job_id: str, kept: Kept, *, status: int) -> Response:
    return Response(status, enveloped(_fields(request, job_id, kept)), [JSON, NO_STORE])


def _fields(request: Request, job_id: str, kept: Kept) -> dict[str, object]:
    state, url = kept.state, request.address(f"{SEGMENT}/{job_id}")
    return {
        "id": job_id,
        "status": state.status.value,
        "url": url,
        "result": f"{url}/result" if state.status is Status.SUCCEEDED else None,
        "created_at": _moment(kept.asked.created_at),
        "started_at": _moment(state.started_at),
        "finished_at": _moment(state.finished_at),
        "expires_at": _moment(state.expires_at),
        "progress": {"rows": state.rows, "bytes": state.size},
        "error": _error(state, kept.asked.request_id),
    }


def _error(state: State, request_id: str) -> dict[str, object] | None:
    found: Failure | None = state.failure
    if found is None:
        return None
    told: dict[str, object] = {
        "status": found.status, "code": found.code, "message": found.message,
        "request_id": request_id,
    }  # fmt: skip
    if found.details:
        told["details"] = [{"field": field, "message": words} for field, words in found.details]
    return told


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
