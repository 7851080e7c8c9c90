"""What is no sound request is refused as the caller's mistake, never as the platform's."""

import json

import httpx
import pytest

from tests.faults.conftest import Arena
from tests.faults.leaks import nothing_left
from tests.faults.wire import ask, connected, post, status, until_closed

GET = b"GET /api/plain HTTP/1.1\r\nHost: test\r\n"
END = b"Connection: close\r\n\r\n"
NAMES = (
    b"X-Request-ID", b"X-Text", b"Authorization", b"Accept", b"X-Forwarded-For", b"Cookie",
    b"Content-Type", b"If-None-Match", b"X-Response-Naming", b"traceparent",
)  # fmt: skip
MALFORMED = {
    "nothing of HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 50,
    "no version": b"GET /api/plain\r\n\r\n",
    "an unknown version": b"GET /api/plain HTTP/9.9\r\nHost: test\r\n\r\n",
    "an unknown method": b"FROB /api/plain HTTP/1.1\r\nHost: test\r\n\r\n",
    "spaces in the path": b"GET /api/a b HTTP/1.1\r\nHost: test\r\n\r\n",
    "NUL in the path": b"GET /api/\0 HTTP/1.1\r\nHost: test\r\n\r\n",
    "NUL in a header": GET + b"X-A: a\0b\r\n" + END,
    "a header without a name": GET + b": b\r\n" + END,
    "a header of two lines": GET + b"X-A: a\r\n b\r\n" + END,
    "two lengths": b"POST /api/echo HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
    "a length and chunks": (
        b"POST /api/echo HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "a length below zero": b"POST /api/echo HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n",
    "a length that is no number": b"POST /api/echo HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    "chunks of no size": (
        b"POST /api/echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"
    ),
    "the whole address of another": b"GET http://[::1/api/plain HTTP/1.1\r\nHost: t\r\n\r\n",
    "a star": b"OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n",
    "a tunnel": b"CONNECT somewhere:80 HTTP/1.1\r\nHost: test\r\n\r\n",
    "another protocol": GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "HTTP 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "bytes above ASCII in the path": b"GET /api/\xff\xfe HTTP/1.1\r\nHost: test\r\n\r\n",
}


@pytest.fixture(autouse=True, scope="module")
def left(arena: Arena):
    with nothing_left(arena):
        yield


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED)
def test_malformed_http(arena: Arena, sent: bytes) -> None:
    answer = ask(arena, sent)
    assert status(answer) < 500, answer
    assert b"Traceback" not in answer


@pytest.mark.parametrize("large", [b"X-A: " + b"a" * 200_000, b"X-A: a\r\n" * 50_000], ids=len)
def test_headers_that_are_too_large(arena: Arena, large: bytes) -> None:
    answer = ask(arena, GET + large + b"\r\n\r\n")
    # Hung up on while it sends, a client may have lost the answer.
    assert status(answer) in (431, 0)
    assert answer == b"" or b'"headers_too_large"' in answer


def test_headers_of_some_size_are_taken_and_more_are_refused_each_time(arena: Arena) -> None:
    for size, expected in ((60_000, 200), (70_000, 431)):
        for _ in range(4):
            answer = ask(arena, GET + b"X-A: " + b"a" * size + b"\r\n" + END)
            assert status(answer) == expected, answer[:200]


@pytest.mark.parametrize(
    "path",
    [
        "plain?a=%00", "plain?%00=a", "plain?a=%ff%fe", "plain?%ff", "typed/%00", "typed/%ff%fe",
        "%ff", "typed/%ED%A0%80", "plain?a=%ED%A0%80", "typed/a%2Fb", "typed/..%2f..%2fetc",
        "plain?" + "a=1&" * 2_000, "typed/" + "a" * 8_000, "plain?" + "a" * 30_000, "//", "..",
        "typed/7?text=%F0%9F%98%80%00",
    ],
    ids=lambda path: path[:30],
)  # fmt: skip
def test_paths_and_queries(arena: Arena, path: str) -> None:
    sent = f"GET /api/{path} HTTP/1.1\r\nHost: test\r\n".encode() + END
    answer = ask(arena, sent)
    assert 200 <= status(answer) < 500, answer[:300]


@pytest.mark.parametrize("value", [b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"a" * 60_000], ids=len)
def test_headers_that_are_no_text(arena: Arena, value: bytes) -> None:
    for name in NAMES:
        head = b"GET /api/headed HTTP/1.1\r\nHost: test\r\n"
        answer = ask(arena, head + name + b": " + value + b"\r\n" + END)
        assert 200 <= status(answer) < 500, answer[:300]


DEEP = 100_000
BODIES = {
    "lists in lists": b'{"data": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "objects in objects": b'{"data": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}",
    "never closed": b'{"data": ' + b"[" * DEEP,
    "deep as text": b'{"data": "' + b"[" * 50_000 + b"]" * 50_000 + b'"}',
    **{
        f"{deep} deep": b'{"data": {"a":' + b"[" * deep + b"]" * deep + b"}}"
        for deep in (100, 500, 800, 900, 950, 980, 990, 1_000, 1_100)
    },
    "NUL": b'{"text": "\\u0000"}',
    "half a surrogate": b'{"text": "\\ud800"}',
    "no UTF-8": b'{"text": "\xff\xfe"}',
    "NUL as a key": b'{"\\u0000": 1, "data": {"\\u0000": 1}}',
    "deep as text, a little": b'{"data": "' + b'{\\"a\\":' * 500 + b"1" + b"}" * 500 + b'"}',
    "a huge number": b'{"text": 1' + b"0" * 5_000 + b"}",
    "a huge exponent": b'{"text": 1e999999, "data": {"a": 1e999999}}',
    "many keys": json.dumps({f"k{n}": n for n in range(50_000)}).encode(),
    "empty": b"",
    "a bare value": b"3",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_bodies(arena: Arena, body: bytes) -> None:
    for path in ("/api/echo", "/api/scripted", "/api/stored", "/token/generate"):
        answer = httpx.post(
            f"{arena.url}{path}", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code < 500, (path, answer.text[:300])


def test_a_body_longer_than_it_says(arena: Arena) -> None:
    with connected(arena) as wire:
        wire.sendall(post("/api/echo", b'{"text": "a"}' + b"x" * 1_000, length=13))
        # What follows is no request: the connection ends, before or after the answer.
        assert status(until_closed(wire)) in (200, 400)
