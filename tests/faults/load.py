"""Calls over kept connections while something fails, and what became of each of them."""

import asyncio
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

ANSWER_S = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call was answered; callers are numbered, each with one connection at a time.

    `at` is when, by this machine's monotonic clock.
    """

    request_id: str
    caller: int
    path: str
    status: int
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)


@dataclass
class Load:
    """Several callers, one call after the other each; `broken` counts calls without an answer.

    `bodies` are sent to their paths by POST, as JSON; all other paths are asked by GET.
    """

    url: str
    paths: Sequence[str]
    callers: int
    pause_s: float
    token: str = ""
    bodies: Mapping[str, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    asked: int = 0
    broken: int = 0
    _is_over: threading.Event = field(default_factory=threading.Event)

    def statuses(self, path: str | None = None) -> Counter[int]:
        return Counter(a.status for a in list(self.answers) if path in (None, a.path))

    def end(self) -> None:
        """Let calls that are under way be answered, and make no more."""
        self._is_over.set()

    def wait_for(self, expected: Callable[[list[Answer]], bool], *, within_s: float = 60) -> None:
        """Until what has been answered from now on is as expected."""
        begun, until = len(self.answers), time.monotonic() + within_s
        while not expected(self.answers[begun:]):
            assert time.monotonic() < until, Counter(a.status for a in self.answers[begun:])
            time.sleep(0.02)

    def wait_under_way(self) -> int:
        """Until a call is under way; answers how many were answered before it."""
        until = time.monotonic() + ANSWER_S
        while True:
            answered = len(self.answers)
            if self.asked - self.broken > answered:
                return answered
            assert time.monotonic() < until
            time.sleep(0.005)

    async def run(self) -> None:
        await asyncio.gather(*(self._call(number) for number in range(self.callers)))

    async def _call(self, number: int) -> None:
        reader = writer = None
        path = self.paths[number % len(self.paths)]
        while not self._is_over.is_set():
            request_id = uuid.uuid4().hex
            try:
                if writer is None:
                    reader, writer = await self._connect()
                assert reader is not None
                writer.write(self._request(path, request_id))
                self.asked += 1
                async with asyncio.timeout(ANSWER_S):
                    status, headers, body = await read_answer(reader)
                answer = Answer(request_id, number, path, status, headers, body)
                self.answers.append(answer)
                if answer.headers.get("connection") == "close":
                    writer.close()
                    writer = None
            except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
                self.broken += 1
                if writer is not None:
                    writer.close()
                writer = None
                await asyncio.sleep(0.05)
            await asyncio.sleep(self.pause_s)
        if writer is not None:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        address = urlsplit(self.url)
        return await asyncio.open_connection(address.hostname, address.port)

    def _request(self, path: str, request_id: str) -> bytes:
        lines = ["Host: test", f"X-Request-ID: {request_id}"]
        if self.token:
            lines.append(f"Authorization: Bearer {self.token}")
        body = self.bodies.get(path)
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        method = "GET" if body is None else "POST"
        return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", body or ""]).encode()


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    """One answer that has a length: its status, headers and body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return int(first.split()[1]), headers, body


@contextmanager
def loaded(
    url: str,
    *paths: str,
    callers: int = 8,
    pause_s: float = 0.005,
    token: str = "",
    bodies: Mapping[str, str] | None = None,
) -> Iterator[Load]:
    """Callers from now until the block ends; they share the paths among them."""
    load = Load(url, paths, callers, pause_s, token, bodies or {})
    thread = threading.Thread(target=lambda: asyncio.run(load.run()))
    thread.start()
    try:
        yield load
    finally:
        load.end()
        thread.join()
