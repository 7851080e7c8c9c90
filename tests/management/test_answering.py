"""How an endpoint keeps, pages and exports its answers is checked when it is saved."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dbapi_platform.creating import create_limits
from dbapi_platform.datasources import POSTGRESQL
from dbapi_platform.engines.errors import InvalidDefinition
from dbapi_platform.publishing.definition import Definition, PageRule
from dbapi_platform.publishing.examining import compile_definition
from tests.management.people import refusal
from tests.management.test_draft_checks import check
from tests.world import World, make_settings

PAGE: dict[str, Any] = {"style": "keyset", "by": ["-created_at", "id"], "size": 100}
ANSWERED: dict[str, Any] = {
    "cache": {"ttl": 60, "vary": ["client"]}, "page": PAGE, "max_export_rows": 5_000_000,
    "allow_async": True,
}  # fmt: skip
CLIENT = "SELECT {{ client.name | sql_string }} AS a"
SCRIPT = {"engine": "script", "path": "checked"}
IS_TOLD = "if client['id']:\n    result = 1\nelse:\n    result = 2"


async def errors(world: World, **fields: Any) -> dict[str, str]:
    found = (await check(world, **({"path": "checked"} | fields)))["problems"]
    told = {p["field"]: p["message"] for p in found if p["severity"] == "error"}
    assert all(p["hint"] for p in found if p["severity"] == "error" and p["field"]), found
    return told


async def save(world: World, **fields: Any) -> Any:
    body = {
        "method": "GET", "path": "answered", "engine": "sql", "datasource": "shop",
        "content": "SELECT 1 AS a", **fields,
    }  # fmt: skip
    return await world.manage("PUT", "/drafts", json=body)


async def test_a_draft_is_answered_as_it_was_saved_and_a_version_too(any_world: World) -> None:
    endpoint = await any_world.publish("GET", "answered/all", "SELECT 1 AS a", **ANSWERED)
    url = f"/endpoints/{endpoint['id']}"
    draft = await any_world.manage("GET", f"{url}/draft", status=200)
    assert {name: draft[name] for name in ANSWERED} == ANSWERED
    version = await any_world.manage("GET", f"{url}/versions/1", status=200)
    assert {name: version["definition"][name] for name in ANSWERED} == ANSWERED
    again = await any_world.manage("PUT", "/drafts", json=draft, status=200)
    assert (again["changed"], again["state"]) == (False, "live")
    back = await any_world.manage("PUT", "/drafts", json=version["definition"], status=200)
    assert back["state"] == "live"


async def test_what_is_short_or_not_said_means_what_it_means_in_full(any_world: World) -> None:
    short = {"cache": 60, "page": {"style": "offset", "by": ["a"]}, "allow_async": False}
    endpoint = await any_world.draft("GET", "answered/short", "SELECT 1 AS a", **short)
    draft = await any_world.manage("GET", f"/endpoints/{endpoint['id']}/draft", status=200)
    assert draft["cache"] == {"ttl": 60, "vary": []}
    assert draft["page"] == {"style": "offset", "by": ["a"], "size": 100}
    assert (draft["max_export_rows"], draft["allow_async"]) == (None, None)
    again = await any_world.draft("GET", "answered/short", "SELECT 1 AS a", **short)
    assert again["changed"] is False


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"cache": {"ttl": 0}}, {"cache.ttl": "expected 1 to 86,400 seconds, got 0"}),
        ({"cache": 86_401}, {"cache.ttl": "expected 1 to 86,400 seconds, got 86,401"}),
        ({"cache": 60, "method": "POST"}, {
            "cache": "is only for GET endpoints, and this one is POST"}),
        ({"cache": {"ttl": 60, "vary": ["client", "client"]}}, {
            "cache.vary": "names client twice"}),
        ({"page": PAGE, "method": "POST"}, {
            "page": "is only for GET endpoints, and this one is POST"}),
        ({"page": PAGE, "transform": "result = 1"}, {
            "page": "cannot be together with a transform: it would see one page only"}),
        ({"page": PAGE, "content": "result = 1", **SCRIPT}, {
            "page": "is only for sql endpoints"}),
        ({"page": PAGE | {"by": []}}, {"page.by": "expected 1 to 8 columns, got 0"}),
        ({"page": PAGE | {"by": list("abcdefghi")}}, {
            "page.by": "expected 1 to 8 columns, got 9"}),
        ({"page": PAGE | {"by": ["a", "-a"]}}, {"page.by.1": "names a a second time"}),
        ({"page": PAGE | {"size": 0}}, {"page.size": "expected 1 to 10,000 rows, got 0"}),
        ({"page": PAGE | {"size": 10_001}}, {
            "page.size": "expected 1 to 10,000 rows, got 10,001"}),
        ({"page": PAGE, "max_rows": 50}, {"page.size": "expected 1 to 50 rows, got 100"}),
        ({"page": PAGE | {"size": 200_000}, "max_rows": 200_000}, {
            "page.size": "expected 1 to 100,000 rows, got 200,000"}),
        ({"max_export_rows": 0}, {"max_export_rows": "expected 1 to 10,000,000 rows, got 0"}),
        ({"max_export_rows": 10_000_001}, {
            "max_export_rows": "expected 1 to 10,000,000 rows, got 10,000,001"}),
    ],
)  # fmt: skip
async def test_each_rule_is_told_by_its_field_and_saved_by_nobody(
    world: World, fields: dict[str, Any], wrong: dict[str, str]
) -> None:
    content = {"content": "SELECT 1 AS a"}
    assert await errors(world, **content | fields) == wrong
    answer = await save(world, **fields)
    refusal(answer, 422)
    error = answer.json()["error"]
    assert error["code"] == "invalid_definition"
    assert {detail["field"]: detail["message"] for detail in error["details"]} == wrong


@pytest.mark.parametrize("column", ["", "-", "--a", "a b", "a.b", "1a", "é", '"a"', "a\n", "+a"])
async def test_pages_are_ordered_by_plain_columns_alone(world: World, column: str) -> None:
    told = await errors(world, content="SELECT 1 AS a", page=PAGE | {"by": ["id", column]})
    assert list(told) == ["page.by.1"]


@pytest.mark.parametrize("name", ["page", "page_size", "after"])
async def test_what_asks_for_a_page_is_no_parameter_of_a_paged_endpoint(
    world: World, name: str
) -> None:
    used = f"SELECT {{{{ {name} | sql_int }}}} AS a"
    declared = {"params": {name: {"type": "integer"}}}
    for fields in (
        {"content": used}, {"content": "SELECT 1 AS a", **declared},
        {"content": "SELECT 1 AS a", "path": f"checked/{{{name}}}"},
    ):  # fmt: skip
        assert list(await errors(world, page=PAGE, **fields)) == [f"params.{name}"]
        assert await errors(world, **fields) == {}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"cache": True}, "cache"),
        ({"cache": "60"}, "cache"),
        ({"cache": {"ttl": "60"}}, "cache.ttl"),
        ({"cache": {"ttl": True}}, "cache.ttl"),
        ({"cache": {"ttl": 10**30}}, "cache.ttl"),
        ({"cache": {}}, "cache.ttl"),
        ({"cache": {"ttl": 1, "vary": ["path"]}}, "cache.vary.0"),
        ({"cache": {"ttl": 1, "for": 1}}, "cache.for"),
        ({"page": "id"}, "page"),
        ({"page": ["id"]}, "page"),
        ({"page": {"by": ["id"]}}, "page.style"),
        ({"page": {"style": "cursor", "by": ["id"]}}, "page.style"),
        ({"page": {"style": "offset"}}, "page.by"),
        ({"page": {"style": "offset", "by": "id"}}, "page.by"),
        ({"max_export_rows": True}, "max_export_rows"),
        ({"max_export_rows": 1.5}, "max_export_rows"),
        ({"allow_async": "yes"}, "allow_async"),
        ({"allow_async": 1}, "allow_async"),
    ],
)
async def test_what_is_no_such_value_is_refused_by_its_field(
    world: World, fields: dict[str, Any], field: str
) -> None:
    (problem,) = (await check(world, **fields))["problems"]
    assert problem["field"] == field
    answer = await save(world, **fields)
    assert answer.status_code == 422
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]


async def test_a_rule_that_is_none_is_told_what_it_should_be(world: World) -> None:
    (cache,) = (await check(world, cache=True))["problems"]
    assert cache["message"] == "expected seconds, or a mapping such as {ttl: 60, vary: [client]}"
    (page,) = (await check(world, page=5))["problems"]
    assert "{style: keyset, by: [-created_at, id], size: 100}" in page["message"]


@pytest.mark.parametrize(
    "fields",
    [
        {"content": CLIENT},
        {"content": "{% set me = client %}SELECT 1 AS a, {{ me.id | sql_string }}"},
        {"content": "SELECT 1 {% if client['groups'] %}, 2{% endif %}"},
        {"content": "SELECT {{ whoever() }} AS a"},
        {"content": "SELECT 1 AS a", "transform": "result = [client['name']]"},
        {"content": "result = client", **SCRIPT},
        {"content": IS_TOLD, **SCRIPT},
        {"content": "def execute(params):\n    return f\"{client['id']}\"", **SCRIPT},
        {"content": "result = asked()", **SCRIPT},
        {
            "content": "SELECT {{ n | sql_int }} AS a",
            "params": {"n": {"type": "integer", "validate":
                             "def validate(value, params):\n    return client['name'] != 'x'"}},
        },
    ],
)  # fmt: skip
async def test_what_reads_the_client_is_kept_for_each_client(
    world: World, fields: dict[str, Any]
) -> None:
    for name, language, text in (
        ("whoever", "sql", "{% macro whoever() %}{{ client.id | sql_string }}{% endmacro %}"),
        ("asked", "python", "def asked():\n    return client['id']\n"),
        # One that nobody uses counts for nobody.
        ("unused", "sql", "{% macro unused() %}{{ client.id | sql_string }}{% endmacro %}"),
    ):
        body = {"name": name, "language": language, "content": text}
        made = await world.manage("PUT", "/macros", json=body, status=200)
        await world.manage("POST", f"/macros/{made['id']}/publish", json={}, status=200)
    assert list(await errors(world, cache=60, **fields)) == ["cache.vary"]
    assert await errors(world, cache={"ttl": 60, "vary": ["client"]}, **fields) == {}
    assert await errors(world, **fields) == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"content": "SELECT 'client' AS client -- client"},
        {"content": "{% set client = 1 %}SELECT {{ client }} AS a"},
        {"content": "{% macro m(client) %}{{ client }}{% endmacro %}SELECT {{ m(1) }}"},
        {"content": "result = {'client': 'client'}  # client", **SCRIPT},
        {"content": "result = params.get('client')", **SCRIPT},
    ],
)
async def test_what_only_says_client_is_the_same_for_all(
    world: World, fields: dict[str, Any]
) -> None:
    assert await errors(world, cache=60, **fields) == {}


@pytest.mark.parametrize(
    ("content", "writes"),
    [
        ("INSERT INTO orders (id) VALUES ({{ id | sql_int }}) RETURNING id", True),
        ("SELECT 1; delete from orders", True),
        ("-- SELECT\nUPDATE orders SET id = {{ id | sql_int }}", True),
        ("{% if a %}SELECT 1{% else %}; DELETE FROM orders{% endif %}", True),
        ("WITH gone AS (DELETE FROM orders RETURNING id) SELECT id FROM gone", True),
        ("WITH old AS (SELECT 1 AS id) DELETE FROM orders", True),
        ("SELECT 'INSERT INTO orders', \"delete\" FROM t -- UPDATE", False),
        ("WITH a AS (SELECT 1 AS replace) SELECT replace FROM a", False),
        ("(SELECT 1) UNION (SELECT 2)", False),
        ("SHOW TABLES", False),
        ("EXPLAIN SELECT 1", False),
    ],
)
async def test_answers_of_what_surely_writes_are_not_kept(
    world: World, content: str, writes: bool
) -> None:
    told = await errors(world, cache=60, content=content)
    assert list(told) == (["cache"] if writes else [])
    assert ("a statement here writes" in told.get("cache", "")) is writes


async def test_every_problem_is_told_at_once(world: World) -> None:
    found = await errors(
        world, method="DELETE", content="SELECT {{ page | nope }}", cache={"ttl": -1},
        page={"style": "offset", "by": ["a b"], "size": -1}, max_export_rows=-1,
    )  # fmt: skip
    assert set(found) == {
        None, "cache", "cache.ttl", "page", "page.by.0", "page.size", "params.page",
        "max_export_rows",
    }  # fmt: skip


async def test_a_version_has_its_limits_set(any_world: World) -> None:
    endpoint = await any_world.publish("GET", "answered/limits", "SELECT 1 AS a", max_rows=70)
    url = f"/endpoints/{endpoint['id']}"
    version = await any_world.manage("GET", f"{url}/versions/1", status=200)
    assert version["definition"]["max_export_rows"] == 70
    # It is as many as before there were exports: nothing has changed.
    plan = await any_world.manage("GET", f"{url}/plan", status=200)
    assert (plan["changes"], plan["diff"]["fields"]) == (False, [])
    await any_world.draft("GET", "answered/limits", "SELECT 1 AS a", max_rows=71)
    plan = await any_world.manage("GET", f"{url}/plan", status=200)
    assert [one["field"] for one in plan["diff"]["fields"]] == ["max_rows"]
    assert plan["contract"] == []


async def test_a_setting_that_is_lowered_later_takes_no_version_away(world: World) -> None:
    engines = world.platform.services.engines
    limits = replace(engines.limits, default_rows=10, max_rows=10, max_export_rows=100)
    lower = replace(engines, limits=limits)
    definition = Definition(
        method="GET", path="wide", engine="sql", datasource_id="d", content="SELECT 1 AS id",
        page=PageRule("offset", ("id",), 1_000), max_export_rows=5_000, max_rows=1_000,
    )  # fmt: skip
    kept = await compile_definition(definition, dialect=POSTGRESQL, engines=lower)
    assert (kept.max_rows, kept.max_export_rows) == (10, 100)
    with pytest.raises(InvalidDefinition) as refused:
        await compile_definition(definition, dialect=POSTGRESQL, engines=lower, is_kept=False)
    assert [one.field for one in refused.value.problems] == ["page.size", "max_export_rows"]


async def test_what_may_be_answered_may_be_exported(tmp_path: Path) -> None:
    for most, rows in ((1_000, 100_000), (2_000_000, 2_000_000)):
        limits = create_limits(make_settings(tmp_path, max_export_rows=most))
        assert limits.max_export_rows == rows
