"""The gateway's ASGI application: requests in, answers and access records out."""

import logging
from datetime import UTC, datetime
from time import perf_counter

from ..metrics import count_request
from .clients import ClientTokens
from .errors import Refused
from .pipeline import Call, Pipeline, require_allowed
from .queries import MAX_QUERY
from .records import Record, Recorder, log_text
from .requests import Receive, Request, Scope, Send
from .responses import Response, failure, plain
from .snapshot import Snapshots

log = logging.getLogger(__name__)

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
        max_body_bytes: int,
    ) -> None:
        self._pipeline = pipeline
        self._snapshots = snapshots
        self._tokens = tokens
        self._recorder = recorder
        self._trusted_proxies = trusted_proxies
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; nothing is raised."""
        started = perf_counter()
        request = Request(scope, receive, self._trusted_proxies)
        call, refused = Call(), None
        try:
            response = await self._answer(request, call)
        except Refused as error:
            refused, response = error, failure(error, request.request_id)
        except Exception as error:
            log.exception("Request %s failed", request.request_id)
            refused = Refused(500, "internal_error", "The platform failed", internal=repr(error))
            response = failure(refused, request.request_id)
        # Recorded before it is sent: a caller who hangs up while reading is recorded too.
        response.headers += call.headers
        seconds = perf_counter() - started
        count_request(call.route.label if call.route else "", response.status, seconds)
        self._record(request, call, response, refused, seconds * 1000)
        await _send(send, response, request.request_id)

    async def _answer(self, request: Request, call: Call) -> Response:
        if request.path == TOKEN_PATH:
            return await self._give_token(request, call)
        return await self._pipeline.answer(request, call)

    async def _give_token(self, request: Request, call: Call) -> Response:
        """OAuth2 client credentials, as JSON or as a form."""
        if request.method != "POST":
            raise Refused(405, "method_not_allowed", "Use POST", headers=[(b"allow", b"POST")])
        fields = await request.body(self._max_body_bytes)
        client_id, secret = fields.get("client_id"), fields.get("client_secret")
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
        refused: Refused | None,
        duration_ms: float,
    ) -> None:
        self._recorder.add(
            Record(
                request_id=request.request_id,
                created_at=datetime.now(UTC),
                method=request.method[:10],
                path=request.path[:1000],
                query=request.query_bytes(MAX_QUERY + 1),
                status=response.status,
                duration_ms=round(duration_ms, 3),
                endpoint_id=call.route.endpoint_id if call.route else None,
                version=call.route.version if call.route else None,
                client_id=call.client.id if call.client else None,
                ip_address=request.ip,
                rows=response.rows,
                error_code=refused.code if refused else None,
                error=_storable(refused.internal or refused.message) if refused else None,
                log=_storable(log_text(call.logs)) if call.logs else None,
            )
        )


def _storable(text: str) -> str:
    """Without what PostgreSQL does not take as text: the words of a caller may be in it."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


async def _send(send: Send, response: Response, request_id: str) -> None:
    headers = [
        *response.headers,
        (b"content-length", str(len(response.body)).encode()),
        (b"x-request-id", request_id.encode()),
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
