"""Parameters and columns as JSON Schema, the dialect of OpenAPI 3.1."""

import re
from collections.abc import Mapping
from typing import Any, Final

from ..engines.parameters import Parameter, ParameterType, dump_parameters
from ..publishing.columns import ANY, Columns
from .examples import chosen, example_of, is_sound

Schema = dict[str, Any]

_TYPES: Final[Mapping[ParameterType, Schema]] = {
    ParameterType.STRING: {"type": "string"},
    ParameterType.INTEGER: {"type": "integer", "format": "int64"},
    ParameterType.NUMBER: {"type": "number"},
    ParameterType.BOOLEAN: {"type": "boolean"},
    ParameterType.DATE: {"type": "string", "format": "date"},
    ParameterType.DATETIME: {"type": "string", "format": "date-time"},
    ParameterType.UUID: {"type": "string", "format": "uuid"},
    ParameterType.ARRAY: {"type": "array"},
    ParameterType.OBJECT: {"type": "object"},
}
_NUMBERS: Final = frozenset({ParameterType.INTEGER, ParameterType.NUMBER})
# What Rust's `regex` understands and ECMA-262, which JSON Schema asks for, does not.
_FOREIGN: Final = re.compile(r"\(\?(?!:)|\\[pPAzxuUQ<>]|\\b\{|&&|--|~~|\[\[|\[\^?\[|[^\x20-\x7e]")
# Of several results: `0.id`, by their place.
_PLACED: Final = re.compile(r"[0-9]+\.")
_ROW_COUNT: Final = {"type": "integer", "description": "How many rows were changed"}


def schema_of(parameter: Parameter) -> Schema:
    """What may be given, with an example where one is sure to be right."""
    told = dump_parameters((parameter,))[parameter.name]
    schema = dict(_TYPES[parameter.type])
    inner = schema
    if parameter.type is ParameterType.ARRAY:
        inner = schema["items"] = dict(_TYPES[parameter.items]) if parameter.items else {}
    _limit(parameter, told, schema)
    if "enum" in told:
        inner["enum"] = told["enum"]
    if parameter.format:
        inner["format"] = parameter.format
    if parameter.pattern:
        is_foreign = _FOREIGN.search(parameter.pattern) is not None
        inner |= (
            {"x-pattern": parameter.pattern}
            if is_foreign
            else {"pattern": f"^(?:{parameter.pattern})$"}
        )
    if parameter.options:
        # Which ones, the endpoint's database knows.
        schema["x-values-from-data"] = True
    if "default" in told:
        schema["default"] = told["default"]
    # For what may be left out nothing is made up.
    if chosen(parameter) is not None or (parameter.required and is_sound(parameter)):
        schema["examples"] = [example_of(parameter)]
    return schema


def _limit(parameter: Parameter, told: Mapping[str, Any], schema: Schema) -> None:
    for key in ("minimum", "maximum"):
        if key in told:
            # JSON Schema has no such limits for dates.
            schema[key if parameter.type in _NUMBERS else f"x-{key}"] = told[key]
    of = "Items" if parameter.type is ParameterType.ARRAY else "Length"
    for key, limit in (("min", parameter.min_length), ("max", parameter.max_length)):
        if limit is not None:
            schema[key + of] = limit


def data_of(columns: Columns | None) -> Schema:
    """What `data` is, by the columns that runs showed; nothing is said where nothing is known."""
    if columns is None:
        return {"description": "What the endpoint answers"}
    if not all(_PLACED.match(column.name) for column in columns):
        return _rows([(column.name, column.type) for column in columns])
    results: dict[str, list[tuple[str, str]]] = {}
    for column in columns:
        place, _, name = column.name.partition(".")
        results.setdefault(place, []).append((name, column.type))
    return {
        "type": "array",
        "description": "One answer for each of the endpoint's statements",
        "items": {"anyOf": [*(_rows(result) for result in results.values()), dict(_ROW_COUNT)]},
    }


def _rows(columns: list[tuple[str, str]]) -> Schema:
    row: Schema = {
        "type": "object",
        "properties": {name: _column(kind) for name, kind in columns},
        "required": list(dict.fromkeys(name for name, _ in columns)),
    }
    return {"type": "array", "items": row}


def _column(kind: str) -> Schema:
    """A run without a null is no promise that there is none."""
    return {} if kind == ANY else {"type": [kind, "null"]}
