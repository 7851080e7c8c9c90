"""What the platform refuses, told at its place in the cell."""

from ..cells import Cell, place_of_word
from ..client import ApiError
from ..errors import CellError, DbapiError


def refused(error: ApiError, cell: Cell | None) -> DbapiError:
    """The platform's refusal, at its place in the cell."""
    details = error.details
    if cell is None or not details:
        return error
    first = details[0]
    place = cell.place(field=first.field, line=first.line, column=first.column)
    notes = []
    for other in details[1:]:
        spot = cell.place(field=other.field, line=other.line)
        notes.append(f"  also{f' line {spot.line}' if spot else ''}: {other.message}")
    if place is None and error.code == "query_failed":
        place = place_of_word(cell, first.message)
    name = "" if first.field in (None, "content") else f"{first.field}: "
    message = f"{name}{first.message}"
    return CellError(message, place=place, hint=first.hint or error.hint, notes=notes)
