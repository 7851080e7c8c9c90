"""The request's parameters: collected from path, query, headers and body, and bound."""

from collections.abc import Mapping

from ..engines.parameters import Location, Sources
from ..publishing.compiled import CompiledEndpoint
from .requests import Request


async def bind_parameters(
    request: Request,
    path: Mapping[str, str],
    compiled: CompiledEndpoint,
    *,
    max_body_bytes: int,
) -> dict[str, object]:
    """Every declared parameter by name. Raises InvalidParameters, and Refused for the body."""
    sources = Sources(
        path=path,
        query=request.query(),
        headers=request.header_map() if reads_headers(compiled) else {},
        body=await request.body(max_body_bytes),
    )
    return compiled.binder.bind(sources)


def reads_headers(compiled: CompiledEndpoint) -> bool:
    """Whether any parameter is taken from a header."""
    return any(parameter.location is Location.HEADER for parameter in compiled.parameters)
