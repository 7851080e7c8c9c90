"""The gateway's parts with spans around their work. Nothing of this is loaded without a collector.

Spans tell no parameter: neither paths with values in them, nor queries, nor SQL.
"""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from functools import partial
from typing import Any

from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from ..datasources.types import (
    Datasource,
    DatasourceConfig,
    JsonRows,
    Outcome,
    Rows,
    Statement,
    Transaction,
)
from ..publishing.compiled import CompiledEndpoint
from .app import TOKEN_PATH, Gateway
from .calls import Call
from .circuits import Circuits, Guarded
from .compiling import CompiledVersions
from .errors import Refused
from .limits import Limits
from .limits.demand import Demand, Held
from .parts import Parts
from .requests import PREFIX, Receive, Request, Scope, Send
from .responses import Response
from .routes import Route

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CARRIED = {b"traceparent": "traceparent", b"tracestate": "tracestate"}
_propagator = TraceContextTextMapPropagator()


def traced_parts(tracer: Tracer) -> Parts:
    """For the composition root."""
    return Parts(
        gateway=partial(TracedGateway, tracer),
        limits=partial(TracedLimits, tracer),
        versions=partial(TracedVersions, tracer),
        circuits=partial(TracedCircuits, tracer),
    )


@contextmanager
def step(tracer: Tracer, name: str, **attributes: str) -> Iterator[None]:
    """A span within the request's. Of what fails the kind is told: its words may hold values."""
    with tracer.start_as_current_span(
        name, attributes=_named(attributes), record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield
        except BaseException as error:
            _failed(span, type(error).__name__)
            raise


class TracedGateway(Gateway):
    """A span a request, within the caller's trace if it brings one."""

    def __init__(self, tracer: Tracer, **parts: Any) -> None:
        super().__init__(**parts)
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; nothing is raised."""
        carrier = {
            CARRIED[name]: value.decode("latin-1")
            for name, value in scope["headers"]
            if name in CARRIED
        }
        with self._tracer.start_as_current_span(
            scope["method"],
            context=_propagator.extract(carrier) if carrier else None,
            kind=SpanKind.SERVER,
            record_exception=False,
        ):
            await super().__call__(scope, receive, send)

    def _record(
        self,
        request: Request,
        call: Call,
        response: Response,
        trouble: Refused | None,
        duration_ms: float,
    ) -> None:
        super()._record(request, call, response, trouble, duration_ms)
        span = get_current_span()
        if span.is_recording():
            span.update_name(_name(request, call))
            span.set_attributes(_attributes(request, call, response, trouble))
            if response.status >= 500 and trouble:
                _failed(span, trouble.code)


class TracedLimits(Limits):
    """Taking slots, which may be a round trip to Redis."""

    def __init__(self, tracer: Tracer, *parts: Any) -> None:
        super().__init__(*parts)
        self._tracer = tracer

    async def take(self, demand: Demand) -> Held:
        """Take slots and be counted, or neither. Raises Refused with 503 or 429."""
        with step(self._tracer, "limits"):
            return await super().take(demand)


class TracedVersions(CompiledVersions):
    """Compiling, where it has to be done."""

    def __init__(self, tracer: Tracer, *parts: Any, **more: Any) -> None:
        super().__init__(*parts, **more)
        self._tracer = tracer

    async def _compile(self, route: Route) -> CompiledEndpoint:
        with step(self._tracer, "compile"):
            return await super()._compile(route)


class TracedCircuits(Circuits):
    """What is asked of a datasource, by a query or by a script."""

    def __init__(self, tracer: Tracer) -> None:
        super().__init__()
        self._tracer = tracer

    def _new_guard(self, datasource: Datasource) -> Guarded:
        return _TracedGuard(datasource, self, self._tracer)


class _TracedGuard(Guarded):
    def __init__(self, behind: Datasource, circuits: Circuits, tracer: Tracer) -> None:
        super().__init__(behind, circuits)
        self._tracer = tracer

    async def execute(
        self, statements: Sequence[Statement], *, max_rows: int, timeout_s: float
    ) -> list[Outcome]:
        with step(self._tracer, "datasource execute", **_of(self.config)):
            return await super().execute(statements, max_rows=max_rows, timeout_s=timeout_s)

    async def execute_json(
        self, statement: Statement, *, max_rows: int, timeout_s: float
    ) -> JsonRows | None:
        with step(self._tracer, "datasource execute", **_of(self.config)):
            return await super().execute_json(statement, max_rows=max_rows, timeout_s=timeout_s)

    async def stream(
        self, statement: Statement, *, max_rows: int, batch_rows: int, timeout_s: float
    ) -> AsyncGenerator[Rows]:
        # Not the current span: between two batches the task does other things.
        span = self._tracer.start_span("datasource stream", attributes=_named(_of(self.config)))
        try:
            rows = super().stream(
                statement, max_rows=max_rows, batch_rows=batch_rows, timeout_s=timeout_s
            )
            async with aclosing(rows):
                async for batch in rows:
                    yield batch
        except Exception as error:
            _failed(span, type(error).__name__)
            raise
        finally:
            span.end()

    async def begin(self, *, timeout_s: float) -> Transaction:
        with step(self._tracer, "datasource begin", **_of(self.config)):
            begun = await super().begin(timeout_s=timeout_s)
        return _TracedTransaction(begun, self._tracer, _of(self.config))


class _TracedTransaction:
    def __init__(self, behind: Transaction, tracer: Tracer, told: Mapping[str, str]) -> None:
        self._behind, self._tracer, self._told = behind, tracer, told

    async def execute(self, statement: Statement, *, max_rows: int, timeout_s: float) -> Outcome:
        with step(self._tracer, "datasource execute", **self._told):
            return await self._behind.execute(statement, max_rows=max_rows, timeout_s=timeout_s)

    async def commit(self) -> None:
        with step(self._tracer, "datasource commit", **self._told):
            await self._behind.commit()

    async def rollback(self) -> None:
        with step(self._tracer, "datasource rollback", **self._told):
            await self._behind.rollback()


def _of(config: DatasourceConfig) -> dict[str, str]:
    return {"db__system__name": str(config.product_type), "dbapi__datasource": config.name}


def _named(attributes: Mapping[str, str]) -> dict[str, str]:
    return {key.replace("__", "."): value for key, value in attributes.items()}


def _failed(span: Span, kind: str) -> None:
    span.set_attribute("error.type", kind)
    span.set_status(StatusCode.ERROR)


def _method(request: Request) -> str:
    return request.method if request.method in METHODS else "_OTHER"


def _name(request: Request, call: Call) -> str:
    if call.route:
        return call.route.label
    method = _method(request)
    return f"{method} {TOKEN_PATH}" if request.path == TOKEN_PATH else method


def _attributes(
    request: Request, call: Call, response: Response, trouble: Refused | None
) -> dict[str, str | int]:
    """By OpenTelemetry's names where there are some: https://opentelemetry.io/docs/specs/semconv"""
    told: dict[str, str | int | None] = {
        "http.request.method": _method(request),
        "http.response.status_code": response.status,
        "http.route": f"{PREFIX}{call.route.definition.path}" if call.route else None,
        "dbapi.request.id": request.request_id,
        "dbapi.endpoint.id": str(call.route.endpoint_id) if call.route else None,
        "dbapi.endpoint.version": call.route.version if call.route else None,
        "dbapi.client.id": str(call.client.id) if call.client else None,
        "dbapi.rows": response.rows,
        "dbapi.error.code": trouble.code if trouble else None,
    }
    return {name: value for name, value in told.items() if value is not None}
