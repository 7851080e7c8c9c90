"""Parameter values on their way to another process: what they are is kept, as JSON would not."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

Tagged = tuple[str, Any]

_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "uuid": UUID,
    "decimal": Decimal,
}


def tagged(value: object) -> Tagged:
    """A bound value with its type's name; none is needed for what JSON has itself."""
    match value:
        case datetime():
            return "datetime", value.isoformat()
        case date():
            return "date", value.isoformat()
        case UUID() | Decimal():
            return type(value).__name__.lower(), str(value)
        case list() | tuple():
            return "list", [tagged(each) for each in value]
        case dict():
            return "dict", {name: tagged(each) for name, each in value.items()}
        case None | bool() | int() | float() | str():
            return "", value
    raise TypeError(f"a {type(value).__name__} cannot be told to another process")


def untagged(pair: Tagged) -> Any:
    """The value that `tagged` was given."""
    tag, value = pair
    match tag:
        case "":
            return value
        case "list":
            return [untagged(each) for each in value]
        case "dict":
            return {name: untagged(each) for name, each in value.items()}
    return _READERS[tag](value)
