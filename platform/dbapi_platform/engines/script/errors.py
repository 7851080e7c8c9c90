"""How a script can end other than well. Messages are for its author; codes may be shown to all."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogLine:
    """What a script wrote to its log; `level` is debug, info, warning or error."""

    level: str
    message: str


class ScriptError(Exception):
    """The script failed. `where` is the text it failed in, `line` counts from 1 in that text."""

    code = "script_failed"

    def __init__(
        self,
        message: str,
        *,
        where: str = "content",
        line: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.line = line
        self.hint = hint
        self.logs: Sequence[LogLine] = ()


class TransformFailed(ScriptError):
    """The transform of an answer failed, or what it made cannot be sent."""

    code = "transform_failed"


class ScriptTimeout(ScriptError):
    """It ran longer than its endpoint may, and was ended."""

    code = "script_timeout"


class CpuLimit(ScriptError):
    """It used more processor time than it may, and was ended."""

    code = "script_cpu_limit"


class MemoryLimit(ScriptError):
    """It wanted more memory than it may have."""

    code = "script_memory_limit"


class OutputLimit(ScriptError):
    """Its answer is too large."""

    code = "script_output_limit"


class QueryLimit(ScriptError):
    """It asked for too many queries and requests, and was ended."""

    code = "script_query_limit"


class WorkerLost(ScriptError):
    """Its process ended without an answer."""

    code = "script_worker_lost"


class ScriptBusy(ScriptError):
    """No process became free in time."""

    code = "script_busy"


class ScriptRefused(ScriptError):
    """The script itself refused the call with `fail()`: the message is for the caller."""

    code = "refused"

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status
