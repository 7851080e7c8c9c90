"""Thousands of connections that say nothing: the gateway goes on, and ends them."""

import resource
import socket

import httpx

from tests.faults.conftest import Arena
from tests.faults.leaks import nothing_left
from tests.faults.wire import status, until_closed


def test_others_are_answered(arena: Arena) -> None:
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Each of two workers gets more than the 1,024 files that most systems give a process.
    many = 4_000 if limit > 6_000 else limit // 2
    host, port = arena.url.removeprefix("http://").split(":")
    idle = []
    with nothing_left(arena):
        try:
            for number in range(many):
                wire = socket.socket()
                idle.append(wire)
                wire.connect((host, int(port)))
                if number % 2:
                    wire.sendall(b"GET /api/plain HTTP/1.1\r\nHost")
                if number % 500 == 0:
                    assert httpx.get(f"{arena.url}/api/plain", timeout=10).status_code == 200
            for _ in range(50):
                assert httpx.get(f"{arena.url}/api/plain", timeout=10).status_code == 200
            for wire in (idle[0], idle[-1], idle[-2]):
                wire.settimeout(30)
                assert status(until_closed(wire)) in (0, 408)
        finally:
            for wire in idle:
                wire.close()
