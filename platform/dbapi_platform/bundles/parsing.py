"""YAML as bundles have it: plain values with their lines. Tags, anchors and surprises are refused.

Read from the parser's events and not composed by it, so that nothing nests too deeply, no alias
makes much of little, and no key is lost to one of the same name.
"""

import math
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from yaml.events import (
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
    StreamStartEvent,
)
from yaml.nodes import ScalarNode

MAX_DEPTH: Final = 20
MAX_VALUES: Final = 50_000
# YAML takes 1:30:00 for a number: one of two million parts would be worked out for an hour.
_LONGEST_NUMBER: Final = 100
_TAG: Final = "tag:yaml.org,2002:"
Place = tuple[str | int, ...]


class BadYaml(ValueError):
    """A file cannot be read; `line` counts from 1."""

    def __init__(self, message: str, line: int | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.hint = hint


class _Loader(yaml.CSafeLoader):
    """Dates stay texts, `=` and `<<` are nothing special."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag.removeprefix(_TAG) in {"int", "float", "bool", "null"}
    ]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(slots=True)
class Document:
    """A file's values, and the line that each stands in."""

    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int | None:
        """Of the place, else of what it is in."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place)


def parse(text: str) -> Document:
    """Raises BadYaml."""
    try:
        return _Reading(text).document()
    except yaml.YAMLError as error:
        raise _told(error) from None
    except UnicodeEncodeError:
        raise BadYaml("holds broken Unicode") from None


class _Reading:
    def __init__(self, text: str) -> None:
        self._loader = _Loader(text)
        self._document = Document()
        self._values = 0

    def document(self) -> Document:
        self._next(StreamStartEvent)
        if isinstance(self._loader.peek_event(), StreamEndEvent):
            raise BadYaml("is empty")
        self._next(DocumentStartEvent)
        self._document.value = self._value(self._event(), ())
        self._event()
        rest = self._event()
        if not isinstance(rest, StreamEndEvent):
            raise BadYaml("holds more than one document", _line(rest), "leave out the ---")
        return self._document

    def _value(self, event: Event, place: Place) -> Any:
        self._check(event, place)
        self._document.lines[place] = _line(event)
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(place)
        return self._sequence(place)

    def _check(self, event: Event, place: Place) -> None:
        self._values += 1
        if not isinstance(event, ScalarEvent | CollectionStartEvent) or event.anchor is not None:
            raise BadYaml(
                "aliases and anchors (*, &) are not taken",
                _line(event),
                "write it out, or quote it",
            )
        if event.tag is not None:
            raise BadYaml(
                "tags (!) are not taken", _line(event), "write a plain value, or quote it"
            )
        if isinstance(event, CollectionStartEvent) and len(place) >= MAX_DEPTH:
            raise BadYaml(f"is nested more than {MAX_DEPTH} deep", _line(event))
        if self._values > MAX_VALUES:
            raise BadYaml(f"holds more than {MAX_VALUES:,} values", _line(event))

    def _mapping(self, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := self._event(), MappingEndEvent):
            self._check(event, place)
            key = self._scalar(event) if isinstance(event, ScalarEvent) else None
            if not isinstance(key, str):
                shown = event.value if isinstance(event, ScalarEvent) else "a list or mapping"
                raise BadYaml(f"a key has to be text, got {shown}", _line(event), "quote it")
            if key in found:
                raise BadYaml(f"the key '{key}' stands here twice", _line(event))
            found[key] = self._value(self._event(), (*place, key))
        return found

    def _sequence(self, place: Place) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := self._event(), SequenceEndEvent):
            found.append(self._value(event, (*place, len(found))))
        return found

    def _scalar(self, event: ScalarEvent) -> Any:
        text: str = event.value
        tag: str = self._loader.resolve(ScalarNode, text, event.implicit)  # type: ignore[no-untyped-call]
        try:
            value = self._plain(tag.removeprefix(_TAG), ScalarNode(tag, text))
        except ValueError:
            raise BadYaml(f"'{text[:40]}' is not a number", _line(event), "quote it") from None
        is_wrong = (
            "\0" in value if isinstance(value, str)
            else isinstance(value, float) and not math.isfinite(value)
        )  # fmt: skip
        if is_wrong:
            raise BadYaml("holds a NUL character, or a number that is not finite", _line(event))
        return value

    def _plain(self, tag: str, node: ScalarNode) -> Any:
        if tag in {"int", "float"} and len(node.value) > _LONGEST_NUMBER:
            raise ValueError("a number of too many digits")
        match tag:
            case "int":
                return self._loader.construct_yaml_int(node)
            case "float":
                return self._loader.construct_yaml_float(node)
            case "bool":
                return self._loader.construct_yaml_bool(node)
            case "null":
                return None
        return node.value

    def _event(self) -> Event:
        event = self._loader.get_event()
        if event is None:  # pragma: no cover - the end of the stream is met before
            raise BadYaml("is not YAML")
        return event

    def _next(self, kind: type[Event]) -> None:
        if not isinstance(self._event(), kind):  # pragma: no cover - never otherwise
            raise BadYaml("is not YAML")


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _told(error: yaml.YAMLError) -> BadYaml:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark
        hint = None
        if "found character that cannot start any token" in (error.problem or ""):
            hint = "indent with blanks and quote texts that begin with a special character"
        return BadYaml(error.problem or "is not YAML", mark.line + 1 if mark else None, hint)
    return BadYaml(str(error).split("\n")[0])
