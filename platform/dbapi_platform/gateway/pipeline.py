"""One gateway request, from top to bottom."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..datasources import Datasources
from ..datasources.errors import Busy, ConnectFailed, DatasourceError, QueryTimeout
from ..engines.errors import InvalidDefinition, InvalidParameters, RenderFailed
from ..engines.sql import SqlResult
from ..publishing.compiled import CompiledEndpoint
from .clients import ClientTokens
from .compiling import CompiledVersions
from .errors import Refused, retry_after
from .limits import Limits
from .parameters import bind_parameters, invalid_parameters
from .requests import Request
from .responses import Response, accepts_json, success, wants_camel
from .routes import Route
from .snapshot import GatewayClient, Snapshots


@dataclass(slots=True)
class Call:
    """What has been found out about a request so far; the access record is made from it."""

    route: Route | None = None
    client: GatewayClient | None = None


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
    ) -> None:
        self._snapshots = snapshots
        self._tokens = tokens
        self._limits = limits
        self._versions = versions
        self._datasources = datasources
        self._max_body_bytes = max_body_bytes

    async def answer(self, request: Request, call: Call) -> Response:
        """The answer. Raises Refused; `call` tells how far the request came."""
        snapshot = self._snapshots.current
        found = snapshot.routes.find(request.method, request.segments())
        if found is None:
            raise Refused(404, "not_found", f"There is no endpoint {request.method} {request.path}")
        call.route, path = found
        if call.route.is_private:
            call.client = self._tokens.authenticate(snapshot, request, call.route)
        if not accepts_json(request):
            raise Refused(406, "not_acceptable", "This endpoint answers application/json only")
        with self._limits.slot(request, call.route, call.client):
            self._limits.count(request, call.route, call.client)
            compiled = await self._compiled(call.route)
            values = await bind_parameters(
                request, path, compiled, max_body_bytes=self._max_body_bytes
            )
            camel = wants_camel(request)
            result = await self._run(call, compiled, values, prefer_json=not camel)
        return success(result, camel=camel)

    async def _compiled(self, route: Route) -> CompiledEndpoint:
        try:
            return await self._versions.get(route)
        except InvalidDefinition as error:
            raise _failed(str(error)) from error

    async def _run(
        self,
        call: Call,
        compiled: CompiledEndpoint,
        values: Mapping[str, object],
        *,
        prefer_json: bool,
    ) -> SqlResult:
        assert call.route is not None  # noqa: S101 - tells the type checker
        try:
            return await compiled.run(
                values,
                datasource=self._datasources.get(call.route.datasource),
                client=_visible(call.client),
                prefer_json=prefer_json,
            )
        except InvalidParameters as error:
            raise invalid_parameters(error) from None
        except RenderFailed as error:
            raise _failed(str(error)) from error
        except DatasourceError as error:
            raise _unavailable(error) from error


def _visible(client: GatewayClient | None) -> Mapping[str, object] | None:
    """What templates may know of the caller."""
    if client is None:
        return None
    return {"id": client.client_id, "name": client.name, "groups": client.groups, "claims": {}}


def _failed(internal: str) -> Refused:
    return Refused(
        500,
        "execution_failed",
        "The endpoint could not be executed; its author finds the reason by the request id",
        internal=internal,
    )


def _unavailable(error: DatasourceError) -> Refused:
    match error:
        case QueryTimeout():
            status, message = 504, "The endpoint took longer than its timeout"
        case ConnectFailed() | Busy():
            status, message = 503, "The endpoint's database is not available now"
        case _:
            return _failed(error.message)
    headers = [retry_after(1)] if status == 503 else []
    return Refused(status, error.code, message, headers=headers, internal=error.message)
