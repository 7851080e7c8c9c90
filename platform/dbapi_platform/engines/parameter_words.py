"""How a parameter is declared, in sentences: its keys and its types."""

from collections.abc import Mapping
from typing import Final

from .coercion import ParameterType
from .declaration import KEYS, Location
from .texts import FORMATS
from .words import Key

KEY_SENTENCES: Final[Mapping[str, str]] = {
    "type": "What it is; a string unless given",
    "in": "Where it is taken from; the query, else the body, unless given",
    "required": "Whether a call without it is a 400",
    "default": "What is taken when it is not given",
    "example": "A value that callers may try, as the catalogue shows it",
    "description": "A sentence for callers",
    "enum": "The values there are",
    "minimum": "The least number, date or datetime",
    "maximum": "The greatest number, date or datetime",
    "min_length": "The fewest characters of a text, or elements of an array",
    "max_length": "The most characters of a text, or elements of an array",
    "pattern": "A regular expression that the whole text matches",
    "format": "What a text looks like",
    "items": "The type of an array's elements",
    "header": "With in: header, the header's name where it differs from the parameter's",
    "options": "A SELECT whose first column lists the values there are, and whose second their "
    "labels",
    "validate": "A Python function validate(value, params), for what no other key can say",
}
TYPE_SENTENCES: Final[Mapping[ParameterType, str]] = {
    ParameterType.STRING: "Text, trimmed",
    ParameterType.INTEGER: "A whole number: 3, 3.0, 1e3",
    ParameterType.NUMBER: "A number: 3, 2.5, 1e3",
    ParameterType.BOOLEAN: "true/false, 1/0, yes/no, in any case",
    ParameterType.DATE: "A date such as 2026-01-31",
    ParameterType.DATETIME: "A point in time such as 2026-01-31T12:00:00+01:00",
    ParameterType.UUID: "A UUID",
    ParameterType.ARRAY: "A list: a repeated key, 1,2,3 or JSON",
    ParameterType.OBJECT: "An object, as JSON",
}
_SINGLE: Final = tuple(
    str(type_)
    for type_ in ParameterType
    if type_ not in {ParameterType.ARRAY, ParameterType.OBJECT}
)
_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "type": tuple(map(str, ParameterType)),
    "in": tuple(map(str, Location)),
    "required": ("true", "false"),
    "format": tuple(FORMATS),
    "items": _SINGLE,
}


def parameter_keys() -> list[Key]:
    """Every key of a declaration."""
    return [Key(key, KEY_SENTENCES[key], _VALUES.get(key)) for key in KEYS]


def parameter_types() -> list[Key]:
    """Every type."""
    return [Key(str(type_), TYPE_SENTENCES[type_]) for type_ in ParameterType]
