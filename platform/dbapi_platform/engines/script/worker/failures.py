"""What went wrong in a script: a message and a line, and nothing of the worker's own code."""

import traceback
from types import TracebackType
from typing import Any

from .channel import Refusal

MAX_TEXT = 2_000
MAX_FRAMES = 20


def failure_of(error: BaseException, own: frozenset[str]) -> dict[str, Any]:
    """As it is sent; `own` are the names of the script's sources.

    `number` is the platform's for its own error, when it was that which the script let pass.
    """
    if isinstance(error, Refusal):
        return {"kind": "refused", "message": _text(error.message), "status": error.status}
    frames = [
        [frame.filename, frame.lineno or 0]
        for frame in _frames(error.__traceback__)
        if frame.filename in own
    ]
    number = getattr(error, "_number", None)
    return {
        "kind": "memory" if isinstance(error, MemoryError) else "failed",
        "type": type(error).__name__[:100],
        "message": _message(error),
        "frames": frames[-MAX_FRAMES:],
        "number": number if type(number) is int else None,
    }


def _frames(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    # Lines are the author's own, so nothing is looked up in files.
    return [
        traceback.FrameSummary(
            frame.f_code.co_filename, line, frame.f_code.co_name, lookup_line=False
        )
        for frame, line in traceback.walk_tb(trace)
    ]


def _message(error: BaseException) -> str:
    try:
        return _text(str(error))
    except Exception:  # noqa: BLE001 - the script's own __str__ may do anything
        return "an error whose text cannot be made"


def _text(text: object) -> str:
    plain = str.__str__(text) if isinstance(text, str) else ""
    return plain[:MAX_TEXT].encode("utf-8", "replace").decode()
