"""The same endpoints by hand: what the gateway is measured against.

`plain` is what one writes first with FastAPI and psycopg: rows are returned as they are. `typed`
also says what it returns, which spares FastAPI a walk through every value. `bare` is the least
that can be done: ASGI without a framework, and JSON made by the database.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

LOOKUP = "SELECT id, name, price, created_at FROM item WHERE id = %s"
LIST = "SELECT id, name, price, created_at FROM item WHERE id > %s ORDER BY id LIMIT 100"
LONG = "SELECT id, name, price, created_at FROM item WHERE id > %s ORDER BY id LIMIT 10000"


def make_pool(**options: Any) -> AsyncConnectionPool[Any]:
    """As many connections as the gateway's datasource has."""
    size = int(os.environ["BENCH_POOL"])
    return AsyncConnectionPool(
        os.environ["BENCH_DSN"], min_size=size, max_size=size, open=False, kwargs=options
    )


def plain() -> FastAPI:
    """FastAPI and psycopg, as the documentation of both shows it."""
    app, pool = _app()

    @app.get("/lookup/{item_id}")
    async def lookup(item_id: int):
        async with pool.connection() as connection:
            cursor = await connection.execute(LOOKUP, (item_id,))
            return {"success": True, "message": None, "data": await cursor.fetchall()}

    @app.get("/list/{item_id}")
    async def list_(item_id: int):
        async with pool.connection() as connection:
            cursor = await connection.execute(LIST, (item_id,))
            return {"success": True, "message": None, "data": await cursor.fetchall()}

    @app.get("/long/{item_id}")
    async def long(item_id: int):
        async with pool.connection() as connection:
            cursor = await connection.execute(LONG, (item_id,))
            return {"success": True, "message": None, "data": await cursor.fetchall()}

    return app


def typed() -> FastAPI:
    """The same with return types."""
    app, pool = _app()

    @app.get("/lookup/{item_id}")
    async def lookup(item_id: int) -> dict[str, Any]:
        async with pool.connection() as connection:
            cursor = await connection.execute(LOOKUP, (item_id,))
            return {"success": True, "message": None, "data": await cursor.fetchall()}

    @app.get("/list/{item_id}")
    async def list_(item_id: int) -> dict[str, Any]:
        async with pool.connection() as connection:
            cursor = await connection.execute(LIST, (item_id,))
            return {"success": True, "message": None, "data": await cursor.fetchall()}

    @app.get("/long/{item_id}")
    async def long(item_id: int) -> dict[str, Any]:
        async with pool.connection() as connection:
            cursor = await connection.execute(LONG, (item_id,))
            return {"success": True, "message": None, "data": await cursor.fetchall()}

    return app


def _app() -> tuple[FastAPI, AsyncConnectionPool[Any]]:
    pool = make_pool(row_factory=dict_row)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    return FastAPI(lifespan=lifespan), pool


def bare() -> Callable[..., Awaitable[None]]:
    """No framework, autocommit, and one JSON text from the database."""
    pool = make_pool(autocommit=True)
    wrap = "SELECT coalesce(json_agg(t), '[]')::text FROM ({}) t".format
    queries = {"lookup": wrap(LOOKUP), "list": wrap(LIST), "long": wrap(LONG)}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await pool.open()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await pool.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        _, name, item_id = scope["path"].split("/")
        async with pool.connection() as connection:
            cursor = await connection.execute(queries[name], (int(item_id),))
            row = await cursor.fetchone()
        body = b'{"success":true,"message":null,"data":' + row[0].encode() + b"}"
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app
