"""What every request body has in common: known fields only, and values that can be kept."""

import math
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

# Deeper than anybody writes, and not so deep that what goes through it gives up.
MAX_DEPTH = 100


class Body(BaseModel):
    """A request's body: a misspelt field is an error, not a surprise later."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _is_storable(cls, body: object) -> object:
        for path, value in _leaves(body, "", 0):
            if _is_unstorable(value):
                raise PydanticCustomError(
                    "unstorable",
                    "{field} holds a NUL character, broken Unicode, or a number that is not finite",
                    {"field": path},
                )
        return body


def _leaves(value: object, path: str, depth: int) -> Iterator[tuple[str, object]]:
    """Every key and every single value, with the field it is in."""
    if depth > MAX_DEPTH:
        told = {"field": path[:100], "most": MAX_DEPTH}
        raise PydanticCustomError("too_deep", "{field} is nested more than {most} deep", told)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield path, key
            # The template's own check tells the line.
            if key != "content" or not isinstance(inner, str):
                yield from _leaves(inner, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, path, depth + 1)
    else:
        yield path, value


def _is_unstorable(value: object) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, str) and ("\0" in value or _is_broken(value))


def _is_broken(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
