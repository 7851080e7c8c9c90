"""A server that pretends to be StarRocks: MySQL's protocol with prepared answers, and no data."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

UTF8, BINARY = 33, 63
_GREETING = (
    b"\x0a5.1.0\x00%s12345678\x00" + struct.pack("<HBHH", 0xF7FF, UTF8, 2, 0x0008) + b"\x15"
    + b"\x00" * 10 + b"123456789012\x00mysql_native_password\x00"
)  # fmt: skip
_OK = b"\x00\x00\x00\x02\x00\x00\x00"
_EOF = b"\xfe\x00\x00\x02\x00"


@dataclass(frozen=True, slots=True)
class Column:
    """As StarRocks describes it; `kind` is a number of MySQL's."""

    name: str
    kind: int
    length: int
    charset: int = UTF8

    @property
    def packet(self) -> bytes:
        words = (b"def", b"", b"", b"", self.name.encode(), self.name.encode())
        fixed = struct.pack("<HIBHBH", self.charset, self.length, self.kind, 0, 0, 0)
        return b"".join(_long(word) for word in words) + b"\x0c" + fixed


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows, or an error; neither is a plain OK. `waits` keeps the query until it is killed."""

    columns: Sequence[Column] = ()
    rows: Sequence[Sequence[bytes | None]] = ()
    error: tuple[int, str] | None = None
    waits: bool = False


@dataclass(slots=True)
class PretendedStarrocks:
    """Answers what `answers` knows, and OK to everything else; remembers what it was told."""

    answers: Mapping[str, Answer]
    port: int = 0
    told: list[str] = field(default_factory=list)
    _killed: asyncio.Event = field(default_factory=asyncio.Event)
    _connections: int = 100

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self._connections += 1
        send = _sender(writer)
        send(0, _GREETING % struct.pack("<I", self._connections))
        try:
            await _packet(reader)
            send(2, _OK)
            while (command := await _packet(reader))[:1] == b"\x03":
                await self._answer(command[1:].decode(), send)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    async def _answer(self, text: str, send: Callable[[int, bytes], None]) -> None:
        self.told.append(text)
        if text.startswith("KILL QUERY"):
            self._killed.set()
        found = self.answers.get(text, Answer())
        if found.waits:
            await self._killed.wait()
        if found.error is not None:
            code, message = found.error
            send(1, b"\xff" + struct.pack("<H", code) + b"#HY000" + message.encode())
        elif found.columns:
            packets = [bytes([len(found.columns)]), *(column.packet for column in found.columns)]
            packets += [_EOF, *(b"".join(map(_value, row)) for row in found.rows), _EOF]
            for number, packet in enumerate(packets, 1):
                send(number, packet)
        else:
            send(1, _OK)


@asynccontextmanager
async def pretended_starrocks(
    answers: Mapping[str, Answer],
) -> AsyncIterator[PretendedStarrocks]:
    """The server, listening."""
    pretended = PretendedStarrocks(answers)
    server = await asyncio.start_server(pretended.serve, "127.0.0.1", 0)
    pretended.port = server.sockets[0].getsockname()[1]
    try:
        yield pretended
    finally:
        server.close()


def _sender(writer: asyncio.StreamWriter) -> Callable[[int, bytes], None]:
    def send(number: int, payload: bytes) -> None:
        writer.write(len(payload).to_bytes(3, "little") + bytes([number % 256]) + payload)

    return send


async def _packet(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(4)
    return await reader.readexactly(int.from_bytes(head[:3], "little"))


def _long(word: bytes) -> bytes:
    return bytes([len(word)]) + word


def _value(value: bytes | None) -> bytes:
    return b"\xfb" if value is None else _long(value)
