"""SQLite's online backup: a whole copy while others write."""

import sqlite3
from contextlib import closing
from pathlib import Path

from .archive import BackupFailed

WAIT_S = 60


def dump(database: Path, file: Path) -> None:
    """Copy the database as it is at one moment. Raises BackupFailed."""
    if not database.exists():
        raise BackupFailed(f"There is no database at {database}: see DBAPI_DATABASE_URL.")
    _copy(database, file)


def load(database: Path, file: Path, *, then: str) -> None:
    """Put the copy in the database's place, after running `then` on it: all of it, or nothing."""
    with closing(sqlite3.connect(file)) as copy:
        try:
            (found,) = copy.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.DatabaseError as error:
            found = str(error)
        if found != "ok":
            raise BackupFailed(f"The database in the backup is damaged: {found}. Take another.")
        copy.execute(then)
        copy.commit()
    _copy(file, database)


def _copy(source: Path, target: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(source, timeout=WAIT_S)) as here,
            closing(sqlite3.connect(target, timeout=WAIT_S)) as there,
        ):
            here.backup(there)
    except sqlite3.Error as error:
        raise BackupFailed(f"{target.name} cannot be written from {source.name}: {error}") from None
