"""What the process logs to its error stream: lines for people, or JSON for programs."""

import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from logging.config import dictConfig
from typing import Any, Final, Literal

LogFormat = Literal["text", "json"]

# Of the request that is under way; empty outside of one.
current_request_id: ContextVar[str] = ContextVar("request_id", default="")

_TEXT: Final = "%(levelname)s %(name)s: %(message)s"
_FIELDS: Final = ("levelname", "name", "message")
_RENAMED: Final = {
    "levelname": "level",
    "name": "logger",
    "exc_info": "exception",
    "stack_info": "stack",
}
# What else is known of the line's surroundings, such as the trace that it belongs to.
_contexts: list[Callable[[], Mapping[str, str]]] = []


def log_config(log_format: LogFormat, level: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`, and for uvicorn, whose own lines look the same.

    Libraries are heard from `WARNING` on, whatever the level is: some of them tell statements and
    their values below that.
    """
    ours = {"level": level, "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"format": _TEXT},
            "json": {
                "()": "pythonjsonlogger.msgspec.MsgspecFormatter",
                "fmt": _FIELDS,
                "rename_fields": _RENAMED,
                "timestamp": "time",
                "reserved_attrs": [*vars(logging.makeLogRecord({})), "color_message", "taskName"],
            },
        },
        "filters": {"surroundings": {"()": f"{__name__}.Surroundings"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": log_format,
                "filters": ["surroundings"],
            }
        },
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            "dbapi_platform": ours,
            "uvicorn": ours,
            # Queries hold secrets, and requests are in the access records.
            "uvicorn.access": {"propagate": False},
        },
    }


def configure_logs(log_format: LogFormat, level: str) -> None:
    """Log so from now on."""
    dictConfig(log_config(log_format, level))


def add_context(context: Callable[[], Mapping[str, str]]) -> None:
    """Let every line tell this too. It is asked within the task that logs."""
    _contexts.append(context)


class Surroundings(logging.Filter):
    """Puts into a line which request it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keeps every line."""
        if request_id := current_request_id.get():
            record.request_id = request_id
        for context in _contexts:
            vars(record).update(context())
        return True
