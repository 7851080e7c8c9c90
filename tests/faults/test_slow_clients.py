"""Clients that send or read slowly hold no slot and no connection of a database, and are ended."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx

from tests.faults.conftest import PATIENCE_S, Arena
from tests.faults.leaks import connections_in_use, nothing_left, slots_taken
from tests.faults.places import until
from tests.faults.wire import connected, post, status, trickle, until_closed, wait

MANY = 80
# What large answers took is given back, and stays with the process to be used again: of one of
# them up to 20 MB.
LARGE = 64 * 1024 * 1024


def test_headers_that_trickle(arena: Arena) -> None:
    head = b"GET /api/plain HTTP/1.1\r\nHost: test\r\nX-Long: " + b"x" * 1_000
    with nothing_left(arena), connected(arena) as wire:
        answer = trickle(wire, head)
        assert status(answer) == 408
        assert b'"request_timeout"' in answer


def test_headers_that_trickle_after_an_answer(arena: Arena) -> None:
    with nothing_left(arena), connected(arena) as wire:
        wire.sendall(b"GET /api/plain HTTP/1.1\r\nHost: test\r\n\r\n")
        assert status(wire.recv(65_536)) == 200
        # Line ends before a request are no request: they must not keep the connection.
        assert b"HTTP/1.1 408 " in trickle(wire, b"\r\n" * 500)


def test_bodies_that_trickle_hold_nothing(arena: Arena) -> None:
    """More of them than one address has slots: others are answered meanwhile."""
    with nothing_left(arena), ExitStack() as stack:
        wires = [stack.enter_context(connected(arena)) for _ in range(MANY)]
        for wire in wires:
            wire.sendall(post("/api/echo", b'{"text": "', length=5_000))
        wait(0.3)
        assert slots_taken(arena) == 0
        answered = httpx.post(f"{arena.url}/api/echo", json={"text": "b"})
        assert answered.status_code == 200, answered.text
        answers = [until_closed(wire) for wire in wires]
        assert {status(answer) for answer in answers} == {408}


def test_a_body_that_is_slow_and_goes_on_is_taken(arena: Arena) -> None:
    # Thrice what is asked for at the least, in pieces that follow closely: a machine is busy.
    piece = b"x" * (150 * PATIENCE_S)
    body = b'{"text": "' + piece * 20 + b'"}'
    with nothing_left(arena), connected(arena) as wire:
        sent = post("/api/echo", body)
        for start in range(0, len(sent), len(piece)):
            wire.sendall(sent[start : start + len(piece)])
            wait(PATIENCE_S / 10)
        assert status(wire.recv(65_536)) == 200


def test_a_body_that_trickles_to_nowhere(arena: Arena) -> None:
    """It is answered before it has come, and may not keep the connection then."""
    with nothing_left(arena), connected(arena) as wire:
        wire.sendall(post("/api/nowhere", b"", length=100_000))
        assert status(trickle(wire, b"x" * 1_000)) == 404


def test_a_body_that_is_given_up(arena: Arena) -> None:
    with nothing_left(arena):
        for _ in range(MANY):
            with connected(arena) as wire:
                wire.sendall(post("/api/echo", b'{"text": "half', length=1_000))


def test_answers_that_are_not_read(arena: Arena) -> None:
    """They hold no slot, and are not kept for ever for those who do not take them."""
    with nothing_left(arena, most_more=LARGE * 2), ExitStack() as stack:
        wires = [stack.enter_context(slow_reader(arena)) for _ in range(4)]
        until(lambda: slots_taken(arena) == 0)
        until(lambda: connections_in_use(arena) == 0)
        ports = {wire.getsockname()[1] for wire in wires}
        until(lambda: not ports & peers(arena))
        for wire in wires:
            # What was under way is there; then the other side has hung up.
            assert len(until_closed(wire)) < 5_000_000


def peers(arena: Arena) -> set[int]:
    """The ports at the other ends of the workers' connections."""
    return {
        connection.raddr.port
        for worker in arena.platform.workers()
        for connection in worker.net_connections("tcp")
        if connection.raddr
    }


def test_an_answer_that_is_read_slowly_is_whole(arena: Arena) -> None:
    with nothing_left(arena, most_more=LARGE), slow_reader(arena) as wire:
        received = 0
        for _ in range(8):
            received += len(wire.recv(30_000))
            wait(PATIENCE_S / 2)
        received += len(until_closed(wire))
        assert received > 5_000_000


@contextmanager
def slow_reader(arena: Arena) -> Iterator[socket.socket]:
    """Has asked for much, and holds little of it."""
    address = urlsplit(arena.url)
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        wire.settimeout(30)
        wire.connect((address.hostname, address.port))
        wire.sendall(b"GET /api/large HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        yield wire
