"""Why a script failed: what its worker told of it, or how the worker ended."""

import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from .calls import Call
from .errors import CpuLimit, MemoryLimit, ScriptError, ScriptRefused, WorkerLost
from .programs import ScriptProgram
from .worker.wire import OUT_OF_MEMORY

_MAX_TEXT: Final = 2_000
_MAX_NAME: Final = 100


def failure_of(told: Mapping[str, Any], program: ScriptProgram, call: Call) -> Exception:
    """The error that a worker tells of. Raises KeyError or TypeError for what tells of none.

    One of the platform's own, which the script let pass, is that error again.
    """
    message = str(told["message"])[:_MAX_TEXT]
    if told["kind"] == "refused":
        status = told["status"]
        is_sound = type(status) is int and 400 <= status <= 499
        return ScriptRefused(message, status if is_sound else 400)
    where, line = _place(told["frames"], program)
    own = call.error(told["number"])
    if own is not None:
        own.place = where, line
        return own
    if told["kind"] == "memory":
        return _memory(where, line)
    kind = str(told["type"])[:_MAX_NAME]
    if kind == "AssertionError" and not message:
        # The author's own words, when nothing else is said of what was asserted.
        message = program.line(where, line)
    return ScriptError(f"{kind}: {message}" if message else kind, where=where, line=line)


def loss_of(status: int | None, cpu_s: float) -> ScriptError:
    """Why a worker ended without an answer; `status` is negative for a signal."""
    if status == -signal.SIGPROF:
        return CpuLimit(
            f"The script used more than {cpu_s:g} seconds of processor time",
            hint="is there a loop without an end?",
        )
    if status == OUT_OF_MEMORY:
        return _memory("content", None)
    if status is not None and status < 0:
        with suppress(ValueError):
            return WorkerLost(f"The script's process was ended by {signal.Signals(-status).name}")
    return WorkerLost("The script's process ended without an answer")


def _memory(where: str, line: int | None) -> MemoryLimit:
    return MemoryLimit(
        "The script needed more memory than it may have",
        where=where,
        line=line,
        hint="DBAPI_SCRIPT_MEMORY_MB says how much that is",
    )


def _place(frames: Sequence[Any], program: ScriptProgram) -> tuple[str, int | None]:
    """The innermost line of the author's."""
    known = {where for where, _ in program.sources}
    for where, line in reversed(frames):
        if where in known and type(line) is int and line > 0:
            return where, line
    return program.sources[-1][0], None
