"""How a command runs: with settings, with a database at the newest revision, with short errors."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.secrets import DecryptionFailed
from ..backups import BackupFailed
from ..console import err
from ..datasources.errors import DatasourceError
from ..engines.errors import DefinitionProblem, InvalidDefinition
from ..engines.script.errors import ScriptError
from ..errors import Detail, PlatformError, in_our_words
from ..settings import Settings, SettingsError
from ..store import Database, SchemaBlocked, SchemaOutdated
from ..store.waiting import Ended

T = TypeVar("T")

# Errors whose own words say what to do.
PLAIN = (
    BackupFailed,
    SettingsError,
    SchemaOutdated,
    SchemaBlocked,
    DecryptionFailed,
    DatasourceError,
    ScriptError,
    Ended,
)


def load_settings() -> Settings:
    """The settings from the environment; a wrong one ends the command with its name."""
    try:
        return Settings()
    except ValidationError as error:
        for problem in error.errors():
            name = "DBAPI_" + "_".join(str(part) for part in problem["loc"]).upper()
            err.print(f"[red]{name}[/]: {in_our_words(problem['msg'])}", soft_wrap=True)
        raise SystemExit(1) from None


def load_store_settings() -> Settings:
    """As `load_settings`; tells which file the database is when nobody has said."""
    settings = load_settings()
    if "database_url" not in settings.model_fields_set:
        file = Path(make_url(settings.database_url).database or "").absolute()
        note = f"DBAPI_DATABASE_URL is not set: this is about {file}."
        err.print(note, soft_wrap=True, highlight=False)
    return settings


def run(work: Callable[[], Awaitable[T]]) -> T:
    """Run it to its end; what a person can mend is told in a line, without a traceback."""
    try:
        return asyncio.run(_awaited(work))
    except InvalidDefinition as error:
        fail("\n".join(_problem(problem) for problem in error.problems))
    except PlatformError as error:
        fail(_told(error))
    except PLAIN as error:
        fail(str(error))
    except OperationalError as error:
        # The driver's words only: SQLAlchemy's own message holds the statement.
        fail(f"DBAPI_DATABASE_URL: the database does not answer: {str(error.orig).strip()}")


def fail(message: str) -> NoReturn:
    """Tell why and end with status 1."""
    err.print(message, style="red", markup=False, soft_wrap=True)
    sys.exit(1)


def _told(error: PlatformError) -> str:
    """What is wrong and what to do; of many things, each in its line."""
    placed = any(detail.line is not None for detail in error.details)
    if len(error.details) < 2 and not placed:
        hints = [detail.hint for detail in error.details if detail.hint]
        return "\n".join([error.message, *hints])
    return "\n".join(_problem(detail) for detail in error.details)


def _problem(problem: Detail | DefinitionProblem) -> str:
    place = problem.field or ""
    if problem.line is not None:
        place += f", line {problem.line}"
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{place}: {problem.message}{hint}" if place else f"{problem.message}{hint}"


@asynccontextmanager
async def open_session(settings: Settings) -> AsyncIterator[AsyncSession]:
    """A session on a database that is at the newest revision."""
    database = Database(settings.async_database_url)
    try:
        await database.require_revision()
        async with database.session() as session:
            yield session
    finally:
        await database.close()


async def _awaited(work: Callable[[], Awaitable[T]]) -> T:
    return await work()
