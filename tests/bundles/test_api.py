"""Bundles over HTTP: a zip archive or JSON in, a plan or an import out."""

import io
import stat
import zipfile
from typing import Any

import pytest
import pytest_asyncio
from sqlmodel import select

from dbapi_platform.bundles import reading
from dbapi_platform.bundles.files import MAX_FILE_BYTES, write_archive
from dbapi_platform.store import AuditEntry
from tests.bundles.installations import exported
from tests.world import World

ZIP = {"Content-Type": "application/zip"}
ROOT = {"bundle.yaml": "format: 1\n", "modules/default/module.yaml": "name: default\n"}


@pytest_asyncio.fixture(scope="module")
async def shop(world: World) -> World:
    await world.publish("GET", "one/{id}", "SELECT {{ id | sql_int }} AS id")
    await world.publish("GET", "two", "SELECT 2 AS a", module="other")
    return world


async def archive(world: World, query: str = "", **kwargs: Any) -> zipfile.ZipFile:
    answer = await world.manage("GET", f"/bundle{query}", **kwargs)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


async def send(world: World, what: str, data: bytes, query: str = "", **kwargs: Any) -> Any:
    return await world.manage("POST", f"/bundle/{what}{query}", content=data, headers=ZIP, **kwargs)


def endpoint(content: str, path: str = "one/{id}", **more: str) -> dict[str, str]:
    fields = {"datasource": "shop", "engine": "sql", "access": "public", "published": "true"} | more
    lines = [f"{key}: {value}" for key, value in fields.items()]
    text = "\n".join(["method: GET", f"path: {path}", *lines, f"content: '{content}'", ""])
    return ROOT | {"modules/default/endpoints/x.yaml": text}


async def test_what_is_exported_is_what_is_there(shop: World) -> None:
    found = await archive(shop)
    files = {name: found.read(name).decode() for name in found.namelist()}
    assert files == await exported(shop)
    only = (await archive(shop, "?module=other")).namelist()
    assert only == [
        "bundle.yaml", "datasources/shop.yaml", "modules/other/endpoints/two/GET.yaml",
        "modules/other/module.yaml",
    ]  # fmt: skip
    one = await archive(shop, "?endpoint=GET one/{other_name}")
    assert "modules/default/endpoints/one/{id}/GET.yaml" in one.namelist()
    assert "partial: true" in one.read("bundle.yaml").decode()
    for query in ("?module=none", "?endpoint=GET none", "?endpoint=0"):
        assert (await shop.manage("GET", f"/bundle{query}")).status_code == 404


async def test_a_plan_tells_and_changes_nothing(shop: World) -> None:
    before = await exported(shop)
    body = {"files": endpoint("SELECT {{ id | sql_int }} AS other", access="private")}
    plan = await shop.manage("POST", "/bundle/plan", json=body, status=200)
    assert plan["imported"] is False
    assert plan["counts"] == {
        "created": 0, "changed": 1, "unchanged": 1, "conflicting": 0, "only_here": 3
    }  # fmt: skip
    (item,) = [item for item in plan["items"] if item["state"] == "changed"]
    assert (item["kind"], item["name"], item["module"]) == ("endpoint", "GET one/{id}", "default")
    assert "+SELECT {{ id | sql_int }} AS other" in item["diff"]["content"]
    assert item["diff"]["breaking"] == ["access is now private: callers need a client's token"]
    dry = await shop.manage("POST", "/bundle/import?dry_run=true", json=body, status=200)
    assert dry == plan
    assert await exported(shop) == before


async def test_an_import_is_live_when_it_returns_and_is_audited(shop: World) -> None:
    files = endpoint("SELECT {{ id | sql_int }} AS number")
    done = await send(shop, "import", write_archive(files), "?message=From%20staging", status=200)
    assert (done["imported"], done["counts"]["changed"]) == (True, 1)
    assert (await shop.call("GET", "one/7")).json()["data"] == [{"number": 7}]
    listed = await shop.manage("GET", "/endpoints?path=one/{id}&method=GET", status=200)
    url = f"/endpoints/{listed['items'][0]['id']}/versions"
    versions = await shop.manage("GET", url, status=200)
    assert versions["items"][0]["message"] == "From staging"
    async with shop.platform.services.database.session() as session:
        entries = list(await session.exec(select(AuditEntry)))
    assert {entry.actor for entry in entries if "import_" in entry.action} == {"admin"}


async def test_conflicts_are_named_and_nothing_is_imported(shop: World) -> None:
    before = await exported(shop)
    files = endpoint("SELECT ''{{ id }}''") | {
        "modules/fresh/module.yaml": "name: fresh\n",
        "modules/fresh/endpoints/a.yaml": "method: GET\npath: fresh\ndatasource: nowhere\n"
        "engine: sql\ncontent: SELECT 1\npublished: true\n",
    }
    answer = await send(shop, "import", write_archive(files))
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert error["code"] == "conflict"
    told = {detail["field"]: detail["message"] for detail in error["details"]}
    assert "inside" in told["endpoint GET one/{id}"] or "quot" in told["endpoint GET one/{id}"]
    assert "no datasource named 'nowhere'" in told["endpoint GET fresh"]
    assert await exported(shop) == before


async def test_who_may_not_is_told_by_item(shop: World) -> None:
    await shop.add_user("dev", "Dev")
    await shop.add_user("viewer", "Viewer")
    files = endpoint("SELECT 3", "three") | {
        "groups/a.yaml": "name: a\nendpoints: []\n",
        "datasources/b.yaml": "name: b\nproduct_type: sqlite\ndatabase: b.sqlite3\n",
    }
    plan = await send(shop, "plan", write_archive(files), user="dev", status=200)
    states = {item["name"]: (item["state"], item["reason"]) for item in plan["items"]}
    assert states["GET three"] == ("created", None)
    assert states["a"][0] == states["b"][0] == "conflicting"
    assert "group:create" in states["a"][1]
    assert "datasource:create" in states["b"][1]
    assert (await send(shop, "import", write_archive(files), user="dev")).status_code == 409
    assert (await send(shop, "plan", write_archive(files), user="viewer")).status_code == 403
    assert (await archive(shop, user="viewer")).namelist()


def zipped(*entries: tuple[str, bytes], mode: int = 0o100644, method: int = 8) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as found:
        for name, data in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            found.writestr(info, data, method)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "not a zip archive"),
        (b"PK\x03\x04 junk", "not a zip archive"),
        (zipped(("../bundle.yaml", b"")), "not a path within"),
        (zipped(("/bundle.yaml", b"")), "not a path within"),
        (zipped(("a\\b.yaml", b"")), "not a path within"),
        (zipped(("c:b.yaml", b"")), "not a path within"),
        (zipped(("bundle.yaml", b"x"), mode=stat.S_IFLNK | 0o777), "is a link"),
        (zipped(("bundle.yaml", b"format: 1"), method=zipfile.ZIP_BZIP2), "another way"),
        (zipped(("bundle.yaml", b" " * (MAX_FILE_BYTES + 1))), "larger than"),
        (zipped(*((f"{n}.txt", b" " * MAX_FILE_BYTES) for n in range(26))), "at most"),
        (zipped(("bundle.yaml", b"\xff")), "not UTF-8"),
        (zipped(("other.txt", b"")), "bundle.yaml: is missing"),
        (zipped(("bundle.yaml", b"format: 2")), "format"),
        (zipped(("bundle.yaml", b"format: 1"))[:-4], "not a zip archive"),
    ],
)
async def test_strange_archives_are_refused(shop: World, data: bytes, told: str) -> None:
    answer = await send(shop, "plan", data)
    assert answer.status_code == 422, answer.text
    assert told in answer.json()["message"]


async def test_what_is_too_large_is_not_read(shop: World) -> None:
    answer = await send(shop, "plan", b"x" * (20 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("body", [{}, {"files": []}, {"files": {"a": 1}}, {"files": {"": ""}}, []])
async def test_other_json_is_refused(shop: World, body: Any) -> None:
    answer = await shop.manage("POST", "/bundle/plan", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid_request"


async def test_what_is_wrong_all_over_is_not_read_to_its_end(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    junk = "".join(f"unknown{i}: 1\n" for i in range(2_000))
    files = ROOT | {f"modules/default/endpoints/{i}.yaml": junk for i in range(20)}
    answer = await shop.manage("POST", "/bundle/plan", json={"files": files})
    assert answer.status_code == 422
    # Of the first of these files fifty problems are told, and the others are not looked at.
    assert answer.json()["message"].endswith("; and 45 more")
    monkeypatch.setattr(reading, "MAX_VALUES", 10)
    answer = await shop.manage("POST", "/bundle/plan", json={"files": endpoint("SELECT 1")})
    assert answer.json()["message"] == "A bundle has at most 10 values"
