"""Fixtures for every test."""

from tests.services.fixtures import postgres, postgres_database

__all__ = ["postgres", "postgres_database"]
