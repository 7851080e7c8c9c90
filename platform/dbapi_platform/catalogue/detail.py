"""All that is told of one endpoint, for whoever is about to call it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from ..engines.parameters import dump_parameters
from ..publishing.definition import Definition
from .calls import example_call
from .errors import sentences, statuses_of
from .examples import example_of, is_given
from .operations import envelope_of, sunset_of
from .places import Placed, placed_parameters, takes_anything
from .snippets import snippets_of, token_snippet
from .telling import Told

# Text of SQL and Python: how a value is looked at is nobody's business.
_KEPT_BACK: Final = ("options", "validate")


class Detail(msgspec.Struct, frozen=True):
    """One endpoint; `parameters` are as they are declared, with where each is taken from."""

    method: str
    path: str
    url: str
    name: str | None
    description: str | None
    module: str
    access: str
    deprecated: bool
    sunset: str | None
    version: int
    parameters: list[dict[str, Any]]
    takes_anything: bool
    limits: dict[str, Any]
    response: dict[str, Any]
    errors: dict[str, str]
    snippets: dict[str, str]
    token: str | None


def detail_of(told: Told, public_url: str) -> Detail:
    """Of an endpoint that the caller may see; snippets call it at `public_url`."""
    listed, item = told.listed, told.item
    definition = listed.route.definition
    placed = placed_parameters(listed.route)
    return Detail(
        method=item.method,
        path=item.path,
        url=f"{public_url}{item.url}",
        name=item.name,
        description=item.description,
        module=item.module,
        access=item.access,
        deprecated=item.deprecated,
        sunset=sunset_of(listed.route),
        version=listed.route.version,
        parameters=_parameters(placed),
        takes_anything=takes_anything(definition),
        limits=_limits(definition),
        response=envelope_of(listed),
        errors=sentences(statuses_of(listed.route)),
        snippets=snippets_of(example_call(definition, placed, f"{public_url}/api")),
        token=token_snippet(public_url) if listed.route.is_private else None,
    )


def _parameters(placed: Sequence[Placed]) -> list[dict[str, Any]]:
    return [_parameter(one) for one in placed]


def _parameter(one: Placed) -> dict[str, Any]:
    declared: Mapping[str, Any] = dump_parameters((one.parameter,))[one.parameter.name]
    told = {key: value for key, value in declared.items() if key not in _KEPT_BACK}
    return told | {
        "name": one.name,
        "in": str(one.place),
        "or_query": one.or_query,
        "required": one.is_required,
        "example": example_of(one.parameter),
        "has_example": is_given(one.parameter),
        "values_from_data": one.parameter.options is not None,
    }


def _limits(definition: Definition) -> dict[str, Any]:
    return {
        "requests_a_minute": definition.rate_limit,
        "timeout_seconds": definition.timeout,
        "rows": definition.max_rows,
        "export_rows": definition.own_export_rows,
        "cache_seconds": definition.cache.ttl if definition.cache else None,
    }
