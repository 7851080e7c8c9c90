"""How the catalogue answers: in pages, in short forms, once, and without asking the database."""

import asyncio
import gzip
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from dbapi_platform.catalogue import app, library
from dbapi_platform.catalogue.bases import server_of
from tests.catalogue.reading import JSON_PATHS, as_client, document, listed, read
from tests.world import World, open_world

VARY = {"Authorization", "Cookie", "X-DBAPI-Page", "Accept-Encoding"}


@pytest.fixture(scope="module")
async def filled(world: World) -> World:
    """Seven endpoints in two modules."""
    await world.manage("POST", "/modules", json={"name": "Zoo"}, status=201)
    for number in range(5):
        await world.publish(
            "GET", f"list/of-{number}", "SELECT 1 AS a", name=f"Räder {number}",
            description="Wheels we sell", module="Zoo" if number % 2 else "default",
        )  # fmt: skip
    await world.publish("POST", "list/more", "SELECT 1 AS a")
    made = await world.publish("GET", "list/closed", "SELECT 1 AS a", access="private")
    world.tokens["client"] = (await as_client(world, await world.client("c", made)))[
        "Authorization"
    ]
    return world


async def test_a_list_comes_in_pages(filled: World) -> None:
    whole = (await read(filled, "/catalog/endpoints")).json()
    assert whole["next"] is None
    assert whole["total"] == len(whole["items"]) == 6
    assert whole["modules"] == [
        {"name": "Zoo", "endpoints": 2},
        {"name": "default", "endpoints": 4},
    ]
    items: list[Any] = []
    cursor = None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = await filled.http.get("/catalog/endpoints", params=query)
        page = answer.json()
        assert page["total"] == 6
        items += page["items"]
        if (cursor := page["next"]) is None:
            break
    assert items == whole["items"]


async def test_a_list_is_searched_and_narrowed(filled: World) -> None:
    assert await listed(filled, search="rÄDER 3") == {"GET list/of-3"}
    assert await listed(filled, search="sell wheels zoo") == {"GET list/of-1", "GET list/of-3"}
    assert await listed(filled, search="nothing") == set()
    assert await listed(filled, module="Zoo") == {"GET list/of-1", "GET list/of-3"}
    assert await listed(filled, method="POST") == {"POST list/more"}
    assert await listed(filled, access="private") == set()
    own = {"Authorization": filled.tokens["client"]}
    assert await listed(filled, own, access="private") == {"GET list/closed"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"), ({"limit": "x"}, "limit"), ({"limit": "201"}, "limit"),
        ({"cursor": "x"}, "cursor"), ({"cursor": "WzFd"}, "cursor"), ({"method": "get"}, "method"),
        ({"access": "all"}, "access"), ({"sort": "path"}, "sort"),
        ({"search": "x" * 201}, "search"),
    ],
)  # fmt: skip
async def test_a_wrong_question_is_told_what_is_wrong(
    filled: World, query: dict[str, str], field: str
) -> None:
    answer = await filled.http.get("/catalog/endpoints", params=query)
    assert answer.status_code == 422
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]


@pytest.mark.parametrize("path", [*JSON_PATHS, "/catalog/endpoints/GET/list/of-1"])
async def test_who_has_it_is_sent_nothing_and_each_caller_their_own(
    filled: World, path: str
) -> None:
    answer = await read(filled, path)
    assert answer.status_code == 200
    assert {name.strip() for name in answer.headers["vary"].split(",")} == VARY
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    known = {"If-None-Match": answer.headers["etag"]}
    again = await read(filled, path, known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]
    assert {name.strip() for name in again.headers["vary"].split(",")} == VARY
    if path in JSON_PATHS:
        other = await read(filled, path, known | {"Authorization": filled.tokens["client"]})
        assert other.status_code == 200
        assert "list/closed" in other.text
        assert "list/closed" not in answer.text


async def test_a_document_is_sent_short_to_whom_takes_it(filled: World) -> None:
    plain = await read(filled, "/catalog/openapi.json", {"Accept-Encoding": "identity"})
    sent = filled.http.stream("GET", "/catalog/openapi.json", headers={"Accept-Encoding": "gzip"})
    async with sent as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert answer.headers["etag"] != plain.headers["etag"]


async def test_nothing_is_asked_of_the_database_for_nobody_and_for_clients(filled: World) -> None:
    await filled.platform.snapshots.refresh()
    asked: list[str] = []

    def note(*arguments: Any) -> None:
        if "change_counter" not in arguments[2]:
            asked.append(arguments[2])

    engine = filled.platform.services.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        for headers in ({}, {"Authorization": filled.tokens["client"]}):
            for path in (*JSON_PATHS, "/catalog/endpoints/GET/list/of-1"):
                assert (await filled.http.get(path, headers=headers)).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert asked == []


async def test_a_document_is_written_once_until_something_changes(
    filled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = library.write_document

    def counted(told: Any, **rest: Any) -> bytes:
        # However many there are, requests are not kept waiting.
        assert threading.current_thread() is not threading.main_thread()
        written.append(len(told))
        return write(told, **rest)

    monkeypatch.setattr(library, "write_document", counted)
    await filled.publish("GET", "list/new", "SELECT 1 AS a")
    await filled.platform.snapshots.refresh()
    path, own = "/catalog/openapi.json", {"Authorization": filled.tokens["client"]}
    await asyncio.gather(*(filled.http.get(path) for _ in range(5)))
    await filled.http.get(path, headers=own)
    await filled.http.get(path, headers=own)
    assert sorted(written) == [7, 8]


async def test_many_endpoints_are_listed_and_few_documents_kept(
    filled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "AT_ONCE", 1)
    monkeypatch.setattr(library, "MOST_BYTES", 1)
    own = {"Authorization": filled.tokens["client"]}
    for headers in ({}, own, {}, own):
        found = await document(filled, headers)
        assert ("/list/closed" in found["paths"]) == bool(headers)
        assert ("GET list/closed" in await listed(filled, headers)) == bool(headers)


async def test_only_reading_is_answered(filled: World) -> None:
    for path in JSON_PATHS:
        head = await filled.http.head(path)
        assert head.status_code == 200
        for method in ("POST", "PUT", "DELETE"):
            answer = await filled.http.request(method, path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (
                405, "method_not_allowed",
            )  # fmt: skip
    answer = await filled.http.get("/catalog/nothing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_a_catalogue_that_is_turned_off_is_not_there(tmp_path: Path) -> None:
    async with open_world(tmp_path, catalogue_enabled=False) as world:
        for path in ("/catalog", *JSON_PATHS, "/api/v1/catalog/endpoints"):
            answer = await world.http.get(path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_without_the_pages_there_is_no_page_and_no_cookie(tmp_path: Path) -> None:
    async with open_world(tmp_path, web_enabled=False) as world:
        assert (await world.http.get("/catalog")).status_code == 404
        assert (await world.http.get("/catalog/endpoints")).json()["total"] == 0


@pytest.mark.parametrize(
    ("public_url", "server"),
    [
        ("https://data.example.com", "https://data.example.com/api"),
        ("https://data.example.com/x", "https://data.example.com/x/api"),
        ("http://127.0.0.1:8000", "/api"),
        ("http://localhost:8000/x", "/x/api"),
        ("http://0.0.0.0:8000", "/api"),
        ("http://[::1]:8000", "/api"),
    ],
)
def test_the_server_is_named_where_others_reach_it(public_url: str, server: str) -> None:
    assert server_of(public_url) == server


async def test_examples_call_the_platform_where_it_was_asked(tmp_path: Path) -> None:
    local, public = "http://127.0.0.1:8000", "https://data.example.com"
    for name, at, host, expected in (
        ("local", local, "lab:9000", "http://lab:9000"),
        ("odd", local, "bad host'", local),
        ("public", public, "lab:9000", public),
    ):
        directory = tmp_path / name
        directory.mkdir()
        async with open_world(directory, public_url=at) as world:
            await world.publish("GET", "one", "SELECT 1 AS a")
            path = "/catalog/endpoints/GET/one"
            found = (await read(world, path, {"Host": host})).json()
            assert found["url"] == f"{expected}/api/one"
            assert f"{expected}/api/one" in found["snippets"]["curl"]
            servers = (await document(world))["servers"]
            assert servers == [{"url": f"{public}/api" if at == public else "/api"}]
