"""nginx when what is behind it is slow, breaks off, is away, or speaks a WebSocket."""

import socket
import threading
import zlib

import httpx
import pytest

from tests.deployment.backends import backend, chunk, start
from tests.deployment.conftest import Proxied, address
from tests.deployment.test_nginx import refusal
from tests.faults.places import Served
from tests.services.nginx import NginxServer, start_nginx


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_rows_arrive_before_the_answer_is_whole(proxied: Proxied, coding: str) -> None:
    seen = threading.Event()

    def behave(wire: socket.socket, _head: bytes) -> None:
        wire.sendall(start("application/x-ndjson") + chunk('{"n":1}\n'))
        assert seen.wait(30), "the first row did not arrive before the second was sent"
        wire.sendall(chunk('{"n":2}\n') + b"0\r\n\r\n")

    with backend(behave) as upstream:
        server = proxied(upstream)
        headers = {"Accept-Encoding": coding}
        with httpx.stream("GET", f"{server.url}/api/many", headers=headers) as answer:
            pieces = answer.iter_raw()
            unpack = zlib.decompressobj(31) if coding == "gzip" else None
            read, rows = b"", b""
            while b'{"n":1}\n' not in rows:
                read = next(pieces)
                rows += unpack.decompress(read) if unpack else read
            seen.set()
            rest = b"".join(pieces)
        assert rows + (unpack.decompress(rest) if unpack else rest) == b'{"n":1}\n{"n":2}\n'


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_an_answer_that_breaks_off_is_not_taken_for_the_whole(
    proxied: Proxied, coding: str
) -> None:
    def behave(wire: socket.socket, _head: bytes) -> None:
        wire.sendall(start("application/x-ndjson") + chunk('{"n":1}\n'))

    with backend(behave) as upstream, pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{proxied(upstream).url}/api/many", headers={"Accept-Encoding": coding})


def test_without_any_instance_callers_are_told_to_come_back(proxied: Proxied) -> None:
    server = proxied(nobody(), nobody())
    for method in ("GET", "POST"):
        answer = httpx.request(method, f"{server.url}/api/plain")
        assert refusal(answer) == (503, "platform_unavailable")
        assert int(answer.headers["retry-after"]) > 0


def nobody() -> str:
    """An address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"127.0.0.1:{free.getsockname()[1]}"


def test_an_instance_that_is_away_is_passed_over(behind: Served, proxied: Proxied) -> None:
    server = proxied(nobody(), address(behind))
    for number in range(10):
        assert httpx.get(f"{server.url}/api/plain").status_code == 200
        answer = httpx.post(f"{server.url}/api/echo", json={"text": str(number)})
        assert answer.json()["data"] == [{"text": str(number)}]


def test_only_what_does_no_harm_is_asked_again(proxied: Proxied) -> None:
    asked = []

    def behave(_wire: socket.socket, head: bytes) -> None:
        asked.append(head.split(b" ", 1)[0].decode())

    with backend(behave) as one, backend(behave) as other:
        server = proxied(one, other)
        answer = httpx.post(f"{server.url}/api/echo", json={"text": "x"})
        assert refusal(answer) == (502, "answer_lost")
        assert "retry-after" not in answer.headers
        assert asked == ["POST"]
    with backend(behave) as one, backend(behave) as other:
        server = proxied(one, other)
        assert refusal(httpx.get(f"{server.url}/api/plain")) == (503, "platform_unavailable")
        # Each of the two, and once more the first: there may be one that came back meanwhile.
        assert asked == ["POST", "GET", "GET", "GET"]


def test_what_the_platform_refuses_is_left_as_it_is(proxied: Proxied) -> None:
    body = '{"success":false,"error":{"code":"store_unavailable"}}'

    def behave(wire: socket.socket, _head: bytes) -> None:
        head = f"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: {len(body)}"
        wire.sendall(f"{head}\r\n\r\n{body}".encode())

    with backend(behave) as one, backend(behave) as other:
        answer = httpx.get(f"{proxied(one, other).url}/api/v1/about")
    assert answer.text == body
    assert answer.headers.get_list("retry-after") == ["5"]


def test_jupyterlab_gets_its_websockets_and_no_session_of_the_platform() -> None:
    told = {}

    def behave(wire: socket.socket, head: bytes) -> None:
        lines = head.decode().split("\r\n")[1:]
        told.update(line.lower().split(": ", 1) for line in lines if line)
        wire.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        )
        wire.sendall(wire.recv(100).upper())

    with backend(behave) as lab:
        server = start_nginx([nobody()], NGINX_JUPYTER=lab)
        try:
            assert b"HELLO" in upgraded(server)
        finally:
            server.stop()
    assert (told["connection"], told["upgrade"]) == ("upgrade", "websocket")
    assert told["cookie"] == "_xsrf=1; other=2"
    assert told["host"] == "lab.example.com:8889"


def upgraded(server: NginxServer) -> bytes:
    """What comes back of a WebSocket's connection, once something is said on it."""
    cookies = "_xsrf=1; dbapi_session=secret; other=2"
    with socket.create_connection(("127.0.0.1", server.jupyter_port), timeout=30) as wire:
        wire.sendall(
            b"GET /api/kernels/1/channels HTTP/1.1\r\nHost: lab.example.com:8889\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\nCookie: %b\r\n\r\n" % cookies.encode()
        )
        answer = wire.recv(1_000)
        assert answer.startswith(b"HTTP/1.1 101")
        wire.sendall(b"hello")
        while b"HELLO" not in answer and (piece := wire.recv(1_000)):
            answer += piece
        return answer


def test_without_jupyterlab_its_port_says_so() -> None:
    server = start_nginx([nobody()])
    try:
        answer = httpx.get(f"http://127.0.0.1:{server.jupyter_port}/lab")
    finally:
        server.stop()
    assert refusal(answer) == (503, "platform_unavailable")
