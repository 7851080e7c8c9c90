"""What an import does, or would do: an item for each part, and what is only here."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ..errors import Conflict, Detail
from ..publishing.diff import Diff, FieldChange


class Kind(StrEnum):
    DATASOURCE = "datasource"
    MODULE = "module"
    MACRO = "macro"
    ENDPOINT = "endpoint"
    GROUP = "group"


class ItemState(StrEnum):
    """`only_here` is in the installation and not in the bundle: an import leaves it alone."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICTING = "conflicting"
    ONLY_HERE = "only_here"


@dataclass(slots=True)
class Item:
    """`reason` tells why it conflicts, `notes` what else there is to know."""

    kind: Kind
    name: str
    module: str | None = None
    state: ItemState = ItemState.UNCHANGED
    reason: str | None = None
    notes: list[str] = field(default_factory=list)
    diff: Diff | None = None


@dataclass(slots=True)
class Report:
    items: list[Item] = field(default_factory=list)

    @property
    def counts(self) -> dict[ItemState, int]:
        """How many there are of each."""
        found = Counter(item.state for item in self.items)
        return {state: found[state] for state in ItemState}

    @property
    def conflicts(self) -> list[Item]:
        """What stands in the way of all of it."""
        return [item for item in self.items if item.state is ItemState.CONFLICTING]


class BundleConflicts(Conflict):
    """Something stands in the way, so that nothing was imported; `details` name each."""

    def __init__(self, report: Report) -> None:
        found = report.conflicts
        some = "; ".join(f"{item.kind} {item.name}: {item.reason}" for item in found[:3])
        more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
        super().__init__(
            f"Nothing was imported: {some}{more}",
            *(Detail(f"{item.kind} {item.name}", item.reason or "") for item in found[:50]),
        )
        self.report = report


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """Fields that differ, of what has no definition."""
    return tuple(
        FieldChange(name, before.get(name), after.get(name))
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    )


def plain_diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> Diff:
    """A diff of fields only."""
    return Diff("here", "bundle", "", changes_of(before, after), ())


def named(diff: Diff, datasources: Mapping[str, str], more: Iterable[FieldChange] = ()) -> Diff:
    """The diff with datasources by their names, which ids do not tell."""
    fields = tuple(
        FieldChange(
            "datasource", datasources.get(change.before, change.before),
            datasources.get(change.after, change.after),
        )
        if change.field == "datasource_id"
        else change
        for change in diff.fields
    )  # fmt: skip
    return replace(diff, fields=(*fields, *more))
