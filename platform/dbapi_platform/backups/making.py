"""A backup, made while the platform runs."""

import asyncio
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import IO

from ..settings import Settings
from ..store import Database
from ..store.base import now
from . import postgresql, sqlite
from .archive import BackupFailed, Manifest, Product, digest, write_archive

KEYS = (
    "secret_key",
    "encryption_key",
    "previous_secret_key",
    "previous_encryption_key",
)


async def make_backup(
    settings: Settings, target: IO[bytes], *, passphrase: str | None = None
) -> Manifest:
    """Write all of the database, and with a passphrase the keys. Raises BackupFailed."""
    database = Database(settings.async_database_url)
    try:
        revision = (await database.schema()).revision
        if revision is None:
            raise BackupFailed("The database is empty: there is nothing to keep.")
        with tempfile.TemporaryDirectory(prefix="dbapi-backup-") as directory:
            file = Path(directory) / "database"
            await asyncio.to_thread(dump, settings, database.file, file)
            if (await database.schema()).revision != revision:
                raise BackupFailed("The database was migrated meanwhile. Take the backup again.")
            manifest = Manifest(
                product=product_of(database),
                revision=revision,
                release=version("dbapi-platform"),
                made_at=now().isoformat(timespec="seconds"),
                sha256=digest(file),
            )
            keys = keys_of(settings) if passphrase else None
            write_archive(target, manifest, file, keys, passphrase or "")
        return manifest
    finally:
        await database.close()


def product_of(database: Database) -> Product:
    """What it is kept in."""
    return "sqlite" if database.file else "postgresql"


def dump(settings: Settings, own_file: Path | None, file: Path) -> None:
    """Write the database to the file."""
    if own_file:
        sqlite.dump(own_file, file)
    else:
        postgresql.dump(settings.database_url, file)


def keys_of(settings: Settings) -> dict[str, str]:
    """The keys that are set, by the names of their settings."""
    found = {f"DBAPI_{key.upper()}": getattr(settings, key).get_secret_value() for key in KEYS}
    return {name: value for name, value in found.items() if value}
