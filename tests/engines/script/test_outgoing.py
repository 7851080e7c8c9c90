"""A script's requests: what they send, and that none goes where it may not.

Refusals are shown to happen before anything is dialled: no socket is made for the address.
"""

import asyncio
import gzip
import ipaddress
import json
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from dbapi_platform.engines.script.addresses import may_dial, plain
from dbapi_platform.engines.script.outgoing import HttpReach, Outgoing, RequestFailed
from tests.engines.script.conftest import Run, new_call

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@dataclass
class Site:
    """A server on loopback, and what was asked of it."""

    port: int
    asked: list[dict[str, Any]] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest_asyncio.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    found = Site(0)

    async def echo(request: web.Request) -> web.StreamResponse:
        body = (await request.read()).decode()
        seen = {
            "method": request.method, "query": request.query_string, "body": body,
            "headers": {name.lower(): value for name, value in request.headers.items()},
        }  # fmt: skip
        found.asked.append(seen)
        return web.json_response(seen, headers={"X-Answer": "yes"})

    async def redirect(request: web.Request) -> web.StreamResponse:
        status = int(request.query.get("status", "302"))
        return web.Response(status=status, headers={"Location": request.query["to"]})

    async def large(request: web.Request) -> web.StreamResponse:
        if "packed" in request.query:
            return web.Response(
                body=gzip.compress(b"a" * 5_000_000), headers={"Content-Encoding": "gzip"}
            )
        return web.Response(body=b"a" * 2_000_000)

    async def slow(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    async def round_(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": "/round"})

    async def teapot(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=418, text="tea")

    app = web.Application()
    app.router.add_route("*", "/echo", echo)
    app.router.add_get("/redirect", redirect)
    app.router.add_get("/large", large)
    app.router.add_get("/slow", slow)
    app.router.add_get("/round", round_)
    app.router.add_get("/status", teapot)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    server = web.TCPSite(runner, "127.0.0.1", 0)
    await server.start()
    found.port = runner.addresses[0][1]
    yield found
    await runner.cleanup()


@pytest_asyncio.fixture
async def outgoing() -> AsyncIterator[Outgoing]:
    """May call this machine: the tests' own server is here."""
    made = Outgoing(HttpReach(hosts=("*",), networks=LOOPBACK, max_bytes=1_000_000))
    yield made
    await made.close()


@pytest_asyncio.fixture
async def strict(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Outgoing]:
    """May call every public host; a socket of its own making would be seen."""
    made = Outgoing(HttpReach(hosts=("*",)))
    real = socket.socket

    def no_socket(*arguments: Any, **named: Any) -> socket.socket:
        kind = named.get("family", arguments[0] if arguments else socket.AF_INET)
        assert kind not in {socket.AF_INET, socket.AF_INET6}, "a socket was made"
        return real(*arguments, **named)

    monkeypatch.setattr("dbapi_platform.engines.script.resolving.look_up", resolver(numeric))
    monkeypatch.setattr("dbapi_platform.engines.script.outgoing.socket.socket", no_socket)
    yield made
    monkeypatch.undo()
    await made.close()


Answers = Callable[[str], list[str]]


def resolver(answers: Answers) -> Callable[..., Any]:
    """What stands in for the system's resolver."""

    def look_up(host: str, port: int, _family: int) -> list[Any]:
        return [(socket.AF_INET, 6, (found, port)) for found in answers(host)]

    return look_up


def numeric(host: str) -> list[str]:
    """What the system makes of a number, however it is written; no name is looked up."""
    if host.strip(".").lower() == "localhost":
        return ["127.0.0.1"]
    found = socket.getaddrinfo(host, 0, flags=socket.AI_NUMERICHOST)
    return [str(address[0]) for *_, address in found]


async def test_a_script_sends_and_reads(run: Run, site: Site, outgoing: Outgoing) -> None:
    text = (
        f"url = '{site.url('/echo')}'\n"
        "r = http.post(url, params={'a': 1, 'b': [2, 3], 'c': None, 'd': True}, "
        "headers={'X-Mine': 'yes'}, cookies={'s': '1'}, json={'day': date(2026, 1, 2)})\n"
        "same = r.text == r.content.decode()\n"
        "result = [r.status_code, r.ok, r.json(), r.headers['X-Answer'], same]"
    )
    status, ok, seen, answered, same = await run(text, call=new_call(outgoing=outgoing))
    assert (status, ok, answered, same) == (200, True, "yes", True)
    assert seen["method"] == "POST"
    assert seen["query"] == "a=1&b=2&b=3&d=true"
    assert json.loads(seen["body"]) == {"day": "2026-01-02"}
    assert seen["headers"]["x-mine"] == "yes"
    assert seen["headers"]["cookie"] == "s=1"
    assert seen["headers"]["content-type"] == "application/json"


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
async def test_every_method(run: Run, site: Site, outgoing: Outgoing, method: str) -> None:
    text = f"result = http.{method}('{site.url('/echo')}', data={{'a': 'b c'}}).json()"
    seen = await run(text, call=new_call(outgoing=outgoing))
    assert (seen["method"], seen["body"]) == (method.upper(), "a=b+c")


async def test_a_status_is_an_answer_and_no_error(run: Run, site: Site, outgoing: Outgoing) -> None:
    text = f"r = http.get('{site.url('/status')}')\nresult = [r.status_code, r.ok, r.text]"
    assert await run(text, call=new_call(outgoing=outgoing)) == [418, False, "tea"]


async def test_a_failure_can_be_caught(run: Run) -> None:
    text = "try:\n    http.get('http://example.com/')\nexcept HttpError as e:\n    result = str(e)"
    assert "DBAPI_SCRIPT_HTTP_HOSTS" in await run(text)


async def test_redirects_are_followed(site: Site, outgoing: Outgoing) -> None:
    to = site.url(f"/redirect?to={site.url('/echo')}")
    status, _, body, url = await outgoing.request("GET", to, {"headers": {"X-Api-Key": "k"}})
    assert (status, url) == (200, site.url("/echo"))
    assert json.loads(body)["headers"]["x-api-key"] == "k"
    with pytest.raises(RequestFailed, match="more than 5 times"):
        await outgoing.request("GET", site.url("/round"), {})


async def test_a_secret_header_stays_with_its_origin(site: Site, outgoing: Outgoing) -> None:
    elsewhere = f"http://localhost:{site.port}/echo"
    found = await outgoing.request(
        "GET", site.url(f"/redirect?to={elsewhere}"),
        {"headers": {"Authorization": "Bearer s", "X-Plain": "p"}, "cookies": {"c": "1"}},
    )  # fmt: skip
    headers = json.loads(found[2])["headers"]
    assert headers["x-plain"] == "p"
    assert "authorization" not in headers
    assert "cookie" not in headers


async def test_large_answers_are_refused_packed_or_not(site: Site, outgoing: Outgoing) -> None:
    for path in ("/large", "/large?packed=1"):
        with pytest.raises(RequestFailed, match="more than 1,000,000 bytes"):
            await outgoing.request("GET", site.url(path), {})


async def test_a_slow_answer_is_not_waited_for(site: Site, outgoing: Outgoing) -> None:
    with pytest.raises(RequestFailed, match="in time"):
        await outgoing.request("GET", site.url("/slow"), {"timeout": 0.2})


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"headers": {"Host": "other"}}, "Host"),
    ({"headers": {"Content-Length": "5"}}, "Content-Length"),
    ({"json": "1", "data": "2"}, "together"),
    ({"timeout": -1}, "timeout"),
    ({"headers": ["a"]}, "headers"),
    ({"params": "a=b"}, "mapping"),
    ({"headers": {"X": "a\r\nY: b"}}, "127.0.0.1: "),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
async def test_a_wrong_argument_is_told(
    site: Site, outgoing: Outgoing, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(RequestFailed, match=message):
        await outgoing.request("POST", site.url("/echo"), options)


HOSTS = [
    "http://example.com/", "https://api.example.com.evil.org/", "http://evil.org/?api.example.com",
    "http://sub.api.example.com/", "http://API.EXAMPLE.COM.:80@evil.org/",
]  # fmt: skip


@pytest.mark.parametrize("url", HOSTS)
async def test_only_named_hosts_are_called(url: str) -> None:
    made = Outgoing(HttpReach(hosts=("api.example.com", "*.data.example.com")))
    with pytest.raises(RequestFailed, match=r"not among the hosts|password"):
        await made.request("GET", url, {})


async def test_a_redirect_to_a_host_that_is_not_named_is_refused(site: Site) -> None:
    made = Outgoing(HttpReach(hosts=("127.0.0.1",), networks=LOOPBACK))
    before = len(site.asked)
    with pytest.raises(RequestFailed, match="localhost is not among the hosts"):
        await made.request("GET", site.url(f"/redirect?to=http://localhost:{site.port}/echo"), {})
    assert len(site.asked) == before
    await made.close()


ADDRESSES = [
    # Loopback in every writing that resolvers and libraries know.
    "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://2130706433/",
    "http://0177.0.0.1/", "http://0x7f.0.0.1/", "http://0x7f000001/", "http://017700000001/",
    "http://localhost/", "http://LOCALHOST./", "http://0/", "http://0.0.0.0/", "http://[::1]/",
    "http://[::]/", "http://[0:0:0:0:0:0:0:1]/", "http://127.255.255.254/",
    # IPv4 within IPv6.
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/", "http://[64:ff9b::a00:1]/", "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/", "http://[2002:a00:1::]/", "http://[::127.0.0.1]/",
    "http://[2001:0:4136:e378:8000:63bf:f5ff:fffe]/",
    # Private, link-local, carrier-grade, metadata, multicast, reserved.
    "http://10.0.0.1/", "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://169.254.170.2/", "http://[fe80::1]/",
    "http://[fd00:ec2::254]/", "http://[fc00::1]/", "http://100.64.0.1/", "http://100.100.100.200/",
    "http://198.18.0.1/", "http://192.0.2.1/", "http://224.0.0.1/", "http://255.255.255.255/",
    "http://240.0.0.1/", "http://[ff02::1]/", "http://[fec0::1]/", "http://[2001:db8::1]/",
    # What is no http at all.
    "file:///etc/passwd", "ftp://example.com/", "gopher://127.0.0.1/", "unix:///run/docker.sock",
    "//127.0.0.1/", "http:///", "http://", "http://user:secret@127.0.0.1/", "http://[::1", "",
    "http://127.0.0.1:99999/", "http://exa mple/", "javascript:alert(1)",
]  # fmt: skip


@pytest.mark.parametrize("url", ADDRESSES)
async def test_no_private_address_is_dialled(strict: Outgoing, url: str) -> None:
    with pytest.raises(RequestFailed):
        await strict.request("GET", url, {"timeout": 2})


async def test_a_redirect_to_a_private_address_is_refused(site: Site) -> None:
    """The first host is allowed, and where it points to is not."""
    made = Outgoing(HttpReach(hosts=("*",), networks=(ipaddress.ip_network("127.0.0.1/32"),)))
    for to in ("http://127.0.0.2/", "http://169.254.169.254/", "http://[::1]/", "http://10.0.0.1/"):
        with pytest.raises(RequestFailed):
            await made.request("GET", site.url(f"/redirect?to={to}"), {})
    await made.close()


async def test_a_name_that_means_something_else_the_second_time(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is dialled is what was looked at, however often the name is asked for."""
    asked: list[str] = []

    def answers(host: str) -> list[str]:
        asked.append(host)
        # Allowed at first, and another address of this machine after that.
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    monkeypatch.setattr("dbapi_platform.engines.script.resolving.look_up", resolver(answers))
    made = Outgoing(
        HttpReach(hosts=("rebind.test",), networks=(ipaddress.ip_network("127.0.0.1/32"),))
    )
    url = f"http://rebind.test:{site.port}/echo"
    status, *_ = await made.request("GET", url, {"headers": {"Connection-Test": "1"}})
    assert status == 200
    await made.close()
    again = Outgoing(
        HttpReach(hosts=("rebind.test",), networks=(ipaddress.ip_network("127.0.0.1/32"),))
    )
    with pytest.raises(RequestFailed):
        await again.request("GET", url, {})
    await again.close()
    assert len(asked) == 2


async def test_of_several_addresses_only_good_ones_are_dialled(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "dbapi_platform.engines.script.resolving.look_up",
        resolver(lambda _host: ["10.0.0.1", "169.254.169.254", "127.0.0.1"]),
    )
    made = Outgoing(
        HttpReach(hosts=("many.test",), networks=(ipaddress.ip_network("127.0.0.1/32"),))
    )
    status, *_ = await made.request("GET", f"http://many.test:{site.port}/echo", {})
    assert status == 200
    await made.close()


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_however_it_is_carried(address: Any) -> None:
    plainly = may_dial(str(address))
    assert may_dial(f"::ffff:{address}") == plainly
    assert may_dial(f"64:ff9b::{address}") == plainly
    number = int(address)
    assert may_dial(f"2002:{number >> 16:x}:{number & 0xFFFF:x}::") == plainly


@given(st.ip_addresses())
def test_only_public_addresses_are_dialled(address: Any) -> None:
    inner = plain(address)
    if may_dial(str(address)):
        assert inner.is_global
        assert not inner.is_private
        assert not inner.is_loopback
        assert not inner.is_link_local
        assert not inner.is_multicast


@given(st.text(max_size=40))
def test_what_is_no_address_is_never_dialled(text: str) -> None:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        assert not may_dial(text)


def test_metadata_stays_shut_whatever_is_allowed() -> None:
    everything = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
    assert may_dial("10.0.0.1", everything)
    for address in ("169.254.169.254", "fe80::1%eth0", "::ffff:169.254.169.254", "fd00:ec2::254"):
        assert not may_dial(address, everything)
