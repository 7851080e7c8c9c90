"""One endpoint as OpenAPI tells of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from ..engines.parameters import Location, ParameterType
from ..gateway.formats import FORMATS, ROWS
from ..gateway.listed import Listed
from ..gateway.routes import Route
from ..publishing.definition import Definition
from .errors import references, statuses_of
from .places import Placed, placed_parameters, takes_anything
from .schemas import Schema, data_of, schema_of

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
# How a private endpoint is called: either of the two, which end in the same header.
SECURITY: Final[list[dict[str, list[str]]]] = [{"client": []}, {"bearer": []}]
_MESSAGE: Final = {"type": ["string", "null"]}


def operation_of(listed: Listed, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The operation, without its id; `names` are those of path parameters that are called another.

    Nothing of how it is answered is in it: no SQL, no datasource, and of people nothing.
    """
    definition = listed.route.definition
    placed = placed_parameters(listed.route)
    operation: dict[str, Any] = {
        "summary": definition.name or f"{definition.method} {definition.path}",
        "tags": [listed.module],
        "deprecated": is_deprecated(listed.route),
        "security": SECURITY if listed.route.is_private else [],
        "responses": {
            "200": _success(listed),
            **_others(definition),
            **references(statuses_of(listed.route)),
        },
        "x-access": definition.access,
        "x-version": listed.route.version,
        **_limits(definition),
    }
    if (sunset := sunset_of(listed.route)) is not None:
        operation["x-sunset"] = sunset
    if definition.description:
        operation["description"] = definition.description
    parameters = [_parameter(one, names or {}) for one in placed if one.place is not Location.BODY]
    if parameters:
        operation["parameters"] = parameters
    body = _body(definition, placed)
    if body is not None:
        operation["requestBody"] = body
    return operation


def is_deprecated(route: Route) -> bool:
    """Whether callers are asked to leave the version that is live, now or from some day on."""
    is_told = any(name == b"deprecation" for name, _ in route.headers)
    return is_told or route.sunset is not None


def sunset_of(route: Route) -> str | None:
    """When the version that is live ends, if it does."""
    if route.sunset is None:
        return None
    return datetime.fromtimestamp(route.sunset, UTC).isoformat()


def envelope_of(listed: Listed) -> Schema:
    """The envelope around its answers."""
    envelope: Schema = {
        "type": "object",
        "properties": {
            "success": {"const": True} if listed.columns is not None else {"type": "boolean"},
            "message": _MESSAGE,
            "data": data_of(listed.columns),
            "truncated": {
                "type": "boolean",
                "description": "Whether there are more rows than it answers with",
            },
        },
        "required": ["success", "message", "data"],
    }
    if listed.route.definition.page is not None:
        told = "The address of the next page; null at the end"
        envelope["properties"]["next"] = {"type": ["string", "null"], "description": told}
    return envelope


def _limits(definition: Definition) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if definition.rate_limit is not None:
        told["x-rate-limit"] = {"requests": definition.rate_limit, "seconds": 60}
    if definition.timeout is not None:
        told["x-timeout-seconds"] = definition.timeout
    if definition.max_rows is not None:
        told["x-max-rows"] = definition.max_rows
    if definition.own_export_rows is not None:
        told["x-max-export-rows"] = definition.own_export_rows
    if definition.cache is not None:
        told["x-cache-seconds"] = definition.cache.ttl
    return told


def _success(listed: Listed) -> dict[str, Any]:
    content: dict[str, Any] = {JSON: {"schema": envelope_of(listed)}}
    content[ROWS.media_type] = {"schema": data_of(listed.columns)}
    # What is in them, is what `data` holds: a line, a row or a record for each.
    content |= {one.media_type: {} for one in FORMATS.values() if not one.is_json}
    return {"description": "The endpoint answered", "content": content}


def _others(definition: Definition) -> dict[str, Any]:
    """How an endpoint answers well beside 200."""
    told: dict[str, Any] = {}
    if definition.allow_async:
        told["202"] = {
            "description": "With `Prefer: respond-async`: a job; `Location` tells how it stands",
            "headers": {"Location": {"schema": {"type": "string"}}},
            "content": {JSON: {"schema": {"type": "object"}}},
        }
    if definition.cache is not None:
        told["304"] = {"description": "With `If-None-Match`: the answer is what you have"}
    return told


def _parameter(one: Placed, names: Mapping[str, str]) -> dict[str, Any]:
    name = names.get(one.name, one.name) if one.place is Location.PATH else one.name
    told: dict[str, Any] = {"name": name, "in": str(one.place), "required": one.is_required}
    if one.parameter.description:
        told["description"] = one.parameter.description
    if one.parameter.type is ParameterType.OBJECT:
        return told | {"content": {JSON: {"schema": schema_of(one.parameter)}}}
    return told | {"schema": schema_of(one.parameter)}


def _body(definition: Definition, placed: Sequence[Placed]) -> dict[str, Any] | None:
    fields = [one for one in placed if one.place is Location.BODY]
    is_open = takes_anything(definition) and definition.method != "GET"
    if not fields and not is_open:
        return None
    required = [one.name for one in fields if one.is_required]
    schema: Schema = {
        "type": "object",
        "properties": {one.name: _field(one) for one in fields},
        "additionalProperties": definition.unknown_params == "ignore",
    }
    if required:
        schema["required"] = required
    return {
        "required": bool(required),
        "content": {kind: {"schema": schema} for kind in (JSON, FORM, MULTIPART)},
    }


def _field(one: Placed) -> Schema:
    schema = schema_of(one.parameter)
    if one.parameter.description:
        schema["description"] = one.parameter.description
    if one.or_query:
        schema["x-or-query"] = True
    return schema
