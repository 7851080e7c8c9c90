"""SQL templates: rendered to text and bound values, never to text with values in it."""

from .program import SqlLimits, SqlProgram, compile_sql
from .running import run_sql
from .sources import MacroSource

__all__ = [
    "MacroSource",
    "SqlLimits",
    "SqlProgram",
    "compile_sql",
    "run_sql",
]
