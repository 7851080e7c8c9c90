"""What somebody else has changed meanwhile: shown beside the cell, with what to do about it."""

from collections.abc import Mapping
from typing import Any

from IPython.display import display as _display

from .client import ApiError
from .comparing import draft_diff, macro_diff
from .connection import Connection
from .diffview import DiffView
from .errors import DbapiError

HERE = "this cell"
OVERWRITE = "To replace it by yours, write --overwrite on the first line and run the cell again"


class ChangedMeanwhile(DbapiError):
    """Somebody else's work would have been overwritten; nothing was."""


def last_editor(connection: Connection, key: tuple[str, str]) -> tuple[str, str]:
    """Who saved a draft last, and when: `at 2026-11-26 09:14 UTC`."""
    found = connection.resources.find_endpoint(*key)
    if found is None:
        return "Somebody else", ""
    at = found["updated_at"][:16].replace("T", " ")
    who = found["updated_by"] or "Somebody else"
    return f"{who} (you, elsewhere)" if who == connection.username else who, f" at {at} UTC"


def draft_changed(
    error: ApiError, connection: Connection, key: tuple[str, str], sent: Mapping[str, Any]
) -> DbapiError:
    """Show both drafts; the error that says what to do. The cell is as its author typed it."""
    name = " ".join(key)
    if error.conflict is None or error.conflict.current is None:
        return _gone(name)
    who, when = last_editor(connection, key)
    told = "changed it after this notebook saved it" if error.status == 412 else "saved it last"
    labels = (f"draft of {who}", HERE)
    mine = error.conflict.sent or sent
    found = draft_diff(error.conflict.current, mine, labels)
    show(DiffView(found, f"{name}: {who} {told}{when}. From that draft to {HERE}:"))
    return ChangedMeanwhile(
        f"{who} has changed {name}: nothing was saved, and nothing was run",
        hint=f"%dbapi show {name} shows that draft as a cell, to copy from. {OVERWRITE}",
    )


def macro_changed(error: ApiError, name: str, sent: Mapping[str, Any]) -> DbapiError:
    """The same of a macro."""
    if error.conflict is None or error.conflict.current is None:
        return _gone(f"macro {name}")
    found = macro_diff(error.conflict.current, sent, ("what is saved", HERE))
    show(DiffView(found, f"macro {name}: from what somebody else saved to {HERE}:"))
    return ChangedMeanwhile(
        f"Somebody else has changed macro {name}: nothing was saved",
        hint=f"%dbapi macros show {name} shows it as a cell, to copy from. {OVERWRITE}",
    )


def publish_refused(
    error: ApiError, connection: Connection, key: tuple[str, str], saved: Mapping[str, Any]
) -> DbapiError:
    """A draft is not what this notebook saved: show what has changed in it."""
    name = " ".join(key)
    if error.conflict is None or error.conflict.current is None:
        return _gone(name)
    who, when = last_editor(connection, key)
    if saved:
        labels = ("as this notebook saved it", f"draft of {who}")
        found = draft_diff(saved, error.conflict.current, labels)
        show(DiffView(found, f"{name}: {who} changed the draft{when}:"))
    return ChangedMeanwhile(
        f"{who} has changed the draft of {name}: nothing was published",
        hint=f"To publish that draft, look at it with %dbapi show {name} and publish again. "
        "To publish yours, run its cell again",
    )


def _gone(name: str) -> DbapiError:
    return ChangedMeanwhile(
        f"{name} was deleted after this notebook saved it: nothing was saved",
        hint="To make it anew, write --overwrite on the first line and run the cell again",
    )


def show(view: DiffView) -> None:
    """Above the error, which has no room for it."""
    _display(view)  # type: ignore[no-untyped-call]
