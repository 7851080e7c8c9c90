"""YAML as people write it: blocks, texts of several lines as they are, the same each time.

Values are those of JSON. PyYAML's own writer folds a text with a tab or a blank at the end of a
line into one quoted line, which nobody can read a change of.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

_PLAIN: Final = re.compile(r"[^\W\d][\w ./(){}@+-]*(?<! )")
# What YAML takes for a line's end, or cannot hold but escaped. A mark of byte order may vanish.
_ESCAPED: Final = re.compile(
    "[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_RESOLVERS: Final = yaml.SafeLoader.yaml_implicit_resolvers
_LONGEST_KEY: Final = 100
_INDENT: Final = "  "


def emit(document: Mapping[str, Any]) -> str:
    """The document's text, with a newline at its end."""
    return "".join(f"{line}\n" for line in _mapping(document, ""))


def _mapping(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in values.items():
        name = _text(key)
        if len(name) > _LONGEST_KEY:
            # A longer key is read only where it is said to be one.
            yield f"{indent}? {name}"
            name = ""
        yield from _entry(f"{indent}{name}:", value, indent)


def _entry(start: str, value: Any, indent: str) -> Iterator[str]:
    inner = indent + _INDENT
    if isinstance(value, Mapping) and value:
        yield start
        yield from _mapping(value, inner)
    elif isinstance(value, list | tuple) and value:
        yield start
        for element in value:
            yield f"{inner}- {_inline(element)}"
    elif isinstance(value, str) and _is_block(value):
        yield f"{start} {_header(value)}"
        lines = value.removesuffix("\n").split("\n")
        yield from (f"{inner}{line}" if line else "" for line in lines)
    else:
        yield f"{start} {_inline(value)}"


def _inline(value: Any) -> str:
    """Of one line; a list or a mapping as JSON, which is YAML."""
    match value:
        case str():
            return _text(value)
        case Mapping():
            pairs = (f"{_flow_key(key)}: {_flow(inner)}" for key, inner in value.items())
            return "{" + ", ".join(pairs) + "}"
        case list() | tuple():
            return "[" + ", ".join(_flow(inner) for inner in value) + "]"
        case float():
            return _number(value)
    return json.dumps(value)


def _flow(value: Any) -> str:
    return _quoted(value) if isinstance(value, str) else _inline(value)


def _flow_key(key: str) -> str:
    name = _quoted(key)
    return f"? {name}" if len(name) > _LONGEST_KEY else name


def _number(value: float) -> str:
    """With a point, without which YAML reads a text: 1e+20."""
    digits, e, power = repr(value).partition("e")
    return digits + ("" if "." in digits else ".0") + e + power


def _text(value: str) -> str:
    if _PLAIN.fullmatch(value) and not _means_something(value) and not _ESCAPED.search(value):
        return value
    if value and not _ESCAPED.search(value) and "\n" not in value and "\t" not in value:
        return "'" + value.replace("'", "''") + "'"
    return _quoted(value)


def _means_something(value: str) -> bool:
    """Whether YAML would read a number, a truth or a date."""
    return any(
        pattern.match(value)
        for first in (value[0], None)
        for _, pattern in _RESOLVERS.get(first, ())
    )


def _quoted(value: str) -> str:
    return _ESCAPED.sub(_escape, json.dumps(value, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _is_block(value: str) -> bool:
    return "\n" in value and not _ESCAPED.search(value)


def _header(value: str) -> str:
    """How the block ends, and where it begins if its first line does not show it."""
    begins = str(len(_INDENT)) if value[0] in " \t\n" else ""
    if not value.endswith("\n"):
        return f"|{begins}-"
    is_more = value.endswith("\n\n") or value == "\n"
    return f"|{begins}+" if is_more else f"|{begins}"
