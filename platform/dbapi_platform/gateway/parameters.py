"""The request's parameters: collected from path, query, headers and body, and bound."""

from collections.abc import Mapping

from ..engines.errors import InvalidParameters
from ..engines.parameters import Location, Sources
from ..errors import Detail
from ..publishing.compiled import CompiledEndpoint
from .errors import Refused
from .requests import Request


async def bind_parameters(
    request: Request,
    path: Mapping[str, str],
    compiled: CompiledEndpoint,
    *,
    max_body_bytes: int,
) -> dict[str, object]:
    """Every declared parameter by name. Raises Refused with 400, naming all that is wrong."""
    sources = Sources(
        path=path,
        query=request.query(),
        headers=request.header_map() if reads_headers(compiled) else {},
        body=await request.body(max_body_bytes),
    )
    try:
        return compiled.binder.bind(sources)
    except InvalidParameters as error:
        raise invalid_parameters(error) from None


def reads_headers(compiled: CompiledEndpoint) -> bool:
    """Whether any parameter is taken from a header."""
    return any(parameter.location is Location.HEADER for parameter in compiled.parameters)


def invalid_parameters(error: InvalidParameters) -> Refused:
    """The 400 that names every parameter and what was expected of it."""
    details = [Detail(problem.name, problem.message) for problem in error.problems]
    message = "; ".join(f"{detail.field}: {detail.message}" for detail in details)
    return Refused(400, "invalid_parameters", message, details=details)
