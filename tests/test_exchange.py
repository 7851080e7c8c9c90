"""HTTP on the wire: answers as uvicorn would send them, in one write, and what it does not do."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from dbapi_platform.exchange import BREAK_OFF
from dbapi_platform.patience import PatientProtocol

Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
KEEP_ALIVE_S = 1


class Wire:
    """A connection: bytes out, bytes in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, *lines: str) -> bytes:
        """What comes back until the other side closes."""
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        async with asyncio.timeout(10):
            return await self.reader.read()


async def app(scope: dict[str, Any], _receive: object, send: Send) -> None:
    """Answers by the path."""

    async def start(status: int, headers: Headers) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})

    async def body(data: bytes, *, more: bool = False) -> None:
        await send({"type": "http.response.body", "body": data, "more_body": more})

    match scope["path"]:
        case "/plain":
            await start(200, [(b"content-length", b"5"), (b"X-Mixed", b"a\tb")])
            await body(b"hello")
        case "/close":
            await start(200, [(b"content-length", b"0"), (b"connection", b"close")])
            await body(b"")
        case "/long" | "/broken" | "/failed":
            await start(200, [])
            await body(b"one", more=True)
            await body(b"", more=True)
            if scope["path"] == "/broken":
                assert BREAK_OFF in scope["extensions"]
                await send({"type": BREAK_OFF})
                return
            if scope["path"] == "/failed":
                raise ValueError("in the middle")
            await body(b"two")
        case "/slow":
            await start(200, [])
            await asyncio.sleep(0.3)
            await body(b"late")
        case "/smuggled":
            await start(200, [(b"location", b"/\r\nset-cookie: a=b")])
        case "/short":
            await start(200, [(b"content-length", b"9")])
            await body(b"short")
        case "/none" | "/same":
            await start(204 if scope["path"] == "/none" else 304, [])
            await body(b"")


@pytest.fixture
async def wires() -> AsyncIterator[Callable[[], Any]]:
    """Opens connections to the application."""
    config = Config(app, log_config=None, timeout_keep_alive=KEEP_ALIVE_S)  # type: ignore[arg-type]
    config.load()
    loop, state = asyncio.get_running_loop(), ServerState()

    def protocol() -> PatientProtocol:
        return PatientProtocol(config, state, {}, _loop=loop, patience_s=30.0)

    server = await loop.create_server(protocol, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    @asynccontextmanager
    async def opened() -> AsyncIterator[Wire]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield Wire(reader, writer)
        writer.close()

    yield opened
    server.close()


def get(path: str, version: str = "1.1", method: str = "GET") -> str:
    return f"{method} {path} HTTP/{version}\r\nHost: test"


async def test_an_answer_is_headers_and_body(wires: Any) -> None:
    async with wires() as wire:
        answer = await wire.ask(get("/plain"), "Connection: close")
    assert answer == (
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-mixed: a\tb\r\nconnection: close\r\n\r\nhello"
    )


async def test_it_leaves_in_one_write(wires: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    known = PatientProtocol.connection_made

    def made(self: PatientProtocol, transport: Any) -> None:
        class Noting:
            def __getattr__(self, name: str) -> Any:
                return getattr(transport, name)

            def write(self, data: bytes) -> None:
                written.append(data)
                transport.write(data)

        known(self, Noting())  # type: ignore[arg-type]

    monkeypatch.setattr(PatientProtocol, "connection_made", made)
    async with wires() as wire:
        await wire.ask(get("/plain"), "Connection: close")
    assert len(written) == 1


async def test_requests_that_follow_closely_are_answered_in_their_order(wires: Any) -> None:
    async with wires() as wire:
        answer = await wire.ask(get("/slow") + "\r\n", get("/plain") + "\r\n", get("/close"))
    assert [answer.index(part) for part in (b"late", b"hello", b"connection: close")] == sorted(
        answer.index(part) for part in (b"late", b"hello", b"connection: close")
    )
    assert answer.count(b"HTTP/1.1 200 OK") == 3


async def test_a_long_answer_is_chunked_and_has_no_length_for_http_1_0(wires: Any) -> None:
    async with wires() as wire:
        chunked = await wire.ask(get("/long"), "Connection: close")
    assert chunked.endswith(b"\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")
    async with wires() as wire:
        plain = await wire.ask(get("/long", "1.0"))
    assert b"transfer-encoding" not in plain
    assert plain.endswith(b"\r\n\r\nonetwo")


async def test_headers_do_not_wait_for_what_is_still_made(wires: Any) -> None:
    async with wires() as wire:
        wire.writer.write(f"{get('/slow')}\r\n\r\n".encode())
        head = await wire.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK")
        assert await wire.reader.readexactly(9) == b"4\r\nlate\r\n"


async def test_a_broken_answer_has_no_end_and_is_no_error_of_the_server(
    wires: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with wires() as wire:
            answer = await wire.ask(get("/broken"))
        assert answer.endswith(b"3\r\none\r\n")
        async with wires() as wire:
            # Where only the end of the connection tells the end, it must not look like one.
            with pytest.raises(ConnectionResetError):
                await wire.ask(get("/broken", "1.0"))
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []


async def test_an_application_that_fails_in_the_middle_makes_no_end_for_http_1_0(
    wires: Any,
) -> None:
    async with wires() as wire:
        with pytest.raises(ConnectionResetError):
            await wire.ask(get("/failed", "1.0"))


async def test_a_header_cannot_bring_another(wires: Any) -> None:
    async with wires() as wire:
        answer = await wire.ask(get("/smuggled"))
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"cookie" not in answer


async def test_an_answer_that_is_too_short_is_broken_off(wires: Any) -> None:
    async with wires() as wire:
        assert b"short" not in await wire.ask(get("/short"))


@pytest.mark.parametrize(
    ("method", "path"), [("HEAD", "/plain"), ("GET", "/none"), ("GET", "/same")]
)
async def test_some_answers_have_no_body(wires: Any, method: str, path: str) -> None:
    async with wires() as wire:
        answer = await wire.ask(get(path, method=method), "Connection: close")
    assert answer.endswith(b"\r\n\r\n")
    assert b"chunked" not in answer


async def test_a_connection_that_asks_nothing_is_closed_and_one_that_asks_is_kept(
    wires: Any,
) -> None:
    async with wires() as idle, wires() as busy:
        for wire in (idle, busy):
            wire.writer.write(f"{get('/plain')}\r\n\r\n".encode())
            await wire.reader.readuntil(b"hello")
        for _ in range(6):
            await asyncio.sleep(KEEP_ALIVE_S / 4)
            busy.writer.write(f"{get('/plain')}\r\n\r\n".encode())
            await busy.reader.readuntil(b"hello")
        async with asyncio.timeout(10):
            assert await idle.reader.read() == b""
        assert not busy.reader.at_eof()
