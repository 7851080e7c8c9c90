"""Fixtures for every test."""

from tests.platforms import any_world, fresh_postgres_url, platform, world
from tests.services.fixtures import postgres, postgres_database

__all__ = [
    "any_world",
    "fresh_postgres_url",
    "platform",
    "postgres",
    "postgres_database",
    "world",
]
