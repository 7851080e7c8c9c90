"""An empty database of either kind."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dbapi_platform.settings import Settings


@pytest.fixture(params=["sqlite", "postgresql"])
def plain_url(
    request: pytest.FixtureRequest, tmp_path: Path, fresh_postgres_url: Callable[[], str]
) -> str:
    """As an operator writes it."""
    if request.param == "postgresql":
        return fresh_postgres_url()
    return f"sqlite:///{tmp_path / 'app.sqlite3'}"


@pytest.fixture
def url(plain_url: str) -> str:
    """As the store opens it."""
    return Settings(_env_file=None, database_url=plain_url).async_database_url
