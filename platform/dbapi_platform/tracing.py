"""Where traces are sent: an OpenTelemetry collector, in batches and from a thread of its own."""

import asyncio
import os
from collections.abc import Mapping
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Tracer, format_span_id, format_trace_id, get_current_span

from . import __version__

# What a collector that is away may cost a batch, and the platform when it ends.
EXPORT_S: Final = 5.0
CLOSE_S: Final = 3.0


class Tracing:
    """Owns the provider. It is not made the global one: only what is meant to be is traced."""

    def __init__(self, endpoint: str) -> None:
        exporter = OTLPSpanExporter(_address(endpoint), timeout=EXPORT_S)
        self._provider = TracerProvider(
            resource=Resource.create({SERVICE_NAME: os.environ.get("OTEL_SERVICE_NAME", "dbapi")}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter))

    @property
    def tracer(self) -> Tracer:
        """Makes spans."""
        return self._provider.get_tracer("dbapi_platform", __version__)

    async def close(self) -> None:
        """Send what is left, as far as it can be sent within seconds."""
        # Nobody may wait for a thread that is not given up when the process ends.
        sending = Thread(target=self._provider.force_flush, daemon=True)
        sending.start()
        await asyncio.to_thread(sending.join, CLOSE_S)


def trace_ids() -> Mapping[str, str]:
    """For the log: the trace that is under way."""
    context = get_current_span().get_span_context()
    if not context.is_valid:
        return {}
    return {
        "trace_id": format_trace_id(context.trace_id),
        "span_id": format_span_id(context.span_id),
    }


def _address(endpoint: str) -> str:
    """The whole address: of a collector mostly only the host is told."""
    return endpoint if urlsplit(endpoint).path.strip("/") else f"{endpoint.rstrip('/')}/v1/traces"
