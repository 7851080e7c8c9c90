"""SQL templates: rendered to text and bound values, never to text with values in it."""

from .program import SqlLimits, SqlProgram, compile_sql
from .running import SqlResult, run_sql, to_data
from .sources import MacroSource

__all__ = [
    "MacroSource",
    "SqlLimits",
    "SqlProgram",
    "SqlResult",
    "compile_sql",
    "run_sql",
    "to_data",
]
