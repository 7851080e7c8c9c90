"""The gateway's ASGI application: requests in, answers and access records out."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from time import perf_counter

from ..exchange import BREAK_OFF
from ..logs import current_request_id
from ..metrics import count_request
from ..publishing.failures import RunError, failure_of
from .bounds import Bounds
from .calls import Call
from .clients import ClientTokens, basic_credentials
from .departures import WhilePresent
from .errors import Refused
from .exporting import Outgoing
from .jobs import SEGMENT, Jobs, recorded_path
from .pipeline import Pipeline, refused, require_allowed
from .queries import MAX_QUERY
from .records import Record, Recorder, log_text
from .requests import Receive, Request, Scope, Send
from .responses import Response, failure, plain
from .snapshot import Snapshots

log = logging.getLogger(__name__)

# How long a reader may take none of an answer that is sent while it is made.
STALLED_S = 60.0

NOT_MODIFIED = 304
TOKEN_PATH = "token/generate"  # noqa: S105 - an address


class Gateway:
    """Mounted at `/api`, beside the management API; also answers `/token/generate`."""

    def __init__(
        self,
        *,
        pipeline: Pipeline,
        snapshots: Snapshots,
        tokens: ClientTokens,
        recorder: Recorder,
        trusted_proxies: int,
        bounds: Bounds,
        jobs: Jobs | None = None,
    ) -> None:
        self._pipeline = pipeline
        self._snapshots = snapshots
        self._tokens = tokens
        self._recorder = recorder
        self._trusted_proxies = trusted_proxies
        self._bounds = bounds
        self.jobs = jobs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; nothing is raised."""
        started = perf_counter()
        request = Request(scope, receive, self._trusted_proxies)
        current_request_id.set(request.request_id)
        call, trouble = Call(), None
        try:
            response = await self._answer(request, call)
        except Refused as error:
            trouble, response = error, failure(error, error.request_id or request.request_id)
        except Exception as error:
            log.exception("Request %s failed", request.request_id)
            trouble = _unexpected(error)
            response = failure(trouble, request.request_id)
        response.headers += call.headers
        if response.export is not None:
            trouble = await self._export(send, request, response, response.export)
        seconds = perf_counter() - started
        count_request(call.route.label if call.route else "", response.status, seconds)
        # Recorded before it is sent: a caller who hangs up while reading is recorded too.
        self._record(request, call, response, trouble, seconds * 1000)
        if response.export is None:
            await _send(send, response, request.request_id)

    async def _export(
        self, send: Send, request: Request, response: Response, export: Outgoing
    ) -> Refused | None:
        """Send an answer while it is made; tells why it was broken off."""
        try:
            async with asyncio.timeout(self._bounds.max_export_s):
                with WhilePresent(request):
                    chunks = _nothing() if request.method == "HEAD" else export.chunks()
                    await _send_chunks(send, response, request.request_id, chunks)
        except Refused as error:
            broken = error
        except RunError as error:
            broken = refused(failure_of(error))
        except TimeoutError:
            broken = Refused(200, "export_timeout", "The answer took too long to send")
        except Exception as error:
            log.exception("Request %s failed", request.request_id)
            broken = _unexpected(error)
        else:
            return None
        finally:
            response.rows = export.count
            await response.close()
        log.warning("Request %s was broken off: %s", request.request_id, broken.code)
        if request.may_break_off:
            await send({"type": BREAK_OFF})
        return broken

    async def _answer(self, request: Request, call: Call) -> Response:
        if request.path == TOKEN_PATH:
            return await self._give_token(request, call)
        if self.jobs is not None and request.path.startswith(f"{SEGMENT}/"):
            return await self.jobs.answer(request, call)
        return await self._pipeline.answer(request, call)

    async def run_jobs(self) -> None:
        """Run for ever what was to be answered later."""
        if self.jobs is not None:
            await self.jobs.run(self._record)

    async def _give_token(self, request: Request, call: Call) -> Response:
        """OAuth2 client credentials, by HTTP Basic, as JSON or as a form."""
        if request.method != "POST":
            raise Refused(405, "method_not_allowed", "Use POST", headers=[(b"allow", b"POST")])
        fields = await request.body(self._bounds.max_body_bytes)
        client_id, secret = basic_credentials(request) or (
            fields.get("client_id"),
            fields.get("client_secret"),
        )
        if not isinstance(client_id, str) or not isinstance(secret, str):
            raise Refused(400, "invalid_request", "Expected client_id and client_secret")
        snapshot = self._snapshots.current
        # By the client that is named: a wrong secret is refused from a wrong place first.
        named = Call(client=snapshot.clients_by_client_id.get(client_id))
        require_allowed(snapshot, request, named)
        token, seconds = self._tokens.generate(snapshot, client_id, secret, request.ip)
        call.client = named.client
        return plain({"access_token": token, "token_type": "bearer", "expires_in": seconds})

    def _record(
        self,
        request: Request,
        call: Call,
        response: Response,
        trouble: Refused | None,
        duration_ms: float,
    ) -> None:
        self._recorder.add(
            Record(
                request_id=request.request_id,
                created_at=datetime.now(UTC),
                method=request.method[:10],
                path=recorded_path(request.path)[:1000],
                query=request.query_bytes(MAX_QUERY + 1),
                status=response.status,
                duration_ms=round(duration_ms, 3),
                endpoint_id=call.route.endpoint_id if call.route else None,
                version=call.route.version if call.route else None,
                client_id=call.client.id if call.client else None,
                ip_address=request.ip,
                rows=response.rows,
                error_code=trouble.code if trouble else None,
                error=_storable(trouble.internal or trouble.message) if trouble else None,
                log=_storable(log_text(call.logs)) if call.logs else None,
            )
        )


def _unexpected(error: Exception) -> Refused:
    return Refused(500, "internal_error", "The platform failed", internal=repr(error))


def _storable(text: str) -> str:
    """Without what PostgreSQL does not take as text: the words of a caller may be in it."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


async def _send_chunks(
    send: Send, response: Response, request_id: str, chunks: AsyncIterator[bytes]
) -> None:
    """The last message is not sent when the chunks fail: the connection is then broken off."""
    headers = [*response.headers, (b"x-request-id", request_id.encode())]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    async for chunk in chunks:
        async with asyncio.timeout(STALLED_S):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _send(send: Send, response: Response, request_id: str) -> None:
    headers = [*response.headers, (b"x-request-id", request_id.encode())]
    # Of a 304 it would be the length of what the caller has.
    if response.status != NOT_MODIFIED:
        headers.append((b"content-length", b"%d" % len(response.body)))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
