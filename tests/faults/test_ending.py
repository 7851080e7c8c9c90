"""A server that ends answers whoever has connected, so that a proxy loses no request by it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest_asyncio
import uvicorn

from dbapi_platform.patience import PatientProtocol
from dbapi_platform.serving import GentleServer

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def answer_ok(_scope: Any, _receive: Any, send: Any) -> None:
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
    )
    await send({"type": "http.response.body", "body": b""})


@pytest_asyncio.fixture
async def server() -> AsyncIterator[GentleServer]:
    protocol: Any = partial(PatientProtocol, patience_s=5)
    config = uvicorn.Config(
        answer_ok, port=0, http=protocol, ws="none", lifespan="off", log_config=None
    )
    config.load()
    made = GentleServer(config)
    made.lifespan = config.lifespan_class(config)
    await made.startup()
    yield made
    await made.shutdown()


def connected(server: GentleServer) -> socket.socket:
    """By the system alone: the server has not been asked."""
    address = server.servers[0].sockets[0].getsockname()
    return socket.create_connection(address, timeout=30)


async def asked(wire: socket.socket) -> bytes:
    await asyncio.to_thread(wire.sendall, REQUEST)
    return await asyncio.to_thread(wire.recv, 10_000)


async def test_who_waits_at_the_port_when_it_is_closed_is_answered(server: GentleServer) -> None:
    waiting = [connected(server) for _ in range(5)]
    for wire in waiting:
        wire.sendall(REQUEST)
    await server.shutdown()
    for wire in waiting:
        with wire:
            answer = await asyncio.to_thread(wire.recv, 10_000)
            assert answer.startswith(b"HTTP/1.1 200")
            assert await asyncio.to_thread(wire.recv, 1) == b""


async def test_what_comes_on_a_kept_connection_just_then_is_answered(server: GentleServer) -> None:
    with connected(server) as wire:
        assert b"connection: close" not in await asked(wire)
        ending = asyncio.create_task(server.shutdown())
        await asyncio.sleep(0)
        assert server.servers[0].sockets == ()
        answer = await asked(wire)
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in answer
        assert await asyncio.to_thread(wire.recv, 1) == b""
        await ending


async def test_a_connection_that_asks_for_nothing_does_not_hold_it_up(server: GentleServer) -> None:
    with connected(server) as wire:
        await asked(wire)
        await server.shutdown()
        assert await asyncio.to_thread(wire.recv, 1) == b""


async def test_programs_that_it_starts_do_not_get_the_port() -> None:
    config = uvicorn.Config(answer_ok, ws="none", lifespan="off", log_config=None)
    config.load()
    made = GentleServer(config)
    made.lifespan = config.lifespan_class(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # As a worker is given it.
        listening.set_inheritable(True)
        await made.startup([listening])
        assert not listening.get_inheritable()
        await made.shutdown([listening])
