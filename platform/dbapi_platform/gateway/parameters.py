"""The request's parameters: collected from path, query, headers and body, and bound."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from ..engines.parameters import Sources
from ..errors import Detail
from ..publishing.compiled import CompiledEndpoint
from .errors import Refused
from .requests import Request
from .responses import camel_name, wants_camel

Value = TypeVar("Value")


async def bind_parameters(
    request: Request,
    path: Mapping[str, str],
    compiled: CompiledEndpoint,
    *,
    max_body_bytes: int,
) -> dict[str, object]:
    """Every declared parameter by name. Raises InvalidParameters, and Refused for the body."""
    query = request.query()
    body = await request.body(max_body_bytes) if request.may_have_body else {}
    if wants_camel(request):
        names = _snake_names(compiled)
        query, body = _renamed(query, names), _renamed(body, names)
    headers = request.header_map() if compiled.binder.reads_headers else {}
    return compiled.binder.bind(Sources(path=path, query=query, headers=headers, body=body))


def _snake_names(compiled: CompiledEndpoint) -> Mapping[str, str]:
    """What may be asked for by its name in camelCase; what is called so itself keeps its name."""
    known = compiled.binder.query_names
    return {camel: name for name in known if (camel := camel_name(name)) not in known}


def page_query(request: Request, compiled: CompiledEndpoint) -> Mapping[str, Sequence[str]]:
    """The query that asks for a page. Raises Refused."""
    query = request.query()
    return _renamed(query, _snake_names(compiled)) if wants_camel(request) else query


def query_names(compiled: CompiledEndpoint, *, camel: bool) -> Collection[str]:
    """The names that mean something in the query of a call."""
    names = compiled.binder.query_names
    return names.union(_snake_names(compiled)) if camel else names


def _renamed(values: Mapping[str, Value], names: Mapping[str, str]) -> Mapping[str, Value]:
    renamed: dict[str, Value] = {}
    for given, value in values.items():
        name = names.get(given, given)
        if name in renamed:
            message = f"is given twice, also as {camel_name(name)}"
            raise Refused(
                400, "invalid_parameters", f"{name}: {message}", details=[Detail(name, message)]
            )
        renamed[name] = value
    return renamed
