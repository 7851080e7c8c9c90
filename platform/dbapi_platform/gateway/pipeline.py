"""One gateway request, from top to bottom."""

from collections.abc import AsyncGenerator, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from ..access.calling import visible_client
from ..datasources import Datasources
from ..datasources.types import Rows
from ..engines.answers import table_of
from ..engines.binder import PLATFORM_WORDS
from ..engines.script.errors import ScriptError
from ..publishing.compiled import CompiledEndpoint
from ..publishing.failures import Failure, RunError, failure_of
from .bounds import Bounds
from .caching import Cache, key_of, spoken_key
from .calls import Call, Work
from .circuits import Circuits
from .clients import ClientTokens
from .compiling import CompiledVersions
from .departures import WhilePresent
from .errors import Refused, retry_after
from .exporting import BATCH_ROWS, Export, only
from .formats import JSON, choose
from .limits import Limits, demand_of
from .parameters import bind_parameters, page_query, query_names
from .pinning import require_there, version_headers, wanted_route
from .requests import Request
from .responses import Response, bare, camel_names, exported, success, wants_camel
from .routes import Route
from .snapshot import GatewayClient, Snapshot, Snapshots


class Later(Protocol):
    """Takes requests whose answers may be fetched later."""

    async def accept(self, work: Work) -> Response | None:
        """What is answered at once; None when the answer is waited for. Raises Refused."""


class Pipeline:
    """The steps of a request and what they need."""

    def __init__(
        self,
        *,
        snapshots: Snapshots,
        tokens: ClientTokens,
        limits: Limits,
        cache: Cache,
        versions: CompiledVersions,
        datasources: Datasources,
        circuits: Circuits,
        bounds: Bounds,
    ) -> None:
        self._snapshots = snapshots
        self._tokens = tokens
        self._limits = limits
        self._cache = cache
        self._versions = versions
        self._datasources = datasources
        self._circuits = circuits
        self._bounds = bounds
        self.later: Later | None = None

    async def answer(self, request: Request, call: Call) -> Response:
        """The answer. Raises Refused; `call` tells how far the request came."""
        snapshot = self._snapshots.current
        # HEAD asks for the headers that GET would have.
        method = "GET" if request.method == "HEAD" else request.method
        found = snapshot.routes.find(method, request.segments())
        if found is None:
            require_allowed(snapshot, request, call)
            raise Refused(404, "not_found", f"There is no endpoint {request.method} {request.path}")
        call.route, path = found
        self._let_in(snapshot, request, call, call.route)
        call.route = self._version(snapshot, request, call, call.route)
        form = choose(request, by_query=call.route.takes_format)
        if request.may_have_body:
            await request.load(self._bounds.max_body_bytes)
        work = Work(call, call.route, request, path, form)
        if self.later is not None and b"prefer" in request.headers and request.method != "HEAD":
            response = await self.later.accept(work)
            if response is not None:
                return response
        held = await self._limits.take(
            demand_of(
                request,
                call.route,
                call.client,
                max_concurrent=self._bounds.max_concurrent,
                sending_s=0.0 if form.is_json else self._bounds.max_export_s,
            )
        )
        call.headers = (*call.headers, *held.headers())
        try:
            response = await self._run(work)
        except BaseException:
            self._limits.give_back(held)
            raise
        if response.export is None:
            self._limits.give_back(held)
        else:
            # The slot is the caller's until he has read all of it.
            response.release = partial(self._limits.give_back, held)
        return response

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

    def _version(self, snapshot: Snapshot, request: Request, call: Call, published: Route) -> Route:
        """The version that is asked for, to whom it may be given. Raises Refused."""
        route = call.route = wanted_route(request, published)
        require_there(request, route, published)
        if route.is_private and call.client is None:
            self._let_in(snapshot, request, call, route)
        call.headers = version_headers(request, route, published)
        return route

    async def bind(self, work: Work) -> tuple[CompiledEndpoint, dict[str, object]]:
        """The version, ready to run, and what it is run with. Raises Refused."""
        most = self._bounds.max_body_bytes
        try:
            compiled = await self._ready(work)
            values = await bind_parameters(work.request, work.path, compiled, max_body_bytes=most)
        except RunError as error:
            raise _refusal(work.call, error) from error
        return compiled, values

    async def make(self, work: Work, values: Mapping[str, object], *, timeout_s: float) -> Response:
        """The answer as it is now, whatever is kept, in a time of its own. Raises Refused."""
        try:
            compiled = replace(await self._ready(work), timeout=timeout_s)
            rule = work.route.definition.cache
            client = _varying(work) if rule else work.call.client
            return await self._answer(work, compiled, values, client=client)
        except RunError as error:
            raise _refusal(work.call, error) from error

    async def _ready(self, work: Work) -> CompiledEndpoint:
        compiled = self._versions.ready(work.route) or await self._versions.get(work.route)
        if compiled.pager is not None:
            work.page = compiled.pager.ask(page_query(work.request, compiled))
        return compiled

    async def _run(self, work: Work) -> Response:
        call, route, request = work.call, work.route, work.request
        spoken = None
        if route.definition.cache is not None:
            spoken = spoken_key(route, _varying(work), work.form.name, request)
            if known := self._cache.known(spoken, route, request):
                return known
        compiled, values = await self.bind(work)
        try:
            with WhilePresent(request):
                if route.definition.cache is None:
                    return await self._answer(work, compiled, values, client=call.client)
                return await self._kept(work, compiled, values, spoken)
        except RunError as error:
            raise _refusal(call, error) from error

    async def _kept(
        self,
        work: Work,
        compiled: CompiledEndpoint,
        values: Mapping[str, object],
        spoken: Hashable,
    ) -> Response:
        """The answer as it was kept; what is kept for all callers must not know of this one."""
        route, client = work.route, _varying(work)
        camel = wants_camel(work.request)
        # A page tells the address of the next: how the platform was spoken to is part of it.
        words = _platform_words(work.request) if work.page else ()
        key = key_of(route, client, (work.form.name, camel, work.page, words), values)
        if work.request.is_short and not compiled.binder.reads_headers:
            self._cache.remember(spoken, key)
        return await self._cache.answer(
            key,
            route,
            work.request,
            lambda: self._answer(work, compiled, values, client=client),
            lease_s=compiled.timeout,
        )

    async def _answer(
        self,
        work: Work,
        compiled: CompiledEndpoint,
        values: Mapping[str, object],
        *,
        client: GatewayClient | None,
    ) -> Response:
        datasource = self._circuits.guard(self._datasources.get(work.route.datasource))
        visible = _visible(client)
        camel = wants_camel(work.request)
        if compiled.is_streamable and not work.form.is_json:
            rows = compiled.stream(
                values, datasource=datasource, client=visible, batch_rows=BATCH_ROWS
            )
            return await _export(work, rows, camel=camel)
        answer = await compiled.run(
            values,
            datasource=datasource,
            client=visible,
            prefer_json=work.form.is_json and not camel,
            page=work.page,
        )
        work.call.logs = answer.logs
        address = None
        if answer.page is not None and answer.page.following is not None:
            known = query_names(compiled, camel=camel)
            address = work.request.with_query(answer.page.following, known)
        if work.form is JSON:
            response = success(answer, camel=camel, following=address)
        elif work.form.is_json:
            response = bare(answer, camel=camel)
        else:
            response = await _export(work, only(table_of(answer)), camel=camel)
        response.has_written = answer.has_written
        if address:
            response.headers.append((b"link", f'<{address}>; rel="next"'.encode()))
        return response


def _varying(work: Work) -> GatewayClient | None:
    """The client, where kept answers are each client's own."""
    rule = work.route.definition.cache
    return work.call.client if rule and "client" in rule.vary else None


def _refusal(call: Call, error: Exception) -> Refused:
    if isinstance(error, ScriptError):
        call.logs = error.logs
    return refused(failure_of(error))


def _platform_words(request: Request) -> Sequence[object]:
    query = request.query()
    return [(name, query[name]) for name in sorted(PLATFORM_WORDS) if name in query]


async def _export(work: Work, rows: AsyncGenerator[Rows], *, camel: bool) -> Response:
    export = Export(rows, work.form, camel_names if camel else None)
    try:
        await export.begin()
    except BaseException:
        await export.close()
        raise
    return exported(export, work.form, work.request.path)


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
