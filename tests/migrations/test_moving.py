"""`dbapi migrate --to`, and databases that a newer release has migrated."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from dbapi_platform.store.revisions import known_revisions, newest_revision
from tests.migrations.processes import Installation, install
from tests.migrations.releases import CONTRACTS, next_release


@pytest.fixture
def installation(tmp_path: Path, plain_url: str) -> Installation:
    made = install(tmp_path, plain_url)
    assert made.run("prestart")[0] == 0
    return made


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Installation:
    made = install(tmp_path, f"sqlite:///{tmp_path / 'app.sqlite3'}")
    assert made.run("prestart")[0] == 0
    return made


def test_one_revision_back_and_to_the_newest_again(installation: Installation) -> None:
    before = known_revisions()[-2]
    status, said = installation.run("migrate", "--to", "-1", "--yes")
    assert (status, said) == (0, f"The database is at revision {before}.\n")
    status, said = installation.run("migrate", "--check")
    assert status == 1
    assert f"at revision {before}, this release needs {newest_revision()}" in said
    assert installation.run("migrate") == (
        0,
        f"The database is at revision {newest_revision()}.\n",
    )


def test_going_back_asks_first(on_sqlite: Installation) -> None:
    status, said = on_sqlite.run("migrate", "--to", "0005", given="n\n")
    assert status == 1
    assert f"Go back from revision {newest_revision()} to 0005?" in said
    assert on_sqlite.run("migrate", "--check")[0] == 0


@pytest.mark.parametrize("to", ["0000", "base", "-100", "newest"])
def test_a_revision_that_is_not_there_is_refused(on_sqlite: Installation, to: str) -> None:
    status, said = on_sqlite.run("migrate", "--to", to, "--yes")
    assert status == 1
    assert f"there is no revision {to}; expected one of 0001 to {newest_revision()}, or -1" in said


def test_a_release_goes_on_with_a_database_that_a_newer_one_has_expanded(
    installation: Installation, tmp_path: Path
) -> None:
    with next_release(tmp_path) as newer:
        assert installation.run("prestart")[0] == 0
    for command in (["prestart"], ["migrate"], ["migrate", "--check"], ["client", "create", "c"]):
        status, said = installation.run(*command)
        assert status == 0, said
    assert f"revision {newer}, newer than this release" in installation.run("migrate")[1]


def test_a_release_is_refused_a_database_that_no_longer_supports_it(
    installation: Installation, tmp_path: Path
) -> None:
    with next_release(tmp_path, CONTRACTS) as newer:
        assert installation.run("prestart")[0] == 0
    for command in (["prestart"], ["migrate"], ["migrate", "--check"], ["serve"], ["user", "list"]):
        status, said = installation.run(*command)
        assert status == 1
        assert f"revision {newer} and no longer supports this release" in said
        assert f"dbapi migrate --to {newest_revision()}" in said


def test_only_who_knows_the_revision_can_take_it_back(
    installation: Installation, tmp_path: Path
) -> None:
    with next_release(tmp_path, CONTRACTS) as newer:
        installation.run("prestart")
    status, said = installation.run("migrate", "--to", "-1", "--yes")
    assert status == 1
    assert f"the database is at revision {newer}" in said
    with next_release(tmp_path, CONTRACTS):
        assert installation.run("migrate", "--to", "-1", "--yes")[0] == 0
    assert installation.run("prestart")[0] == 0


def test_a_migration_that_fails_halfway_leaves_nothing_behind(
    installation: Installation, tmp_path: Path
) -> None:
    with (
        next_release(tmp_path, "raise ValueError('halfway')"),
        pytest.raises(ValueError, match="halfway"),
    ):
        installation.run("migrate")
    assert installation.run("migrate", "--check")[0] == 0
    # The column is not there: else it could not be added.
    with next_release(tmp_path):
        assert installation.run("migrate")[0] == 0


def test_tables_that_others_hold_are_told_and_left_alone(
    fresh_postgres_url: Callable[[], str], tmp_path: Path
) -> None:
    url = fresh_postgres_url()
    installation = install(tmp_path, url)
    assert installation.run("prestart")[0] == 0
    with psycopg.connect(url) as holder, next_release(tmp_path):
        holder.execute("SELECT count(*) FROM client")
        status, said = installation.run("migrate")
        assert status == 1
        assert "Others hold the platform's tables" in said
        holder.rollback()
        assert installation.run("migrate")[0] == 0
