"""Parameters of a run or a call: read from words, checked against what the endpoint declares."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .errors import UsageError
from .shapes import Parameter
from .suggest import suggestion


def read_values(words: Sequence[str]) -> dict[str, Any]:
    """`name=value` words; a repeated name makes a list. Raises UsageError."""
    values: dict[str, Any] = {}
    for word in words:
        name, separator, value = word.partition("=")
        if not separator or not name:
            raise UsageError(
                f"'{word}' is not a parameter",
                hint=f"Write {word or 'name'}=VALUE, and quote a value that holds spaces",
            )
        if name not in values:
            values[name] = value
        elif isinstance(values[name], list):
            values[name].append(value)
        else:
            values[name] = [values[name], value]
    return values


def read_params(text: str | None, variables: Mapping[str, Any]) -> dict[str, Any]:
    """`--params`: a JSON object, or the name of a variable that holds a dict."""
    if text is None:
        return {}
    if text.isidentifier():
        value = variables.get(text)
        if isinstance(value, dict):
            return value
        raise UsageError(f"--params {text}: there is no dict of that name in the notebook")
    return read_json_object(text, "--params")


def read_json_object(text: str, flag: str) -> dict[str, Any]:
    """A JSON object from the line. Raises UsageError."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{flag} is not valid JSON: {error}",
            hint=f"Put it in single quotes: {flag} '{{\"customer_id\": 7}}'",
        ) from error
    if not isinstance(value, dict):
        raise UsageError(f"{flag} is not a JSON object")
    return value


def missing(declared: Sequence[Parameter], given: Mapping[str, Any]) -> list[Parameter]:
    """Those that must be given and are not."""
    return [
        parameter
        for parameter in declared
        if parameter.get("required")
        and parameter.get("default") is None
        and given.get(parameter["name"]) in (None, "")
    ]


def check_names(declared: Sequence[Parameter], given: Mapping[str, Any]) -> None:
    """Refuse a misspelt name: the platform would ignore it. Raises UsageError."""
    known = [parameter["name"] for parameter in declared]
    for name in given:
        if name not in known:
            raise UsageError(
                f"The endpoint has no parameter '{name}'",
                hint=suggestion(name, known, label="It has") or "It has none",
            )


def ask_for(parameters: Sequence[Parameter], mark: str | None) -> tuple[str, str]:
    """What to say about missing ones: the message and the hint; `mark` is that of their cell."""
    names = [parameter["name"] for parameter in parameters]
    words = " ".join(f"{parameter['name']}={example(parameter)}" for parameter in parameters)
    pairs = ", ".join(f"{parameter['name']}: {example(parameter)}" for parameter in parameters)
    keep = f", or keep an example in the cell: {mark} run: {{{pairs}}}" if mark else ""
    return f"Not run: no value for {', '.join(names)}", f"Add {words} to the magic line{keep}"


EXAMPLES = {
    "integer": "7",
    "number": "1.5",
    "boolean": "true",
    "date": "2026-01-31",
    "datetime": "2026-01-31T12:00:00",
    "array": "1,2",
}


def example(parameter: Parameter) -> str:
    """A value that the type would take."""
    if choices := parameter.get("enum"):
        return str(choices[0])
    return EXAMPLES.get(parameter.get("type", "string"), "…")


def fill_path(path: str, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The path with its names filled in, and what is left of the parameters."""
    left = dict(given)
    segments = []
    for segment in path.split("/"):
        if segment.startswith("{") and segment.endswith("}"):
            name = segment[1:-1]
            if as_text(left.get(name)) == "":
                raise UsageError(f"No value for {name}, which is part of the path")
            segments.append(quote(as_text(left.pop(name)), safe=""))
        else:
            segments.append(segment)
    return "/".join(segments), left


def as_text(value: object) -> str:
    """A value as it stands in a URL."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)
