"""A call as somebody might make it, with example values in their places."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from ..engines.parameters import Location
from ..publishing.definition import Definition
from .examples import example_of, is_given
from .places import Placed


@dataclass(frozen=True, slots=True)
class ExampleCall:
    """What is sent; `is_private` when it takes a token too."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None
    is_private: bool


def example_call(definition: Definition, placed: Sequence[Placed], base: str) -> ExampleCall:
    """A call at `base`, such as `http://127.0.0.1:8000/api`, with what it takes to be answered."""
    given = [(one, example_of(one.parameter)) for one in placed if _is_shown(one)]
    path, query = definition.path, []
    headers: dict[str, str] = {}
    body: dict[str, Any] = {}
    for one, value in given:
        match one.place:
            case Location.PATH:
                segment = quote(_text(value), safe="")
                path = path.replace("{" + one.name + "}", segment)
            case Location.QUERY:
                query += [(one.name, text) for text in _texts(value)]
            case Location.HEADER:
                text = _text(value)
                # No header can hold anything else.
                if text.isascii() and text.isprintable():
                    headers[one.name] = text
            case Location.BODY:
                body[one.name] = value
    asked = f"?{urlencode(query, quote_via=quote)}" if query else ""
    return ExampleCall(
        method=definition.method,
        url=f"{base}/{path}{asked}",
        headers=headers,
        body=body or None,
        is_private=definition.access != "public",
    )


def _is_shown(one: Placed) -> bool:
    return one.is_required or is_given(one.parameter)


def _texts(value: object) -> list[str]:
    """The values of a query's key: a list repeats it."""
    if isinstance(value, list) and value and not any(_is_nested(each) for each in value):
        return [_text(each) for each in value]
    return [_text(value)]


def _is_nested(value: object) -> bool:
    # A single element with commas would be taken for a list of several.
    return isinstance(value, list | dict) or (isinstance(value, str) and "," in value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
