"""A whole platform inside the test's process: its own database, a small datasource, an admin."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher

from dbapi_platform.access import passwords
from dbapi_platform.access.secrets import new_encryption_key, new_secret
from dbapi_platform.access.users import create_user
from dbapi_platform.app import Application, Platform, create_platform
from dbapi_platform.bootstrap import create_admin, migrate
from dbapi_platform.settings import Settings

PASSWORD = "correct horse battery"

# What it costs is for attackers to pay; tests make hundreds of users and log them in.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)

SHOP = """
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, customer_id INTEGER, status TEXT, total REAL, created_at TEXT
);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
INSERT INTO orders
SELECT i, i % 10, CASE i % 3 WHEN 0 THEN 'paid' ELSE 'open' END, i * 1.5,
       date('2026-01-01', '+' || i || ' days')
FROM n;
"""


@dataclass
class World:
    """The platform and a client that talks to it over ASGI, as the admin unless told otherwise."""

    settings: Settings
    platform: Platform
    http: httpx.AsyncClient
    tokens: dict[str, str] = field(default_factory=dict)

    async def log_in(self, username: str, password: str = PASSWORD) -> str:
        """The user's session token, once asked for."""
        if username not in self.tokens:
            answer = await self.http.post(
                "/api/v1/login/access-token", data={"username": username, "password": password}
            )
            assert answer.status_code == 200, answer.text
            self.tokens[username] = answer.json()["access_token"]
        return self.tokens[username]

    async def add_user(self, username: str, *roles: str) -> str:
        """Make a user with roles; answers a session token."""
        async with self.platform.services.database.session() as session:
            await create_user(session, username=username, password=PASSWORD, roles=roles)
        return await self.log_in(username)

    async def manage(
        self,
        method: str,
        path: str,
        *,
        user: str = "admin",
        status: int | None = None,
        **kwargs: Any,
    ) -> Any:
        """A management call; answers the JSON, or the response when no status is expected."""
        headers = {
            "Authorization": f"Bearer {await self.log_in(user)}",
            **kwargs.pop("headers", {}),
        }
        answer = await self.http.request(method, f"/api/v1{path}", headers=headers, **kwargs)
        if status is None:
            return answer
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def draft(self, method: str, path: str, content: str, **fields: Any) -> dict[str, Any]:
        """Save a draft; answers the endpoint."""
        body = {
            "method": method, "path": path, "engine": "sql", "datasource": "shop",
            "content": content, "access": "public", **fields,
        }  # fmt: skip
        return await self.manage("PUT", "/drafts", json=body, status=200)

    async def publish(self, method: str, path: str, content: str, **fields: Any) -> dict[str, Any]:
        """Save and publish; answers the endpoint, live."""
        endpoint = await self.draft(method, path, content, **fields)
        done = await self.manage(
            "POST", f"/endpoints/{endpoint['id']}/publish", json={}, status=200
        )
        return done["endpoint"]

    async def client(self, name: str, *endpoints: dict[str, Any]) -> dict[str, Any]:
        """A client that may call the endpoints; its secret is in `client_secret`."""
        made = await self.manage("POST", "/clients", json={"name": name}, status=201)
        for endpoint in endpoints:
            path = f"/clients/{made['id']}/endpoints/{endpoint['id']}"
            await self.manage("PUT", path, status=204)
        return made

    async def client_token(self, client: dict[str, Any]) -> httpx.Response:
        """Ask the gateway for a token."""
        return await self.http.post(
            "/token/generate",
            json={"client_id": client["client_id"], "client_secret": client["client_secret"]},
        )

    async def call(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        """A consumer's call."""
        return await self.http.request(method, f"/api/{path}", **kwargs)

    async def records(self, **query: str) -> list[dict[str, Any]]:
        """The access records, newest first, written out before."""
        await self.platform.recorder.flush()
        return (await self.manage("GET", "/access-records", params=query, status=200))["items"]


def make_settings(directory: Path, **fields: Any) -> Settings:
    """Settings of a platform in a directory of its own."""
    defaults = {
        "database_url": f"sqlite:///{directory / 'dbapi.sqlite3'}",
        "secret_key": new_secret(),
        "encryption_key": new_encryption_key(),
        "file_datasource_root": directory,
        "access_spool_directory": directory / "spool",
        "public_url": "http://test",
        "snapshot_poll_ms": 20,
        "connect_timeout_seconds": 2,
    }
    return Settings(_env_file=None, **(defaults | fields))


@asynccontextmanager
async def open_world(directory: Path, **fields: Any) -> AsyncIterator[World]:
    """A migrated platform with an admin and the datasource `shop`, running in this process."""
    with sqlite3.connect(directory / "shop.sqlite3") as connection:
        connection.executescript(SHOP)
    settings = make_settings(directory, **fields)
    await migrate(settings.async_database_url)
    platform = create_platform(settings)
    await create_admin(platform.services.database, username="admin", password=PASSWORD)
    tasks = await platform.start()
    transport = httpx.ASGITransport(Application(platform), client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        world = World(settings, platform, http)
        shop = {"name": "shop", "product_type": "sqlite", "database": "shop.sqlite3"}
        await world.manage("POST", "/datasources", json=shop, status=201)
        try:
            yield world
        finally:
            await platform.stop(tasks)
