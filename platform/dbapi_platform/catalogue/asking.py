"""What an endpoint takes beside what its author declared: forms, pages and versions."""

from collections.abc import Iterator

from ..engines.parameters import Location, Parameter, ParameterType
from ..gateway.formats import FORMATS
from ..gateway.pinning import QUERY
from ..gateway.routes import Route
from ..publishing.definition import PageRule


def platforms_parameters(route: Route) -> Iterator[Parameter]:
    """Parameters that the platform itself reads of calls of this endpoint."""
    if route.definition.page is not None:
        yield from _of_pages(route.definition.page)
    if route.takes_format:
        yield Parameter(
            "format",
            location=Location.QUERY,
            enum=tuple(FORMATS),
            description="The form of the answer; JSON unless given here or by Accept",
        )
    if route.pins:
        yield _of_versions(route)


def _of_pages(rule: PageRule) -> Iterator[Parameter]:
    yield Parameter(
        "page_size",
        type=ParameterType.INTEGER,
        location=Location.QUERY,
        minimum=1,
        maximum=rule.size,
        description="The most rows of a page",
    )
    if rule.style == "offset":
        yield Parameter(
            "page",
            type=ParameterType.INTEGER,
            location=Location.QUERY,
            minimum=1,
            description="Which page, counted from 1",
        )
    else:
        yield Parameter(
            "after",
            location=Location.QUERY,
            description="Where the page before ended; `next` of an answer has it",
        )


def _of_versions(route: Route) -> Parameter:
    in_query = route.names_version
    numbers = tuple(sorted({route.version, *route.pins}))
    return Parameter(
        QUERY,
        type=ParameterType.INTEGER,
        location=Location.QUERY if in_query else Location.HEADER,
        header=None if in_query else "X-API-Version",
        enum=numbers,
        description="Which version answers; the one that is live unless given",
    )
