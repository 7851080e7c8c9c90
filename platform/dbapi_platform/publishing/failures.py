"""How a failing run is told: a status and a code for consumers, the whole reason for the author."""

from dataclasses import dataclass

from ..datasources.errors import Busy, ConnectFailed, DatasourceError, QueryTimeout
from ..engines.errors import InvalidDefinition, InvalidParameters, NotATable, RenderFailed
from ..engines.script.errors import ScriptBusy, ScriptError, ScriptRefused, ScriptTimeout
from ..errors import Detail

FAILED = "The endpoint could not be executed; its author finds the reason by the request id"
TOO_LONG = "The endpoint took longer than its timeout"

# What a run of a compiled endpoint may raise.
RunError = (
    InvalidDefinition, InvalidParameters, NotATable, RenderFailed, ScriptError, DatasourceError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """`message` is for consumers, `internal` only for the author; 503 may be tried again."""

    status: int
    code: str
    message: str
    internal: str | None = None
    details: tuple[Detail, ...] = ()


def failure_of(error: Exception) -> Failure:
    """The failure that one of RunError means."""
    match error:
        case InvalidParameters():
            details = tuple(Detail(problem.name, problem.message) for problem in error.problems)
            message = "; ".join(f"{detail.field}: {detail.message}" for detail in details)
            return Failure(400, "invalid_parameters", message, details=details)
        case NotATable():
            message = "This endpoint's answer is not one table: ask for application/json"
            return Failure(406, "not_acceptable", message)
        case ScriptError():
            return _script(error)
        case DatasourceError():
            return _datasource(error)
    return Failure(500, "execution_failed", FAILED, str(error))


def _script(error: ScriptError) -> Failure:
    place = error.where if error.line is None else f"{error.where}, line {error.line}"
    internal = f"{place}: {error.message}"
    match error:
        case ScriptRefused():
            return Failure(error.status, error.code, error.message)
        case ScriptTimeout():
            return Failure(504, error.code, TOO_LONG, internal)
        case ScriptBusy():
            return Failure(503, error.code, "The endpoint is busy; try again shortly", internal)
    return Failure(500, error.code, FAILED, internal)


def _datasource(error: DatasourceError) -> Failure:
    internal = error.message
    if error.place is not None:
        where, line = error.place
        internal = f"{where}, line {line}: {internal}"
    match error:
        case QueryTimeout():
            return Failure(504, error.code, TOO_LONG, internal)
        case ConnectFailed() | Busy():
            message = "The endpoint's database is not available now"
            return Failure(503, error.code, message, internal)
    return Failure(500, "execution_failed", FAILED, internal)
