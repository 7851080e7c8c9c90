"""HTTP by hand, for what no client library sends."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.faults.conftest import Arena

ANSWER_S = 30.0


@contextmanager
def connected(arena: Arena) -> Iterator[socket.socket]:
    address = urlsplit(arena.url)
    with socket.create_connection((address.hostname, address.port), timeout=ANSWER_S) as opened:
        yield opened


def ask(arena: Arena, sent: bytes) -> bytes:
    """All that comes back until the other side hangs up, or has answered once."""
    with connected(arena) as wire:
        wire.sendall(sent)
        return until_closed(wire, or_answered=True)


def until_closed(wire: socket.socket, *, or_answered: bool = False) -> bytes:
    """What comes until the other side hangs up: it does so for a keep-alive within seconds."""
    received = b""
    try:
        while chunk := wire.recv(65_536):
            received += chunk
            if or_answered and is_whole(received):
                break
    except ConnectionResetError:
        pass
    return received


def is_whole(answer: bytes) -> bool:
    """Whether it says its length, and has it."""
    head, end, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
    return bool(end) and length is not None and len(body) >= int(length[1])


def status(answer: bytes) -> int:
    """Of the first answer; 0 where there is none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def trickle(wire: socket.socket, sent: bytes, *, pause_s: float = 0.05) -> bytes:
    """Send byte by byte until all is sent or the other side hangs up; what it answered."""
    wire.settimeout(pause_s)
    received = b""
    for byte in sent:
        try:
            wire.sendall(bytes([byte]))
            chunk = wire.recv(65_536)
        except TimeoutError:
            continue
        except OSError:
            return received
        received += chunk
        if not chunk:
            return received
    wire.settimeout(ANSWER_S)
    return received + until_closed(wire)


def post(path: str, body: bytes, *, length: int | None = None) -> bytes:
    """A whole request, or one that promises more than it brings."""
    size = len(body) if length is None else length
    return (
        f"POST {path} HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
        f"Content-Length: {size}\r\n\r\n"
    ).encode() + body


def wait(seconds: float) -> None:
    """Let time pass: what is tested is that something happens by itself."""
    time.sleep(seconds)
