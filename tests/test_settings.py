"""Settings that do not suit the machine are refused before anything is opened."""

import sqlite3

import pytest

from dbapi_platform.settings import Settings, SettingsError


def test_an_sqlite_that_is_too_old_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 37, 2))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.37.2")
    with pytest.raises(SettingsError, match=r"SQLite 3\.38 or newer .* has 3\.37\.2; use Postg"):
        _ = Settings(database_url="sqlite:///dbapi.sqlite3").async_database_url
    url = Settings(database_url="postgresql://u@127.0.0.1/x").async_database_url
    assert url == "postgresql+psycopg://u@127.0.0.1/x"
