"""One gateway request, from top to bottom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..access.calling import visible_client
from ..datasources import Datasources
from ..engines.answers import Answer
from ..engines.script.errors import LogLine, ScriptError
from ..publishing.failures import Failure, RunError, failure_of
from .circuits import Circuits
from .clients import ClientTokens
from .compiling import CompiledVersions
from .errors import Refused, retry_after
from .limits import Limits, demand_of
from .parameters import bind_parameters
from .requests import Request
from .responses import Response, accepts_json, success, wants_camel
from .routes import Route
from .snapshot import GatewayClient, Snapshot, Snapshots


@dataclass(slots=True)
class Call:
    """What has been found out about a request so far; the access record is made from it."""

    route: Route | None = None
    client: GatewayClient | None = None
    logs: Sequence[LogLine] = ()
    # How the caller's window stands: told with whatever the answer is.
    headers: Sequence[tuple[bytes, bytes]] = ()


class Pipeline:
    """The steps of a request and what they need."""

    def __init__(
        self,
        *,
        snapshots: Snapshots,
        tokens: ClientTokens,
        limits: Limits,
        versions: CompiledVersions,
        datasources: Datasources,
        max_body_bytes: int,
        max_concurrent: int,
    ) -> None:
        self._snapshots = snapshots
        self._tokens = tokens
        self._limits = limits
        self._versions = versions
        self._datasources = datasources
        self._circuits = Circuits()
        self._max_body_bytes = max_body_bytes
        self._max_concurrent = max_concurrent

    async def answer(self, request: Request, call: Call) -> Response:
        """The answer. Raises Refused; `call` tells how far the request came."""
        snapshot = self._snapshots.current
        found = snapshot.routes.find(request.method, request.segments())
        if found is None:
            require_allowed(snapshot, request, call)
            raise Refused(404, "not_found", f"There is no endpoint {request.method} {request.path}")
        call.route, path = found
        self._let_in(snapshot, request, call, call.route)
        if not accepts_json(request):
            raise Refused(406, "not_acceptable", "This endpoint answers application/json only")
        held = await self._limits.take(
            demand_of(request, call.route, call.client, max_concurrent=self._max_concurrent)
        )
        call.headers = held.headers()
        try:
            camel = wants_camel(request)
            answer = await self._run(call, call.route, request, path, camel=camel)
        finally:
            self._limits.give_back(held)
        call.logs = answer.logs
        return success(answer, camel=camel)

    def _let_in(self, snapshot: Snapshot, request: Request, call: Call, route: Route) -> None:
        """Who calls, and whether from a place that this may be called from. Raises Refused."""
        if not route.is_private:
            require_allowed(snapshot, request, call)
            return
        try:
            client = call.client = self._tokens.authenticate(snapshot, request)
        except Refused:
            # Where nobody may call from, nobody learns whether a token is good.
            require_allowed(snapshot, request, call)
            raise
        require_allowed(snapshot, request, call)
        if route.endpoint_id not in client.endpoints:
            raise Refused(403, "forbidden", "This client may not call this endpoint")

    async def _run(
        self, call: Call, route: Route, request: Request, path: Mapping[str, str], *, camel: bool
    ) -> Answer:
        try:
            compiled = await self._versions.get(route)
            values = await bind_parameters(
                request, path, compiled, max_body_bytes=self._max_body_bytes
            )
            return await compiled.run(
                values,
                datasource=self._circuits.guard(self._datasources.get(route.datasource)),
                client=_visible(call.client),
                prefer_json=not camel,
            )
        except RunError as error:
            if isinstance(error, ScriptError):
                call.logs = error.logs
            raise refused(failure_of(error)) from error


def require_allowed(snapshot: Snapshot, request: Request, call: Call) -> None:
    """Raises Refused when the firewall rules say so."""
    if snapshot.firewall and snapshot.firewall.denies(
        request.ip,
        client_id=call.client.id if call.client else None,
        endpoint_id=call.route.endpoint_id if call.route else None,
    ):
        raise Refused(403, "address_refused", "This may not be called from your address")


def _visible(client: GatewayClient | None) -> Mapping[str, object] | None:
    """What templates may know of the caller."""
    if client is None:
        return None
    return visible_client(client.client_id, client.name, client.groups)


def refused(failure: Failure) -> Refused:
    """The answer to a run that failed."""
    return Refused(
        failure.status,
        failure.code,
        failure.message,
        details=failure.details,
        headers=[retry_after(1)] if failure.status == 503 else [],
        internal=failure.internal,
    )
