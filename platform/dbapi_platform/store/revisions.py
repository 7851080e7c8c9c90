"""Revisions of the platform's schema: which this code knows, and which databases it may work on."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select
from sqlmodel import Field, SQLModel, col


class SchemaOutdated(Exception):
    """The database is not at a revision this code can work with; the message says what to run."""


class SchemaBlocked(Exception):
    """It says what kept the database from being migrated; nothing was changed."""


class SchemaSupport(SQLModel, table=True):
    """A table of one row: the oldest revision whose release runs on this schema.

    A release that does not know the database's revision reads here whether it may go on.
    """

    __tablename__ = "schema_support"

    id: int = Field(default=1, primary_key=True)
    oldest_revision: str = Field(max_length=32)


@dataclass(frozen=True, slots=True)
class Schema:
    """What a database says of itself. `revision` is None when it has never been migrated."""

    revision: str | None
    oldest_supported: str | None = None

    @property
    def is_newest(self) -> bool:
        """Whether it is just what this code makes."""
        return self.revision == newest_revision()

    @property
    def is_newer(self) -> bool:
        """Whether a newer release has migrated it. Revisions are numbered in their order."""
        revision = self.revision
        return bool(revision) and revision not in known_revisions() and revision > newest_revision()  # type: ignore[operator]

    @property
    def is_supporting(self) -> bool:
        """Whether it is newer and says that this code may go on."""
        return self.is_newer and self.oldest_supported in known_revisions()

    def require(self) -> None:
        """Raises SchemaOutdated unless this code can work on it."""
        if self.is_newest or self.is_supporting:
            return
        newest = newest_revision()
        if self.is_newer:
            raise SchemaOutdated(
                f"The database is at revision {self.revision} and no longer supports this "
                f"release, which knows revisions up to {newest}. Start a newer release, or go "
                f"back with the newer release's `dbapi migrate --to {newest}`."
            )
        raise SchemaOutdated(
            f"The database is at revision {self.revision or 'none'}, this release needs {newest}. "
            "Run `dbapi migrate` first."
        )

    def told(self) -> str:
        """A sentence for people."""
        if self.is_newer:
            return (
                f"The database is at revision {self.revision}, newer than this release knows "
                f"({newest_revision()}). It supports this release; update it soon."
            )
        return f"The database is at revision {self.revision or 'none'}."


def read_schema(connection: Connection) -> Schema:
    """What the database says of itself."""
    schema = Schema(MigrationContext.configure(connection).get_current_revision())
    if not schema.is_newer or not inspect(connection).has_table(SchemaSupport.__tablename__):
        return schema
    oldest = connection.scalar(select(col(SchemaSupport.oldest_revision)))
    return Schema(schema.revision, oldest)


def migrations_path() -> Path:
    """The Alembic directory: inside the package when installed, at the root in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "migrations"
    return installed if installed.is_dir() else package.parents[1] / "migrations"


def alembic_config(url: str) -> Config:
    """Alembic's configuration for the database at `url`; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(migrations_path()).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def newest_revision() -> str:
    """The revision that this code's migrations lead to."""
    return known_revisions()[-1]


def known_revisions() -> list[str]:
    """Every revision of this code's migrations, the oldest first."""
    found = _revisions_in(migrations_path())
    if not found:
        raise SchemaOutdated(f"No migrations found in {migrations_path()}; reinstall the package.")
    return list(found)


@cache
def _revisions_in(directory: Path) -> tuple[str, ...]:
    walked = ScriptDirectory(str(directory)).walk_revisions()
    return tuple(script.revision for script in walked)[::-1]
