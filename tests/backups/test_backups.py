"""`dbapi backup | restore`: what was there is there again, secrets included, or nothing changes."""

import asyncio
import hashlib
import io
import os
import re
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from dbapi_platform.access.secrets import Cipher, new_encryption_key
from dbapi_platform.settings import Settings
from dbapi_platform.store import AuditEntry, ChangeCounter, Database, Datasource
from dbapi_platform.store.revisions import known_revisions, newest_revision
from tests.backups.conftest import PASSWORD, add_datasource, datasources
from tests.migrations.processes import Installation, install
from tests.migrations.releases import next_release

PHRASE = "four words are best"


def read(installation: Installation, what: object) -> list[object]:
    """Rows of the installation's database."""

    async def rows() -> list[object]:
        url = installation.variables["DBAPI_DATABASE_URL"]
        database = Database(Settings(_env_file=None, database_url=url).async_database_url)
        async with database.session() as session:
            found = list(await session.exec(what))  # type: ignore[call-overload]
        await database.close()
        return found

    return asyncio.run(rows())


def password(installation: Installation) -> str:
    """That of the datasource, as the platform reads it."""
    (stored,) = read(
        installation, select(Datasource.encrypted_password).where(Datasource.name == "shop")
    )
    return Cipher(installation.variables["DBAPI_ENCRYPTION_KEY"]).decrypt(str(stored))


def make(installation: Installation, name: str = "kept.tar.gz", *more: str) -> Path:
    """A backup, with the keys in it."""
    arguments = ("backup", name, "--with-keys", "--passphrase-stdin", *more)
    status, said = installation.run(*arguments, given=f"{PHRASE}\n")
    assert status == 0, said
    return installation.directory / name


def test_what_came_after_is_gone_and_what_was_there_is_there(installation: Installation) -> None:
    make(installation)
    installation.run("datasource", "delete", "shop", "--yes")
    add_datasource(installation, "later")
    changes = read(installation, select(ChangeCounter.value))
    status, said = installation.run("restore", "kept.tar.gz", "--replace", "--yes")
    assert status == 0, said
    assert datasources(installation) == {"shop"}
    assert password(installation) == PASSWORD
    assert installation.run("keys", "check")[0] == 0
    # Workers that run notice that everything has changed.
    assert read(installation, select(ChangeCounter.value)) > changes
    assert "cli.restore" in read(installation, select(AuditEntry.action))
    assert installation.run("prestart")[0] == 0


def test_the_audit_log_is_only_added_to_after_it_too(installation: Installation) -> None:
    make(installation)
    assert installation.run("restore", "kept.tar.gz", "--replace", "--yes")[0] == 0
    with pytest.raises(DBAPIError, match="only ever added to"):
        read(installation, delete(AuditEntry))


def test_an_empty_database_elsewhere_with_the_keys_of_the_backup(
    installation: Installation, new_url: Callable[[], str], tmp_path: Path
) -> None:
    file = make(installation)
    (tmp_path / "elsewhere").mkdir()
    elsewhere = install(tmp_path / "elsewhere", new_url())
    status, said = elsewhere.run("restore", str(file))
    assert status == 1, "the keys that are set open nothing"
    assert "it is another installation's" in said
    given = {"given": f"{PHRASE}\n"}
    arguments = ("keys", "restore", str(file), "--to", "keys.env", "--passphrase-stdin")
    status, said = elsewhere.run(*arguments, **given)
    assert status == 0, said
    keys = elsewhere.directory / "keys.env"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    told = dict(line.split("=", 1) for line in keys.read_text().splitlines())
    assert told == {
        name: installation.variables[name] for name in ("DBAPI_SECRET_KEY", "DBAPI_ENCRYPTION_KEY")
    }
    with_keys = Installation(elsewhere.directory, {**elsewhere.variables, **told})
    assert password(with_keys) == PASSWORD
    assert with_keys.run("prestart")[0] == 0


def test_only_its_owner_reads_it_and_no_key_is_in_it_unsealed(installation: Installation) -> None:
    os.umask(0o022)
    file = make(installation)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with tarfile.open(file) as archive:
        content = b"".join(archive.extractfile(member).read() for member in archive)  # type: ignore[union-attr]
    for name in ("DBAPI_SECRET_KEY", "DBAPI_ENCRYPTION_KEY"):
        assert installation.variables[name].encode() not in content
    assert PASSWORD.encode() not in content


def test_without_keys_it_says_what_to_keep(small: Installation) -> None:
    status, said = small.run("backup", "plain.tar.gz")
    assert status == 0
    assert "Keep DBAPI_ENCRYPTION_KEY" in said
    status, said = small.run("keys", "restore", "plain.tar.gz", "--to", "k", given="x\n")
    assert (status, "made without --with-keys" in said) == (1, True)


def test_a_backup_of_an_older_revision_is_migrated_next(installation: Installation) -> None:
    before = known_revisions()[-2]
    assert installation.run("migrate", "--to", "-1", "--yes")[0] == 0
    file = make(installation)
    assert installation.run("migrate")[0] == 0
    status, said = installation.run("restore", str(file), "--replace", "--yes")
    assert status == 0, said
    assert f"at revision {before}" in said
    assert "run `dbapi prestart` next" in said
    assert installation.run("prestart")[0] == 0
    assert datasources(installation) == {"shop"}


def test_a_backup_of_a_newer_release_is_refused(small: Installation, tmp_path: Path) -> None:
    with next_release(tmp_path) as newer:
        small.run("prestart")
        file = make(small)
    status, said = small.run("restore", str(file), "--replace", "--yes")
    assert status == 1
    assert f"The backup is at revision {newer}" in said
    assert f"up to {newest_revision()}" in said


def test_what_is_there_is_not_replaced_unless_it_is_wanted(small: Installation) -> None:
    make(small)
    add_datasource(small, "later")
    status, said = small.run("restore", "kept.tar.gz")
    assert (status, "--replace" in said) == (1, True)
    status, said = small.run("restore", "kept.tar.gz", "--replace", given="n\n")
    assert status == 1
    assert datasources(small) == {"shop", "later"}


@pytest.mark.parametrize("end", [0, 100, -100])
def test_a_backup_that_is_not_whole_is_refused(small: Installation, end: int) -> None:
    file = make(small)
    content = file.read_bytes()
    file.write_bytes(content[:end])
    status, said = small.run("restore", str(file), "--replace", "--yes")
    assert status == 1
    assert "Take another." in said
    assert datasources(small) == {"shop"}


def _changed(file: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The same archive with other content."""
    other = file.with_name("changed.tar.gz")
    with tarfile.open(file) as archive, tarfile.open(other, "w:gz") as target:
        for member in archive:
            content = change(member.name, archive.extractfile(member).read())  # type: ignore[union-attr]
            member.size = len(content)
            target.addfile(member, io.BytesIO(content))
    return other


def test_a_changed_database_in_it_is_found(small: Installation) -> None:
    file = _changed(make(small), lambda name, text: text[:-1] if name == "database" else text)
    status, said = small.run("restore", str(file), "--replace", "--yes")
    assert (status, "has changed since it was made" in said) == (1, True)


def test_one_that_cannot_be_put_back_changes_nothing(installation: Installation) -> None:
    file = make(installation)
    damaged = _changed(
        file, lambda name, text: text[: len(text) * 2 // 3] if name == "database" else text
    )
    with tarfile.open(damaged) as archive:
        database = archive.extractfile("database").read()  # type: ignore[union-attr]
    found = hashlib.sha256(database).hexdigest().encode()
    fitting = _changed(
        damaged.rename(file.with_name("damaged.tar.gz")),
        lambda name, text: (
            re.sub(rb'"sha256": "\w+"', b'"sha256": "' + found + b'"', text)
            if name == "manifest.json"
            else text
        ),
    )
    status, said = installation.run("restore", str(fitting), "--replace", "--yes")
    assert status == 1, said
    assert datasources(installation) == {"shop"}
    assert password(installation) == PASSWORD


def test_other_tables_in_the_database_are_not_touched(installation: Installation) -> None:
    make(installation)

    async def add() -> None:
        url = installation.variables["DBAPI_DATABASE_URL"]
        database = Database(Settings(_env_file=None, database_url=url).async_database_url)
        async with database.engine.begin() as connection:
            await connection.execute(text("CREATE TABLE payroll (id INTEGER)"))
        await database.close()

    asyncio.run(add())
    status, said = installation.run("restore", "kept.tar.gz", "--replace", "--yes")
    assert (status, "other tables in this database: payroll" in said) == (1, True)


def test_the_wrong_passphrase_and_a_short_one_are_told(small: Installation) -> None:
    file = make(small)
    arguments = ("keys", "restore", str(file), "--to", "keys.env", "--passphrase-stdin")
    status, said = small.run(*arguments, given="not these words\n")
    assert (status, "The passphrase is not the one" in said) == (1, True)
    assert not (small.directory / "keys.env").exists()
    arguments = ("backup", "other", "--with-keys", "--passphrase-stdin")
    status, said = small.run(*arguments, given="short\n")
    assert (status, "expected 12 characters or more" in said) == (1, True)
    assert not (small.directory / "other").exists()


def test_nothing_is_written_over_and_nothing_half_stays(small: Installation) -> None:
    file = make(small)
    before = file.read_bytes()
    status, said = small.run("backup", str(file))
    assert (status, "is there already" in said) == (1, True)
    assert file.read_bytes() == before
    status, said = small.run("backup", "empty", DBAPI_DATABASE_URL="sqlite:///empty.sqlite3")
    assert (status, "there is nothing to keep" in said) == (1, True)
    assert not (small.directory / "empty").exists()


def test_the_other_kind_of_database_is_refused(
    small: Installation, fresh_postgres_url: Callable[[], str]
) -> None:
    assert small.run("backup", "kept")[0] == 0
    status, said = small.run("restore", "kept", DBAPI_DATABASE_URL=fresh_postgres_url())
    assert (status, "The backup is of sqlite" in said) == (1, True)


def test_postgresqls_programs_get_no_secret_by_an_argument(
    tmp_path: Path, fresh_postgres_url: Callable[[], str]
) -> None:
    url = fresh_postgres_url()
    big = install(tmp_path, url)
    assert big.run("prestart")[0] == 0
    (tmp_path / "bin").mkdir()
    spy = tmp_path / "bin" / "pg_dump"
    spy.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\nenv > {tmp_path}/variables\nexit 3\n'
    )
    spy.chmod(0o755)
    status, said = big.run("backup", "kept", PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert (status, "pg_dump failed, and nothing was changed" in said) == (1, True)
    secret = re.search(r":(\w+)@", url)
    assert secret
    assert secret[1] not in (tmp_path / "arguments").read_text()
    assert f"PGPASSWORD={secret[1]}" in (tmp_path / "variables").read_text()
    assert "DBAPI_" not in (tmp_path / "variables").read_text()
    status, said = big.run("backup", "kept", PATH=str(tmp_path))
    assert (status, "pg_dump is not installed here" in said) == (1, True)


def test_a_key_that_is_not_set_is_asked_for(small: Installation) -> None:
    make(small)
    status, said = small.run(
        "restore", "kept.tar.gz", "--replace", "--yes", DBAPI_ENCRYPTION_KEY=""
    )
    assert (status, "DBAPI_ENCRYPTION_KEY is not set" in said) == (0, True)
    assert small.run("keys", "check", DBAPI_ENCRYPTION_KEY=new_encryption_key())[0] == 1
