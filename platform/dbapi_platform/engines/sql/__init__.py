"""SQL templates: rendered to text and bound values, never to text with values in it."""

from .discovery import Found
from .program import SqlLimits, SqlProgram
from .reading import Reading, compile_sql, read_sql
from .running import run_sql
from .sources import MacroSource
from .uses import Uses, sql_uses

__all__ = [
    "Found",
    "MacroSource",
    "Reading",
    "SqlLimits",
    "SqlProgram",
    "Uses",
    "compile_sql",
    "read_sql",
    "run_sql",
    "sql_uses",
]
