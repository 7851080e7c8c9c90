"""The file of a backup: a tar with what it is, the database, and the keys if they are wanted."""

import hashlib
import json
import tarfile
from contextlib import closing
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final, Literal

from .sealing import Sealed, open_sealed, seal

FORMAT: Final = 1
MANIFEST, DATABASE, KEYS = "manifest.json", "database", "keys.sealed.json"
Product = Literal["sqlite", "postgresql"]


class BackupFailed(Exception):
    """A backup cannot be made or restored; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of."""

    product: Product
    revision: str
    release: str
    made_at: str
    sha256: str
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Archive:
    """A backup that has been read and is whole; its database is in a file of its own."""

    manifest: Manifest
    database: Path
    sealed_keys: Sealed | None


def digest(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def write_archive(
    target: IO[bytes],
    manifest: Manifest,
    database: Path,
    keys: dict[str, str] | None = None,
    passphrase: str = "",
) -> None:
    """All of it, to a file or a pipe. Keys are sealed with the passphrase."""
    with closing(tarfile.open(fileobj=target, mode="w|gz")) as archive:
        _add(archive, MANIFEST, asdict(manifest))
        archive.add(database, DATABASE, filter=_nobodys)
        if keys:
            _add(archive, KEYS, seal(json.dumps(keys), passphrase))


def read_archive(source: IO[bytes], directory: Path) -> Archive:
    """Unpack it into the directory. Raises BackupFailed unless it is one, and whole."""
    found: dict[str, Any] = {}
    database = directory / DATABASE
    try:
        with closing(tarfile.open(fileobj=source, mode="r|gz")) as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is None:
                    continue
                if member.name == DATABASE:
                    _copy(content, database)
                elif member.name in (MANIFEST, KEYS):
                    found[member.name] = json.load(content)
        manifest = _manifest(found[MANIFEST])
        is_whole = database.exists() and digest(database) == manifest.sha256
    except (tarfile.TarError, KeyError, ValueError, EOFError, OSError) as error:
        raise BackupFailed(
            f"This is not a backup of the platform, or it is not whole: {error}. Take another."
        ) from None
    if not is_whole:
        raise BackupFailed("The backup has changed since it was made. Take another.")
    return Archive(manifest, database, found.get(KEYS))


def read_keys(archive: Archive, passphrase: str) -> dict[str, str]:
    """The keys by the names of their settings. Raises BackupFailed."""
    if archive.sealed_keys is None:
        raise BackupFailed(
            "There are no keys in this backup: it was made without --with-keys. "
            "Take them from where you keep them."
        )
    text = open_sealed(archive.sealed_keys, passphrase)
    if text is None:
        raise BackupFailed("The passphrase is not the one that the backup was made with.")
    keys: dict[str, str] = json.loads(text)
    return keys


def _manifest(fields: dict[str, Any]) -> Manifest:
    if fields.get("format") != FORMAT:
        raise BackupFailed(
            f"The backup is of format {fields.get('format')}, and this release reads {FORMAT}. "
            "Restore it with the release that made it."
        )
    try:
        return Manifest(**fields)
    except TypeError as error:
        raise ValueError(str(error)) from None


def _add(archive: tarfile.TarFile, name: str, content: Any) -> None:
    data = json.dumps(content).encode()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, BytesIO(data))


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _copy(content: IO[bytes], file: Path) -> None:
    with file.open("wb") as target:
        while part := content.read(1_048_576):
            target.write(part)
