"""What an import does to what is there, and what it leaves alone."""

from typing import Any

import pytest

from dbapi_platform.bundles.exporting import Selection
from dbapi_platform.bundles.reporting import BundleConflicts, ItemState
from dbapi_platform.errors import InvalidRequest
from tests.bundles.installations import exported, imported, item, macro
from tests.world import World

ROOT = {"bundle.yaml": "format: 1\n", "modules/default/module.yaml": "name: default\n"}


def endpoint(path: str, content: str, *, published: bool = True, more: str = "") -> dict[str, str]:
    text = (
        f"method: GET\npath: {path}\ndatasource: shop\nengine: sql\naccess: public\n"
        f"content: '{content}'\npublished: {str(published).lower()}\n{more}"
    )
    return {**ROOT, f"modules/default/endpoints/{path}.yaml": text}


async def state(world: World, path: str) -> tuple[str, int | None]:
    listed = await world.manage("GET", f"/endpoints?method=GET&path={path}", status=200)
    (found,) = listed["items"]
    return found["state"], found["live_version"]


async def conflict(world: World, files: dict[str, str], name: str) -> str:
    """Why the import is refused; it changed nothing."""
    before = await exported(world)
    with pytest.raises(BundleConflicts) as refused:
        await imported(world, files)
    assert await exported(world) == before
    (found,) = [item for item in refused.value.report.conflicts if item.name == name]
    return found.reason or ""


async def test_edits_that_are_only_here_are_kept_unless_they_may_go(any_world: World) -> None:
    await any_world.publish("GET", "edits", "SELECT 1 AS a")
    await any_world.draft("GET", "edits", "SELECT 2 AS mine")
    files = endpoint("edits", "SELECT 3 AS theirs")
    assert "never published" in await conflict(any_world, files, "GET edits")
    report = await imported(any_world, files, overwrite=True)
    assert item(report, "endpoint", "GET edits").state == "changed"
    assert await state(any_world, "edits") == ("live", 2)
    assert (await any_world.call("GET", "edits")).json()["data"] is not None


async def test_a_draft_that_some_version_has_is_no_loss(any_world: World) -> None:
    made = await any_world.publish("GET", "back", "SELECT 1 AS a")
    await any_world.publish("GET", "back", "SELECT 2 AS a")
    await any_world.manage("POST", f"/endpoints/{made['id']}/rollback", json={}, status=200)
    report = await imported(any_world, endpoint("back", "SELECT 3 AS a"))
    assert item(report, "endpoint", "GET back").state == "changed"
    assert await state(any_world, "back") == ("live", 3)


async def test_names_in_a_path_are_changed_only_where_that_is_wanted(any_world: World) -> None:
    await any_world.publish("GET", "named/{a}", "SELECT {{ a }} AS a")
    files = endpoint("named/{b}", "SELECT {{ b }} AS a")
    reason = await conflict(any_world, files, "GET named/{b}")
    assert "taken by GET named/{a}" in reason
    await imported(any_world, files, overwrite=True)
    assert (await state(any_world, "named/{b}"))[0] == "live"


async def test_what_is_live_here_stays_live(any_world: World) -> None:
    await any_world.publish("GET", "stays", "SELECT 1 AS a")
    files = endpoint("stays", "SELECT 2 AS a", published=False)
    report = await imported(any_world, files)
    found = item(report, "endpoint", "GET stays")
    assert (found.state, "stays so" in found.notes[0]) == ("changed", True)
    assert await state(any_world, "stays") == ("edited", 1)


async def test_only_here_is_told_and_left(any_world: World) -> None:
    await any_world.publish("GET", "lonely", "SELECT 1 AS a", module="apart")
    whole = await imported(any_world, ROOT, dry_run=True)
    assert item(whole, "endpoint", "GET lonely").state == "only_here"
    assert item(whole, "datasource", "shop").state == "only_here"
    partial = {"bundle.yaml": "format: 1\npartial: true\n"}
    assert (await imported(any_world, partial, dry_run=True)).items == []
    assert (await any_world.call("GET", "lonely")).status_code == 200


async def test_a_macros_new_text_is_taken_by_the_bundles_endpoints(any_world: World) -> None:
    await macro(any_world, "one", "{% macro one() %}1{% endmacro %}")
    await any_world.publish("GET", "uses", "SELECT {{ one() }} AS a", module="users")
    files = await exported(any_world, Selection(modules=("users",)))
    assert "macros/one.yaml" in files
    changed = {path: text.replace("%}1{%", "%}11{%") for path, text in files.items()}
    report = await imported(any_world, changed)
    assert item(report, "macro", "one").state == "changed"
    assert item(report, "endpoint", "GET uses").state == "changed"
    assert await state(any_world, "uses") == ("live", 2)
    assert await exported(any_world, Selection(modules=("users",))) == changed
    assert {item.state for item in (await imported(any_world, changed)).items} == {"unchanged"}


@pytest.mark.parametrize(
    ("files", "name", "told"),
    [
        (
            {"macros/one.yaml": "name: one\nlanguage: python\ncontent: 'def a(): pass'\n"
                                "published: true\n"},
            "one", "is written in sql",
        ),
        (
            {"macros/new.yaml": "name: new\ncontent: '{% macro new( %}'\npublished: true\n"},
            "new", "content",
        ),
        (
            {"groups/g.yaml": "name: g\nendpoints: [GET nowhere/at/all]\n"},
            "g", "no endpoint GET nowhere/at/all",
        ),
        (
            {"datasources/d.yaml": "name: d\nproduct_type: sqlite\ndatabase: ../../etc/passwd\n"},
            "d", "must be inside",
        ),
        (
            {"datasources/d.yaml": "name: d\nproduct_type: postgresql\nhost: h\nusername: u\n"
                                   "database: d\noptions: {sslpassword: x}\n"},
            "d", "'sslpassword' is not known",
        ),
        (endpoint("bad", "SELECT {{ a | sql_int"), "GET bad", "content"),
        (endpoint("bad", "SELECT ''{{ a }}''"), "GET bad", "content"),
    ],
)  # fmt: skip
async def test_what_stands_in_the_way_is_told(
    any_world: World, files: dict[str, str], name: str, told: str
) -> None:
    assert told in await conflict(any_world, ROOT | files, name)


async def test_tests_are_imported_and_not_run(any_world: World) -> None:
    more = "tests:\n  never: assert False\n"
    report = await imported(any_world, endpoint("tested", "SELECT 1 AS a", more=more))
    assert item(report, "endpoint", "GET tested").notes == ["its tests were not run"]
    listed = await any_world.manage("GET", "/endpoints?method=GET&path=tested", status=200)
    url = f"/endpoints/{listed['items'][0]['id']}"
    versions = await any_world.manage("GET", f"{url}/versions", status=200)
    assert "not run" in versions["items"][0]["forced"]
    tests = await any_world.manage("GET", f"{url}/tests", status=200)
    assert [test["content"] for test in tests["items"]] == ["assert False"]


async def test_a_datasource_that_is_there_is_never_changed(any_world: World) -> None:
    other = "name: shop\nproduct_type: postgresql\nhost: evil\nusername: u\ndatabase: d\n"
    report = await imported(any_world, {"bundle.yaml": "format: 1\n", "datasources/s.yaml": other})
    found = item(report, "datasource", "shop")
    assert (found.state, found.notes) == (
        ItemState.UNCHANGED, ["is another here and stays as it is"]
    )  # fmt: skip
    listed: dict[str, Any] = await any_world.manage("GET", "/datasources", status=200)
    assert {row["host"] for row in listed["items"] if row["name"] == "shop"} == {None}


async def test_how_an_endpoint_answers_arrives_in_full_and_short(any_world: World) -> None:
    more = (
        "cache: 60\nallow_async: true\nlimits: {max_export_rows: 500}\n"
        "page: {style: offset, by: [-a]}\n"
    )
    await imported(any_world, endpoint("answered", "SELECT 1 AS a", more=more))
    listed = await any_world.manage("GET", "/endpoints?method=GET&path=answered", status=200)
    url = f"/endpoints/{listed['items'][0]['id']}/draft"
    draft = await any_world.manage("GET", url, status=200)
    assert draft["cache"] == {"ttl": 60, "vary": []}
    assert draft["page"] == {"style": "offset", "by": ["-a"], "size": 100}
    assert (draft["max_export_rows"], draft["allow_async"]) == (500, True)
    # What is not said is not asked for.
    await imported(any_world, endpoint("answered", "SELECT 1 AS a", more="allow_async: false\n"))
    draft = await any_world.manage("GET", url, status=200)
    names = ("cache", "page", "max_export_rows", "allow_async")
    assert [draft[name] for name in names] == [None] * 4


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ("cache: yes", "cache"), ("cache: [60]", "cache"), ("cache: {ttl: '60'}", "cache.ttl"),
        ("cache: {ttl: 1, vary: [path]}", "cache.vary.0"), ("cache: {tll: 1}", "cache.tll"),
        ("page: id", "page"), ("page: {style: offset}", "page.by"), ("allow_async: 1",
        "allow_async"), ("limits: {max_export_rows: 0}", "limits.max_export_rows"),
        ("limits: {rate_limit: 99999999999999999999}", "limits.rate_limit"),
    ],
)  # fmt: skip
async def test_what_is_no_such_rule_is_told_by_its_place(
    any_world: World, more: str, place: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        await imported(any_world, endpoint("wrong", "SELECT 1 AS a", more=more))
    fields = [detail.field for detail in refused.value.details]
    assert f"modules/default/endpoints/wrong.yaml: {place}" in fields


async def test_a_rule_that_is_broken_stands_in_the_way(any_world: World) -> None:
    text = "SELECT {{ client.id | sql_string }} AS a"
    reason = await conflict(any_world, endpoint("kept", text, more="cache: 60\n"), "GET kept")
    assert "cache.vary: expected [client]" in reason
