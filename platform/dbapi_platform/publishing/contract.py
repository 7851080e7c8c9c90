"""What consumers rely on: what of it changes between two definitions, and what would break them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from .columns import Columns
from .definition import Definition, PageRule

Kind = Literal[
    "access_closed",
    "access_opened",
    "unknown_refused",
    "unknown_ignored",
    "cache_changed",
    "page_added",
    "page_removed",
    "page_changed",
    "export_rows_lowered",
    "export_rows_raised",
    "async_refused",
    "async_allowed",
    "parameter_removed",
    "parameter_added",
    "parameter_required",
    "parameter_optional",
    "parameter_retyped",
    "parameter_moved",
    "parameter_default_changed",
    "column_removed",
    "column_added",
    "column_retyped",
]


@dataclass(frozen=True, slots=True)
class ContractChange:
    """One change; `name` is that of what changed, `message` a sentence for the author."""

    kind: Kind
    name: str
    breaking: bool
    message: str


def contract_changes(
    before: Definition, after: Definition, columns: tuple[Columns | None, Columns | None]
) -> Iterator[ContractChange]:
    """What differs for a consumer, the most general first.

    `columns` are those of either's answer; nothing is said of them unless both are known.
    """
    yield from _of_access(before, after)
    yield from _of_answers(before, after)
    for name, old in before.params.items():
        new = after.params.get(name)
        if new is None:
            yield _breaks("parameter_removed", name, f"parameter {name} is gone")
        else:
            yield from _of_parameter(name, old, new)
    for name, new in after.params.items():
        if name not in before.params:
            if _must_be_given(new):
                yield _breaks("parameter_added", name, f"parameter {name} is new and required")
            else:
                yield _changes("parameter_added", name, f"parameter {name} is new")
    old_columns, new_columns = columns
    if old_columns is not None and new_columns is not None:
        yield from _of_columns(old_columns, new_columns)


def _of_columns(before: Columns, after: Columns) -> Iterator[ContractChange]:
    new = {column.name: column for column in after}
    for column in before:
        now = new.pop(column.name, None)
        if now is None:
            yield _breaks("column_removed", column.name, f"column {column.name} is gone")
        elif column.types and now.types and column.type != now.type:
            message = f"column {column.name} is now {now.type} (was {column.type})"
            # Whoever takes any number takes an integer.
            is_narrower = (column.type, now.type) == ("number", "integer")
            change = _changes if is_narrower else _breaks
            yield change("column_retyped", column.name, message)
    for name in new:
        yield _changes("column_added", name, f"column {name} is new")


def _of_access(before: Definition, after: Definition) -> Iterator[ContractChange]:
    if before.access != after.access:
        if after.access == "private":
            message = "access is now private: callers need a client's token"
            yield _breaks("access_closed", "access", message)
        else:
            message = "access is now public: anybody may call it"
            yield _changes("access_opened", "access", message)
    if before.unknown_params != after.unknown_params:
        if after.unknown_params == "refuse":
            message = "parameters that are not declared are now refused"
            yield _breaks("unknown_refused", "unknown_params", message)
        else:
            message = "parameters that are not declared are now ignored"
            yield _changes("unknown_ignored", "unknown_params", message)


def _of_answers(before: Definition, after: Definition) -> Iterator[ContractChange]:
    if before.cache != after.cache:
        kept = after.cache and f"answers may now be {after.cache.ttl:,} seconds old"
        yield _changes("cache_changed", "cache", kept or "answers are no longer kept")
    yield from _of_pages(before.page, after.page)
    yield from _of_exports(before, after)
    if before.allow_async and not after.allow_async:
        yield _breaks("async_refused", "allow_async", "the answer can no longer be fetched later")
    elif after.allow_async and not before.allow_async:
        yield _changes("async_allowed", "allow_async", "the answer may now be fetched later")


def _of_pages(old: PageRule | None, new: PageRule | None) -> Iterator[ContractChange]:
    if new is None:
        if old is not None:
            yield _breaks("page_removed", "page", "there are no pages any more")
    elif old is None:
        message = f"rows are now answered in pages of {new.size:,}"
        yield _breaks("page_added", "page", message)
    else:
        if old.style != new.style:
            message = f"pages are now found by {new.style} (was {old.style})"
            yield _breaks("page_changed", "page.style", message)
        if old.by != new.by:
            message = f"pages are now ordered by {', '.join(new.by)} (was {', '.join(old.by)})"
            yield _breaks("page_changed", "page.by", message)
        if old.size != new.size:
            message = f"a page now has {new.size:,} rows at most (was {old.size:,})"
            change = _breaks if new.size < old.size else _changes
            yield change("page_changed", "page.size", message)


def _of_exports(before: Definition, after: Definition) -> Iterator[ContractChange]:
    if before.own_export_rows == after.own_export_rows:
        return
    old, new = (each.max_export_rows or each.max_rows for each in (before, after))
    # Of drafts the limit may be the platform's.
    if old is not None and new is not None and old != new:
        message = f"an export now has {new:,} rows at most (was {old:,})"
        if new < old:
            yield _breaks("export_rows_lowered", "max_export_rows", message)
        else:
            yield _changes("export_rows_raised", "max_export_rows", message)


def _of_parameter(name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[ContractChange]:
    if _type(old) != _type(new):
        message = f"parameter {name} is now {_type(new)} (was {_type(old)})"
        yield _breaks("parameter_retyped", name, message)
    if old.get("in") != new.get("in"):
        message = f"parameter {name} is now taken from the {new.get('in') or 'query or body'}"
        yield _breaks("parameter_moved", name, message)
    if _must_be_given(new) and not _must_be_given(old):
        message = f"parameter {name} is now required"
        yield _breaks("parameter_required", name, message)
    elif _must_be_given(old) and not _must_be_given(new):
        message = f"parameter {name} may now be left out"
        yield _changes("parameter_optional", name, message)
    elif old.get("default") != new.get("default"):
        message = f"parameter {name} is now {_default(new)} by default (was {_default(old)})"
        yield _changes("parameter_default_changed", name, message)


def _type(parameter: dict[str, Any]) -> str:
    kind = str(parameter.get("type", "string"))
    return f"{kind} of {parameter['items']}" if parameter.get("items") else kind


def _default(parameter: dict[str, Any]) -> str:
    default = parameter.get("default")
    return "absent" if default is None else repr(default)


def _must_be_given(parameter: dict[str, Any]) -> bool:
    return bool(parameter.get("required")) and parameter.get("default") is None


def _breaks(kind: Kind, name: str, message: str) -> ContractChange:
    return ContractChange(kind, name, breaking=True, message=message)


def _changes(kind: Kind, name: str, message: str) -> ContractChange:
    return ContractChange(kind, name, breaking=False, message=message)
