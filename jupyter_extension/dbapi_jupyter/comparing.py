"""Two definitions compared in the shape that they are saved in."""

import difflib
from collections.abc import Mapping
from typing import Any

from .client import Conflict
from .diffview import DiffView
from .shapes import Diff, FieldChange

# What a body leaves out; a transform and a module that are left out stay as they are.
USUAL: Mapping[str, Any] = {
    "params": {}, "name": None, "description": None, "access": "private", "timeout": None,
    "max_rows": None, "rate_limit": None, "max_concurrent": None, "unknown_params": "ignore",
    "cache": None, "page": None, "max_export_rows": None, "allow_async": None,
}  # fmt: skip
# What a rule leaves out.
USUAL_OF_RULES: Mapping[str, Mapping[str, Any]] = {"cache": {"vary": []}, "page": {"size": 100}}
MACRO_FIELDS = ("content", "description")
# What the two sides are called.
Labels = tuple[str, str]


def draft_diff(before: Mapping[str, Any], after: Mapping[str, Any], labels: Labels) -> Diff:
    """Between two drafts in the shape that they are saved in; either may leave fields out."""
    old, new = _whole(before, after), _whole(after, before)
    fields = [
        change
        for name in dict.fromkeys((*old, *new))
        if name not in ("method", "path", "content")
        for change in _changes(name, old.get(name), new.get(name))
    ]
    return _diff(str(old["content"]), str(new["content"]), fields, labels)


def _whole(draft: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """With what the draft leaves out: a transform and a module are kept as they are."""
    whole = {**USUAL, "transform": other.get("transform"), **draft}
    for name, usual in USUAL_OF_RULES.items():
        if isinstance(whole[name], Mapping):
            whole[name] = {**usual, **whole[name]}
    whole["allow_async"] = whole["allow_async"] or None
    return whole | {"module": draft.get("module") or other.get("module")}


def _changes(name: str, before: Any, after: Any) -> list[FieldChange]:
    if before == after:
        return []
    if name != "params":
        return [{"field": name, "from": before, "to": after}]
    names = dict.fromkeys((*before, *after))
    pairs = {each: (before.get(each), after.get(each)) for each in names}
    return [
        {"field": f"params.{each}", "from": old, "to": new}
        for each, (old, new) in pairs.items()
        if old != new
    ]


def macro_diff(before: Mapping[str, Any], after: Mapping[str, Any], labels: Labels) -> Diff:
    """Between two macros."""
    changed = before.get("description") != after.get("description")
    fields: list[FieldChange] = [
        {"field": "description", "from": before.get("description"), "to": after.get("description")}
    ] * changed
    return _diff(before["content"], after["content"], fields, labels)


def _diff(before: str, after: str, fields: list[FieldChange], labels: Labels) -> Diff:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), *labels, lineterm="")
    return {
        "from": labels[0], "to": labels[1], "content": "\n".join(lines), "fields": fields,
        "breaking": [],
    }  # fmt: skip


def draft_loses_nothing(conflict: Conflict) -> bool:
    """Whether both drafts say the same."""
    if not conflict.current or not conflict.sent:
        return False
    return not DiffView(draft_diff(conflict.current, conflict.sent, ("", ""))).changes


def macro_loses_nothing(saved: Mapping[str, Any], conflict: Conflict) -> bool:
    """Whether both say the same, or what is there is what this notebook saved: now published."""
    current, sent = conflict.current, conflict.sent
    if not current or not sent:
        return False
    same = not DiffView(macro_diff(current, sent, ("", ""))).changes
    return same or all(name in saved and current[name] == saved[name] for name in MACRO_FIELDS)
