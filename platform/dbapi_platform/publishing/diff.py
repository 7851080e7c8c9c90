"""What differs between two definitions, and what of it would break a consumer."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .definition import Definition

COMPARED = (
    "name",
    "description",
    "datasource_id",
    "access",
    "timeout",
    "max_rows",
    "rate_limit",
    "max_concurrent",
    "unknown_params",
    "engine",
    "transform",
)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that is not the same; None where it is not set."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Diff:
    """`content` is a unified diff, empty when the content is the same."""

    before: str
    after: str
    content: str
    fields: tuple[FieldChange, ...]
    breaking: tuple[str, ...]


def compare(
    before: Definition | None, after: Definition, *, before_label: str, after_label: str
) -> Diff:
    """How `after` differs from `before`; None stands for an endpoint that is not there yet."""
    return Diff(
        before=before_label,
        after=after_label,
        content=unified(before.content if before else "", after.content, before_label, after_label),
        fields=tuple(_fields(before, after)),
        breaking=tuple(_breaking(before, after)) if before else (),
    )


def unified(before: str, after: str, before_label: str, after_label: str) -> str:
    """A unified diff of two texts."""
    old, new = before.splitlines(), after.splitlines()
    return "\n".join(difflib.unified_diff(old, new, before_label, after_label, lineterm=""))


def _fields(before: Definition | None, after: Definition) -> Iterator[FieldChange]:
    old, new = before.as_dict() if before else {}, after.as_dict()
    for field in COMPARED:
        if old.get(field) != new.get(field):
            yield FieldChange(field, old.get(field), new.get(field))
    yield from _by_key("params", old.get("params", {}), new["params"])
    yield from _by_key("macros", _macro_versions(old), _macro_versions(new))


def _by_key(field: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[FieldChange]:
    for key in _union(old, new):
        if old.get(key) != new.get(key):
            yield FieldChange(f"{field}.{key}", old.get(key), new.get(key))


def _macro_versions(definition: dict[str, Any]) -> dict[str, Any]:
    return {macro["name"]: macro["version"] for macro in definition.get("macros", ())}


def _union(old: Iterable[str], new: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*old, *new)))


def _breaking(before: Definition, after: Definition) -> Iterator[str]:
    if before.access == "public" and after.access == "private":
        yield "access is now private: callers need a client's token"
    if before.unknown_params == "ignore" and after.unknown_params == "refuse":
        yield "parameters that are not declared are now refused"
    for name, old in before.params.items():
        new = after.params.get(name)
        if new is None:
            yield f"parameter {name} is gone"
        elif old.get("type") != new.get("type"):
            yield f"parameter {name} is now {_type(new)} (was {_type(old)})"
        elif old.get("in") != new.get("in"):
            yield f"parameter {name} is now taken from the {new.get('in') or 'query or body'}"
        elif _must_be_given(new) and not _must_be_given(old):
            yield f"parameter {name} is now required"
    for name, new in after.params.items():
        if name not in before.params and _must_be_given(new):
            yield f"parameter {name} is new and required"


def _type(parameter: dict[str, Any]) -> str:
    return str(parameter.get("type", "string"))


def _must_be_given(parameter: dict[str, Any]) -> bool:
    return bool(parameter.get("required")) and parameter.get("default") is None
