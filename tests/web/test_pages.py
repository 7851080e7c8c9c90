"""The pages as browsers get them: which there are, what they may do, what is kept."""

import gzip
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from dbapi_platform.web.conditions import best_coding, is_known
from tests.web.builds import INDEX, SCRIPT, SCRIPT_PATH, STYLE_AHEAD, raw, serve, write_build
from tests.world import World, open_world

STYLE_PATH = "/assets/style-a_B-c9Zz.css"
GUARDS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("build")
    (directory / "secret.txt").write_text("outside of the build")
    built = write_build(directory / "static")
    (built / "leak.txt").symlink_to(directory / "secret.txt")
    return built


@pytest_asyncio.fixture(scope="module")
async def browser(world: World, build: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with serve(world, build) as http:
        yield http


async def get(http: httpx.AsyncClient, path: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await http.get(path, headers={"accept-encoding": "identity"} | named)


async def test_the_page_is_at_the_root(browser: httpx.AsyncClient) -> None:
    for path in ("/", "/index.html", "/?utm=1"):
        answer = await get(browser, path)
        assert (answer.status_code, answer.content) == (200, INDEX)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"


async def test_a_page_runs_its_own_scripts_and_is_framed_by_nobody(
    browser: httpx.AsyncClient,
) -> None:
    for path in ("/", SCRIPT_PATH, "/favicon.svg"):
        answer = await get(browser, path)
        policy = dict(
            part.strip().split(" ", 1)
            for part in answer.headers["content-security-policy"].split(";")
        )
        assert policy == {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data:",
            "connect-src": "'self'",
            "font-src": "'self' data:",
            "frame-ancestors": "'none'",
            "base-uri": "'none'",
            "form-action": "'self'",
        }
        assert {name: answer.headers[name] for name in GUARDS} == GUARDS
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "media_type", "kept"),
    [
        (SCRIPT_PATH, "text/javascript; charset=utf-8", True),
        (STYLE_PATH, "text/css; charset=utf-8", True),
        ("/assets/font-BxK2abcd.woff2", "font/woff2", True),
        ("/assets/plain.js", "text/javascript; charset=utf-8", False),
        ("/favicon.svg", "image/svg+xml", False),
    ],
)
async def test_what_is_named_by_its_content_is_kept_for_ever(
    browser: httpx.AsyncClient, path: str, media_type: str, kept: bool
) -> None:
    answer = await get(browser, path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    told = "public, max-age=31536000, immutable" if kept else "no-cache"
    assert answer.headers["cache-control"] == told


async def test_a_browser_that_has_it_is_sent_nothing(browser: httpx.AsyncClient) -> None:
    etag = (await get(browser, "/")).headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = await get(browser, "/", if_none_match=known)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
        assert answer.headers["cache-control"] == "no-cache"
        assert "content-security-policy" in answer.headers
    assert (await get(browser, "/", if_none_match='"other"')).status_code == 200


async def test_a_script_is_sent_compressed_to_whom_takes_it(browser: httpx.AsyncClient) -> None:
    plain = await get(browser, SCRIPT_PATH)
    assert plain.content == SCRIPT
    assert "content-encoding" not in plain.headers
    async with browser.stream("GET", SCRIPT_PATH, headers={"accept-encoding": "gzip"}) as answer:
        sent = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(sent) < len(SCRIPT)
    assert gzip.decompress(sent) == SCRIPT
    assert answer.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert answer.headers["etag"] != plain.headers["etag"]


async def test_what_was_compressed_ahead_is_taken(browser: httpx.AsyncClient) -> None:
    for accepted, coding, content in (
        ("gzip, br", "br", STYLE_AHEAD[".br"]),
        ("gzip", "gzip", STYLE_AHEAD[".gz"]),
        ("gzip, br;q=0", "gzip", STYLE_AHEAD[".gz"]),
    ):
        asked = browser.stream("GET", STYLE_PATH, headers={"accept-encoding": accepted})
        async with asked as answer:
            sent = b"".join([chunk async for chunk in answer.aiter_raw()])
        assert (answer.headers["content-encoding"], sent) == (coding, content)
    # Nobody asks for these by their own names.
    assert (await get(browser, f"{STYLE_PATH}.gz")).status_code == 404


async def test_what_is_dense_already_is_not_compressed(browser: httpx.AsyncClient) -> None:
    path = "/assets/font-BxK2abcd.woff2"
    assert "content-encoding" not in (await get(browser, path, accept_encoding="gzip")).headers


async def test_head_tells_what_get_would(browser: httpx.AsyncClient) -> None:
    for path in ("/", SCRIPT_PATH):
        told = await browser.head(path, headers={"accept-encoding": "identity"})
        got = await get(browser, path)
        assert (told.status_code, told.content) == (200, b"")
        dropped = {"date"}
        assert {k: v for k, v in told.headers.items() if k not in dropped} == {
            k: v for k, v in got.headers.items() if k not in dropped
        }


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/..%5c..%5csecret.txt",
        "/assets//../index.html",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/index.html%00.js",
        "/leak.txt",
        "/assets/.hidden.js",
        "/assets",
        "/assets/",
        "/./index.html",
    ],
)
async def test_no_path_leads_out_of_the_build(browser: httpx.AsyncClient, target: str) -> None:
    status, answer = await raw(browser, target)
    assert status == 404
    assert b"outside of the build" not in answer
    assert b'"code":"not_found"' in answer


async def test_what_no_page_has_is_refused_as_ever(browser: httpx.AsyncClient) -> None:
    for path in ("/nope", "/assets/nope-12345678.js", "/api/v1/nope", "/api", "/api/v1"):
        answer = await browser.get(path)
        assert answer.status_code == 404, path
        assert answer.json()["error"]["code"] == "not_found"
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        answer = await browser.request(method, "/")
        assert answer.status_code == 404, method


async def test_the_api_is_beside_the_pages(world: World, browser: httpx.AsyncClient) -> None:
    await world.publish("GET", "index.html", "SELECT 1 AS a")
    assert (await browser.get("/api/index.html")).json()["data"] == [{"a": 1}]
    assert (await browser.get("/health/live")).json() == {"status": "ok"}
    assert (await browser.get("/api/v1/about")).status_code == 200
    assert (await browser.post("/token/generate", json={})).status_code == 400


async def test_a_new_build_is_served_without_a_restart(world: World, tmp_path: Path) -> None:
    async with serve(world, tmp_path / "static") as http:
        missing = await http.get("/")
        assert missing.status_code == 503
        built = write_build(tmp_path / "static")
        assert (await http.get("/")).content == INDEX
        (built / "index.html").write_bytes(b"another")
        os.utime(built / "index.html", ns=(1, 1))
        assert (await http.get("/")).content == b"another"


async def test_without_a_build_a_page_says_how_to_make_one(world: World, tmp_path: Path) -> None:
    async with serve(world, tmp_path / "nothing") as http:
        answer = await http.get("/")
        assert answer.status_code == 503
        assert "make web" in answer.text
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        assert {name: answer.headers[name] for name in GUARDS} == GUARDS
        head = await http.head("/")
        assert (head.status_code, head.content) == (503, b"")
        assert (await http.get(SCRIPT_PATH)).json()["error"]["code"] == "not_found"
        assert (await http.get("/api/v1/about")).status_code == 200


async def test_pages_that_are_turned_off_are_not_there(tmp_path: Path) -> None:
    static = write_build(tmp_path / "static")
    async with open_world(tmp_path, web_enabled=False) as world, serve(world, static) as http:
        for path in ("/", "/index.html", SCRIPT_PATH):
            assert (await http.get(path)).json()["error"]["code"] == "not_found"
        assert (await http.get("/api/v1/about")).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("deflate", "identity"),
        ("br, gzip", "br"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("br;q=0, *", "gzip"),
        ("gzip;q=0.5, br; q=0", "gzip"),
        ("gzip;q=junk", "identity"),
        (",,;", "identity"),
    ],
)
def test_the_shortest_form_that_is_taken_is_chosen(accepted: str, coding: str) -> None:
    assert best_coding(accepted, ["br", "gzip", "identity"]) == coding


def test_tags_are_compared_whole() -> None:
    assert not is_known('"ab"', None)
    assert not is_known('"ab"', '"abc"')
    assert not is_known('"ab"', "ab")
    assert is_known('"ab"', ' W/"ab" ,"c"')
