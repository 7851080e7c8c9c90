"""`dbapi backup | restore`, and `dbapi keys restore`."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from ..access.rotation import check_keys
from ..backups import Archive, BackupFailed, make_backup, read_archive, read_keys
from ..backups import restore as put_back
from ..backups.restoring import check_target
from ..console import err
from ..creating import create_cipher
from ..settings import Settings
from ..store import Database, act_as, note
from .acting import actor
from .output import Yes, confirm
from .running import fail, load_store_settings, run

MIN_PASSPHRASE = 12

Source = Annotated[str, typer.Argument(help="A backup; - for standard input.")]
PassphraseStdin = Annotated[
    bool, typer.Option("--passphrase-stdin", help="Read the passphrase from standard input.")
]


def backup(
    file: Annotated[str, typer.Argument(help="Where to write it; - for standard output.")],
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Keep the keys in it, sealed with a passphrase.")
    ] = False,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Write the platform's database to a file, while the platform runs."""
    settings = load_store_settings()
    passphrase = _new_passphrase(from_stdin=passphrase_stdin) if with_keys else None
    with _new_file(file) as target:
        manifest = run(lambda: make_backup(settings, target, passphrase=passphrase))
    _tell(f"A backup of revision {manifest.revision} is in {file}.")
    if not with_keys:
        _tell(
            "The keys are not in it. Keep DBAPI_ENCRYPTION_KEY and DBAPI_SECRET_KEY elsewhere: "
            "without the first no password of a datasource can be read again."
        )


def restore(
    file: Source,
    replace: Annotated[
        bool, typer.Option("--replace", help="Although there is something in the database.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Put a backup into the platform's database; stop the platform before."""
    settings = load_store_settings()
    with _unpacked(file) as archive:
        tables = run(lambda: check_target(settings, archive))
        if tables and not replace:
            fail("There is something in the database already. Replace it with --replace.")
        if tables:
            confirm(
                f"Replace all that is in the platform's database by the backup of "
                f"{archive.manifest.made_at}? What came after it is lost.",
                yes=yes,
            )
        restored = run(lambda: put_back(settings, archive))
        _tell(f"The backup of {archive.manifest.made_at} is in place. {restored.schema.told()}")
    if restored.schema.is_newest:
        for line in run(lambda: _look(settings)):
            _tell(line)
    else:
        _tell("It is older than this release: run `dbapi prestart` next.")


def restore_keys(
    file: Source,
    to: Annotated[Path, typer.Option(help="A new file for them, as NAME=value lines.")],
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Write the keys of a backup to a file that only you can read."""
    if file == "-" and passphrase_stdin:
        fail("Not both the backup and the passphrase can come from standard input.")
    with _unpacked(file) as archive:
        passphrase = _passphrase(from_stdin=passphrase_stdin, confirmed=False)
        keys = run(lambda: _keys(archive, passphrase))
    with _new_file(str(to)) as target:
        target.write("".join(f"{name}={value}\n" for name, value in keys.items()).encode())
    _tell(f"{', '.join(keys)}: in {to}. Set them, and remove the file.")


async def _keys(archive: Archive, passphrase: str) -> dict[str, str]:
    return read_keys(archive, passphrase)


async def _look(settings: Settings) -> list[str]:
    """Note it, and tell whether the keys that are set are those of the backup."""
    database = Database(settings.async_database_url)
    try:
        async with database.session() as session:
            act_as(session, actor("restore"))
            note(session, "settings", name="database", change="updated")
            await session.commit()
        if not settings.encryption_key.get_secret_value():
            return ["DBAPI_ENCRYPTION_KEY is not set: set the one that the backup was made with."]
        return await check_keys(database, create_cipher(settings))
    finally:
        await database.close()


@contextmanager
def _new_file(name: str) -> Iterator[IO[bytes]]:
    """One that only its owner reads, and that is gone when it did not become whole."""
    if name == "-":
        yield sys.stdout.buffer
        return
    try:
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        fail(f"{name} is there already; give another name.")
    except OSError as error:
        fail(f"{name} cannot be written: {error.strerror}")
    try:
        with os.fdopen(descriptor, "wb") as target:
            yield target
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _unpacked(name: str) -> Iterator[Archive]:
    with tempfile.TemporaryDirectory(prefix="dbapi-restore-") as directory:
        try:
            if name == "-":
                yield read_archive(sys.stdin.buffer, Path(directory))
                return
            with Path(name).open("rb") as source:
                archive = read_archive(source, Path(directory))
        except BackupFailed as error:
            fail(str(error))
        except OSError as error:
            fail(f"{name} cannot be read: {error.strerror}")
        yield archive


def _new_passphrase(*, from_stdin: bool) -> str:
    passphrase = _passphrase(from_stdin=from_stdin, confirmed=True)
    if len(passphrase) < MIN_PASSPHRASE:
        fail(f"passphrase: expected {MIN_PASSPHRASE} characters or more; a few words are best.")
    return passphrase


def _passphrase(*, from_stdin: bool, confirmed: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    asked: str = typer.prompt(
        "Passphrase", hide_input=True, confirmation_prompt=confirmed, err=True
    )
    return asked


def _tell(line: str) -> None:
    """Beside the backup itself, which may be on standard output."""
    err.print(line, markup=False, soft_wrap=True)
