"""What differs between two definitions, and what of it would break a consumer."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .columns import Columns
from .contract import ContractChange, contract_changes
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
    "cache",
    "page",
    "max_export_rows",
    "allow_async",
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
    contract: tuple[ContractChange, ...]

    @property
    def breaking(self) -> tuple[str, ...]:
        """What would break a consumer, in sentences."""
        return tuple(change.message for change in self.contract if change.breaking)


def compare(
    before: Definition | None,
    after: Definition,
    *,
    before_label: str,
    after_label: str,
    columns: tuple[Columns | None, Columns | None] = (None, None),
) -> Diff:
    """How `after` differs from `before`; None stands for an endpoint that is not there yet.

    `columns` are what both are known to answer, where it is known.
    """
    return Diff(
        before=before_label,
        after=after_label,
        content=unified(before.content if before else "", after.content, before_label, after_label),
        fields=tuple(_fields(before, after)),
        contract=tuple(contract_changes(before, after, columns)) if before else (),
    )


def unified(before: str, after: str, before_label: str, after_label: str) -> str:
    """A unified diff of two texts."""
    old, new = before.splitlines(), after.splitlines()
    return "\n".join(difflib.unified_diff(old, new, before_label, after_label, lineterm=""))


def _fields(before: Definition | None, after: Definition) -> Iterator[FieldChange]:
    old, new = _said(before) if before else {}, _said(after)
    for field in COMPARED:
        if old.get(field) != new.get(field):
            yield FieldChange(field, old.get(field), new.get(field))
    yield from _by_key("params", old.get("params", {}), new["params"])
    yield from _by_key("macros", _macro_versions(old), _macro_versions(new))


def _said(definition: Definition) -> dict[str, Any]:
    return definition.as_dict() | {"max_export_rows": definition.own_export_rows}


def _by_key(field: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[FieldChange]:
    for key in _union(old, new):
        if old.get(key) != new.get(key):
            yield FieldChange(f"{field}.{key}", old.get(key), new.get(key))


def _macro_versions(definition: dict[str, Any]) -> dict[str, Any]:
    return {macro["name"]: macro["version"] for macro in definition.get("macros", ())}


def _union(old: Iterable[str], new: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*old, *new)))
