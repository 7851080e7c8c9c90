"""Fixtures for every test, and how hypothesis looks for examples."""

import os
from functools import cache
from unittest.mock import patch

import httpx
from hypothesis import settings

from tests.platforms import any_world, fresh_postgres_url, plain_url, platform, store_url, world
from tests.services.fixtures import (
    mariadb,
    mariadb_database,
    postgres,
    postgres_database,
    redis,
    trino,
    trino_schema,
)

__all__ = [
    "any_world",
    "fresh_postgres_url",
    "mariadb",
    "mariadb_database",
    "plain_url",
    "platform",
    "postgres",
    "postgres_database",
    "redis",
    "store_url",
    "trino",
    "trino_schema",
    "world",
]

# Machines are noisy: no example fails for being slow. Where others wait for the answer the same
# examples are tried every time; who works on the code gets new ones at every run.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# Each client reads all the certificates that the machine trusts, which takes longer than most calls
# of these tests. What it makes of them is the same each time.
patch("httpx._transports.default.create_ssl_context", cache(httpx.create_ssl_context)).start()
