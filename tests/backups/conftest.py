"""An installation of either kind, with things in it that are worth keeping."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.migrations.processes import Installation, install

PASSWORD = "s3cret of the shop"


@pytest.fixture(params=["sqlite", "postgresql"])
def product(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def new_url(
    product: str, tmp_path: Path, fresh_postgres_url: Callable[[], str]
) -> Callable[[], str]:
    """An empty database at each call."""
    numbers = iter(range(100))

    def make() -> str:
        if product == "postgresql":
            return fresh_postgres_url()
        return f"sqlite:///{tmp_path / f'app{next(numbers)}.sqlite3'}"

    return make


@pytest.fixture
def installation(tmp_path: Path, new_url: Callable[[], str]) -> Installation:
    """With a datasource whose password is encrypted."""
    return _prepared(tmp_path, new_url())


@pytest.fixture
def small(tmp_path: Path) -> Installation:
    """The same on SQLite, for what is the same on both."""
    return _prepared(tmp_path, f"sqlite:///{tmp_path / 'small.sqlite3'}")


def _prepared(directory: Path, url: str) -> Installation:
    made = install(directory, url)
    assert made.run("prestart", DBAPI_FIRST_ADMIN_PASSWORD="correct horse 1")[0] == 0
    add_datasource(made, "shop")
    return made


def add_datasource(installation: Installation, name: str) -> None:
    where = ["--product", "postgresql", "--host", "db", "--username", "app", "--database", "shop"]
    made = installation.run(
        "datasource", "create", name, *where, "--password-stdin", given=f"{PASSWORD}\n"
    )
    assert made[0] == 0, made


def datasources(installation: Installation) -> set[str]:
    status, said = installation.run("datasource", "list", "--json")
    assert status == 0, said
    return {one["name"] for one in json.loads(said)}
