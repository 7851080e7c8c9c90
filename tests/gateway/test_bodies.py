"""Bodies: JSON, forms and multipart forms; whatever else comes is refused clearly, never a 500."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from dbapi_platform.app import Application
from dbapi_platform.gateway import bodies
from tests.platforms import PlatformProcess
from tests.world import World

NAME = {"name": {"type": "string", "required": True}}
ECHO = "SELECT {{ name }} AS name"
EDGE = b"--edge\r\n"
END = b"--edge--\r\n"
PART = b'Content-Disposition: form-data; name="name"'


@pytest.fixture
async def echo(world: World) -> World:
    await world.publish("POST", "bodies/echo", ECHO, params=NAME, max_concurrent=1)
    return world


async def send(world: World, content: Any, kind: str, **headers: str) -> httpx.Response:
    """To an endpoint that answers one call at a time: each shows that the one before ended."""
    headers = {"content-type": kind, **headers}
    return await world.call("POST", "bodies/echo", content=content, headers=headers)


def refusal(answer: httpx.Response, status: int = 400) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    error: dict[str, Any] = answer.json()["error"]
    return {**(error.get("details") or [{}])[0], "message": answer.json()["message"]}


def multipart(*parts: bytes, end: bytes = END) -> bytes:
    return b"".join(EDGE + part + b"\r\n" for part in parts) + end


MULTIPART = "multipart/form-data; boundary=edge"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"name": "\xc3\xa9"}', "application/json"),
        (b'\xef\xbb\xbf{"name": "\xc3\xa9"}', "application/json; charset=UTF-8"),
        (b'{"name": "\\u00e9"}', "application/vnd.api+json"),
        (b"name=%C3%A9", "application/x-www-form-urlencoded"),
        (b"name=\xc3\xa9", "Application/X-WWW-Form-Urlencoded; charset=utf-8"),
        (multipart(PART + b"\r\n\r\n\xc3\xa9"), MULTIPART),
        (multipart(PART + b"\r\nContent-Type: text/plain\r\n\r\n\xc3\xa9"), MULTIPART.upper()
         .replace("EDGE", "edge")),
    ],
)  # fmt: skip
async def test_a_body_is_read_whatever_its_kind(echo: World, content: bytes, kind: str) -> None:
    for given in (content, pieces(content)):
        answer = await send(echo, given, kind)
        assert answer.status_code == 200, answer.text
        assert answer.json()["data"] == [{"name": "é"}]


async def pieces(content: bytes) -> Any:
    for start in range(len(content)):
        yield content[start : start + 1]


@pytest.mark.parametrize(
    ("content", "place", "told"),
    [
        (b'{"name": ', (1, 10, 9), "expecting value"),
        (b'{"name": "x"} y', (1, 15, 14), "extra data"),
        ('{\n "é": "ü", x}'.encode(), (2, 12, 15), "property name"),
        (b'{"name": "a\x00"}', (1, 12, 11), "control character"),
        (b'{\n "name": "\xff"}', (2, 11, 12), "is not valid UTF-8"),
    ],
)
async def test_broken_json_is_pointed_at(
    echo: World, content: bytes, place: tuple[int, int, int], told: str
) -> None:
    found = refusal(await send(echo, content, "application/json"))
    assert (found["field"], found["line"], found["column"]) == ("body", *place[:2])
    assert f"byte {place[2]})" in found["message"]
    assert told in found["message"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"name": NaN}', "invalid character"),
        (b'{"name": 1e999}', "out of range"),
        (b'{"name": "\\ud800"}', "surrogate"),
        (b'{"name": "a", "name": "b"}', "the name 'name' twice"),
        (b'{"other": {"a:b": 1, "b": "http://c", "b": 2}, "name": "a"}', "the name 'b' twice"),
        (b"[" * 100_000, "nested more than 100 deep"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "nested more than 100 deep"),
        (b'{"a":' + b"[" * 300 + b"]" * 300 + b"}", "nested more than 100 deep"),
        (b"[1]", "to be a JSON object"),
        (b'"name"', "to be a JSON object"),
        (b"{" + b",".join(b'"%d":1' % n for n in range(1001)) + b"}", "more than 1000 fields"),
    ],
)
async def test_json_that_means_nothing_certain_is_refused(
    echo: World, content: bytes, told: str
) -> None:
    assert told in refusal(await send(echo, content, "application/json"))["message"]


async def test_colons_in_texts_are_no_names(echo: World) -> None:
    content = b'{"name": "a:b", "at": {"x": "12:00:00", "y": ["::", {"x": 1}]}}'
    answer = await send(echo, content, "application/json")
    assert answer.json()["data"] == [{"name": "a:b"}]


@pytest.mark.parametrize(
    ("content", "field", "told"),
    [
        (b'{"name": "a\\u0000b"}', "name", "without NUL"),
        (b'{"name": ["a"]}', "name", "expected text, got a list"),
        (b'{"name": {"a": 1}}', "name", "expected text, got an object"),
    ],
)
async def test_a_value_that_cannot_be_kept_is_named(
    echo: World, content: bytes, field: str, told: str
) -> None:
    found = refusal(await send(echo, content, "application/json"))
    assert found["field"] == field
    assert told in found["message"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"name=%ff", "not valid UTF-8"),
        (b"name=\xff", "not valid UTF-8"),
        (b"&".join(b"a%d=1" % n for n in range(1001)), "more than 1000 fields"),
        (b"name=a&name=b", "expected text, got a list"),
        (b"name=%00", "without NUL"),
    ],
)
async def test_a_bad_form_is_refused(echo: World, content: bytes, told: str) -> None:
    answer = await send(echo, content, "application/x-www-form-urlencoded")
    assert told in answer.json()["message"]
    assert answer.status_code == 400


FILE = PART + b'; filename="a.txt"\r\n\r\nx'


@pytest.mark.parametrize(
    ("content", "kind", "field", "told"),
    [
        (multipart(FILE), MULTIPART, "name", "files are not taken"),
        (multipart(PART + b"; filename*=UTF-8''a.txt\r\n\r\nx"), MULTIPART, "name", "is a file"),
        (multipart(PART + b"\r\n\r\n\xff"), MULTIPART, "name", "not valid UTF-8"),
        (multipart(PART + b"\r\nContent-Transfer-Encoding: base64\r\n\r\neA=="), MULTIPART,
         "name", "Content-Transfer-Encoding"),
        (multipart(PART + b"\r\n\r\na\0b"), MULTIPART, "name", "without NUL"),
        (multipart(b"X: y\r\n\r\nx"), MULTIPART, "body", "has no Content-Disposition"),
        (multipart(b"Content-Disposition: form-data\r\n\r\nx"), MULTIPART, "body", "with a name"),
        (multipart(b'Content-Disposition: form-data; name="\xff"\r\n\r\nx'), MULTIPART, "body",
         "not valid UTF-8"),
        (multipart(PART + b"\r\n\r\nx", end=b""), MULTIPART, "body", "before its last boundary"),
        (multipart(PART + b"\r\n\r\nx")[:30], MULTIPART, "body", "before its last boundary"),
        (b"name=x", MULTIPART, "body", "not valid multipart"),
        (multipart(PART + b"\r\n\r\nx"), "multipart/form-data", "body", "names no boundary"),
        (multipart(PART), f"multipart/form-data; boundary={'x' * 300}", "body", "oundary"),
        (multipart(b"A: " + b"x" * 100_000), MULTIPART, "body", "header size"),
        (multipart(b"\r\n".join(b"A: b" for _ in range(1000))), MULTIPART, "body", "header count"),
    ],
)  # fmt: skip
async def test_a_bad_multipart_form_is_refused(
    echo: World, content: bytes, kind: str, field: str, told: str
) -> None:
    for given in (content, pieces(content[:2_000])):
        if given is not content and len(content) > 2_000:
            continue
        found = refusal(await send(echo, given, kind))
        assert found["field"] == field
        assert told in found["message"]


async def test_a_multipart_form_has_so_many_parts_at_most(echo: World) -> None:
    part = b'Content-Disposition: form-data; name="a"\r\n\r\n'
    found = refusal(await send(echo, multipart(*[part] * 1001), MULTIPART))
    assert found["message"] == "The form has more than 1000 fields"


async def test_a_file_field_that_was_left_empty_is_blank(echo: World) -> None:
    content = multipart(
        PART + b"\r\n\r\nx",
        b'Content-Disposition: form-data; name="f"; filename=""\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n",
    )
    assert (await send(echo, content, MULTIPART)).json()["data"] == [{"name": "x"}]


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("text/xml", {}),
        ("text/plain", {}),
        ("application/json; charset=utf-16", {}),
        ("application/x-www-form-urlencoded; charset=latin1", {}),
        ("application/json", {"content-encoding": "gzip"}),
        (MULTIPART, {"content-encoding": "br"}),
    ],
)
async def test_what_cannot_be_read_is_told_so(
    echo: World, kind: str, headers: dict[str, str]
) -> None:
    refusal(await send(echo, b'{"name": "x"}', kind, **headers), 415)


@pytest.mark.parametrize("kind", ["application/json", MULTIPART])
@pytest.mark.parametrize("is_chunked", [False, True])
async def test_a_body_that_is_too_large_is_refused_however_it_comes(
    echo: World, kind: str, is_chunked: bool
) -> None:
    read = 0

    async def without_end() -> Any:
        nonlocal read
        yield multipart(PART + b"\r\n\r\n", end=b"")
        while True:
            read += 1
            yield b"x" * 65_536

    content = without_end() if is_chunked else b" " * 1_048_577
    found = refusal(await send(echo, content, kind), 413)
    assert "larger than 1,048,576 bytes" in found["message"]
    assert read < 20
    assert (await send(echo, b'{"name": "x"}', "application/json")).status_code == 200


async def test_a_body_that_stops_halfway_gives_its_slot_back(
    echo: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "BODY_S", 0.05)

    async def stalling() -> Any:
        yield b'{"name": '
        await asyncio.Event().wait()

    headers = [(b"content-type", b"application/json")]
    status, told = await ask(echo, headers, stalling())
    assert (status, b"body_timeout" in told) == (408, True)
    assert (await send(echo, b'{"name": "x"}', "application/json")).status_code == 200


async def ask(world: World, headers: list[tuple[bytes, bytes]], chunks: Any) -> tuple[int, bytes]:
    """A request whose body comes as it is given: the client of the tests would wait for it all."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": await anext(chunks), "more_body": True}

    async def note(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/api/bodies/echo", "headers": headers,
        "raw_path": b"/api/bodies/echo", "query_string": b"", "client": ("127.0.0.1", 50_000),
        "root_path": "", "http_version": "1.1", "scheme": "http", "server": ("test", 80),
    }  # fmt: skip
    await Application(world.platform)(scope, receive, note)
    assert (b"connection", b"close") in sent[0]["headers"]
    return sent[0]["status"], sent[1]["body"]


@pytest.fixture(scope="module")
def real(platform: PlatformProcess) -> Callable[[bytes], bytes]:
    """Sends bytes to a served endpoint that answers one call at a time; b'' when it hangs up."""
    api = httpx.Client(
        base_url=f"{platform.url}/api/v1",
        headers={"Authorization": f"Bearer {platform.token}"},
        timeout=60,
    )
    draft = {
        "method": "POST", "path": "bodies/real", "engine": "sql", "datasource": "shop",
        "content": ECHO, "access": "public", "params": NAME, "max_concurrent": 1,
    }  # fmt: skip
    endpoint = api.put("/drafts", json=draft).json()
    assert api.post(f"/endpoints/{endpoint['id']}/publish", json={}).is_success
    address = (httpx.URL(platform.url).host, httpx.URL(platform.url).port or 80)

    def say(text: bytes) -> bytes:
        with socket.create_connection(address, timeout=30) as connection:
            connection.sendall(text)
            answer = b""
            # Whoever says nothing more of a body that is not whole leaves.
            while b"Connection: close" in text and (chunk := connection.recv(65_536)):
                answer += chunk
            return answer

    return say


HEAD = b"POST /api/bodies/real HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CLOSE = b"Connection: close\r\n"
WHOLE = HEAD + CLOSE + b'Content-Length: 13\r\n\r\n{"name": "x"}'


def test_callers_who_leave_in_the_middle_leave_no_slot_behind(
    real: Callable[[bytes], bytes],
) -> None:
    for begun in (
        HEAD + b'Content-Length: 13\r\n\r\n{"name"',
        HEAD + b"Content-Length: 13\r\n\r\n",
        HEAD + b'Transfer-Encoding: chunked\r\n\r\n7\r\n{"name"\r\n',
        HEAD + b'Transfer-Encoding: chunked\r\n\r\n7\r\n{"na',
    ):
        real(begun)
    # Each of them is found to be gone before the next is heard, or a moment later.
    answers = [real(WHOLE) for _ in range(20)]
    assert b" 200 OK" in answers[-1]


def test_a_served_platform_ends_a_connection_whose_body_is_too_large(
    real: Callable[[bytes], bytes],
) -> None:
    declared = real(HEAD + CLOSE + b"Content-Length: 9999999999\r\n\r\nx")
    assert declared.startswith(b"HTTP/1.1 413")
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    chunked = real(HEAD + CLOSE + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 17)
    assert chunked.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in chunked.lower()
    assert b" 200 OK" in real(WHOLE)
