"""What the platform refuses, told at its place in the cell, or in the draft."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from ..cells import Cell, is_text, place_of_word
from ..client import ApiError, Detail
from ..errors import CellError, DbapiError, Place

# What a script that calls `fail()` is answered with.
REFUSED = "refused"
ReadDraft = Callable[[], Mapping[str, Any]]


def refused(error: ApiError, cell: Cell | None, read_draft: ReadDraft | None = None) -> DbapiError:
    """The platform's refusal, at its place in the cell, else in a text of the draft."""
    details = error.details
    if error.code == REFUSED:
        error.notes.append(f"The script ended the call itself, with fail(…, status={error.status})")
    if not details or (cell is None and read_draft is None):
        return error
    first = details[0]
    place = _place(first, cell)
    message = _message(first, cell, place)
    if place is None and cell and cell.field == "content" and error.code == "query_failed":
        place = place_of_word(cell, first.message)
    if place is None and read_draft is not None:
        place = _place_in_draft(first, read_draft)
    notes = [*error.notes, *(_also(detail, cell) for detail in details[1:])]
    hint = first.hint or error.hint
    return CellError(message, place=place, hint=hint, notes=notes, logs=error.logs)


def _place(detail: Detail, cell: Cell | None) -> Place | None:
    if cell is None:
        return None
    place = cell.place(field=detail.field, line=detail.line, column=detail.column)
    return place.marked() if place else None


def _message(detail: Detail, cell: Cell | None, place: Place | None) -> str:
    """Names the text that is wrong, and its line where it cannot be shown."""
    field = detail.field
    if field in (None, cell.field if cell else "content"):
        return detail.message
    line = f", line {detail.line}" if detail.line and place is None and is_text(field or "") else ""
    return f"{field}{line}: {detail.message}"


def _also(detail: Detail, cell: Cell | None) -> str:
    place = _place(detail, cell)
    if place is None:
        return f"  also {_message(detail, cell, None)}"
    return f"  also line {place.line}: {detail.message}"


def _place_in_draft(detail: Detail, read_draft: ReadDraft) -> Place | None:
    """Of a text that no cell at hand holds."""
    text = None
    if detail.line is not None:
        with suppress(DbapiError):
            text = _text_of(detail.field, read_draft())
    if text is None:
        return None
    return Place(text.splitlines(), detail.line or 1, detail.column).marked()


def _text_of(field: str | None, draft: Mapping[str, Any]) -> str | None:
    """A parameter that is wrong where the content uses it comes with a line of the content."""
    if field is None or not is_text(field):
        field = "content"
    found: Any = draft
    for part in field.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else None
