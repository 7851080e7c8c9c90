"""Fixtures for every test."""

from tests.platforms import any_world, fresh_postgres_url, platform, world
from tests.services.fixtures import mariadb, mariadb_database, postgres, postgres_database

__all__ = [
    "any_world",
    "fresh_postgres_url",
    "mariadb",
    "mariadb_database",
    "platform",
    "postgres",
    "postgres_database",
    "world",
]
