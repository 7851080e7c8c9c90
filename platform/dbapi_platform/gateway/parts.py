"""The classes that a gateway is made of: plain or traced ones, decided when the process starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..logs import add_context
from ..settings import SettingsError
from .app import Gateway
from .circuits import Circuits
from .compiling import CompiledVersions
from .limits import Limits

if TYPE_CHECKING:
    from ..tracing import Tracing


@dataclass(frozen=True, slots=True)
class Parts:
    """Each makes its part, from what that class takes."""

    gateway: Callable[..., Gateway] = Gateway
    limits: Callable[..., Limits] = Limits
    versions: Callable[..., CompiledVersions] = CompiledVersions
    circuits: Callable[..., Circuits] = Circuits


def choose_parts(otlp_endpoint: str) -> "tuple[Parts, Tracing | None]":
    """With a collector's address those that trace, and where they do. Raises SettingsError."""
    if not otlp_endpoint:
        return Parts(), None
    try:
        from ..tracing import Tracing, trace_ids  # noqa: PLC0415 - it takes long to load
        from .traced import traced_parts  # noqa: PLC0415
    except ImportError:
        raise SettingsError(
            "DBAPI_OTLP_ENDPOINT: OpenTelemetry is not installed here; "
            "run `pip install 'dbapi-platform[otel]'`"
        ) from None
    tracing = Tracing(otlp_endpoint)
    add_context(trace_ids)
    return traced_parts(tracing.tracer), tracing
