"""What runs of a draft answered is remembered, so that a publish tells which columns change."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from dbapi_platform.datasources.types import Affected, Rows
from dbapi_platform.engines.answers import Answer
from dbapi_platform.publishing import columns as columns_module
from dbapi_platform.publishing.columns import SeenColumn, columns_of, dump_columns, merge
from dbapi_platform.store import Draft
from tests.management.people import audited
from tests.world import World

MIXED = """
{% if kind == 'int' %}SELECT 1 AS a, 'x' AS b, NULL AS c
{% elif kind == 'real' %}SELECT 1.5 AS a, NULL AS b, NULL AS c
{% else %}SELECT 'text' AS a, 'y' AS b, NULL AS c, 7 AS d{% endif %}
"""


async def run(world: World, endpoint: dict[str, Any], **params: Any) -> dict[str, Any]:
    url = f"/endpoints/{endpoint['id']}/debug"
    return await world.manage("POST", url, json={"params": params}, status=200)


async def publish(world: World, endpoint: dict[str, Any]) -> dict[str, Any]:
    url = f"/endpoints/{endpoint['id']}/publish"
    return await world.manage("POST", url, json={}, status=200)


async def columns(world: World, endpoint: dict[str, Any]) -> list[tuple[str, str, bool]] | None:
    """Those of the newest version."""
    url = f"/endpoints/{endpoint['id']}/versions"
    newest = (await world.manage("GET", url, status=200))["items"][0]["columns"]
    return newest and [(one["name"], one["type"], one["nullable"]) for one in newest]


async def changes(world: World, endpoint: dict[str, Any]) -> list[tuple[str, str, bool]]:
    planned = await world.manage("GET", f"/endpoints/{endpoint['id']}/plan", status=200)
    return [(one["kind"], one["name"], one["breaking"]) for one in planned["contract"]]


async def test_a_version_keeps_what_runs_of_its_draft_showed(any_world: World) -> None:
    endpoint = await any_world.draft("GET", "seen", MIXED)
    await run(any_world, endpoint, kind="int")
    first = await publish(any_world, endpoint)
    assert await columns(any_world, endpoint) == [
        ("a", "integer", False), ("b", "string", False), ("c", "any", True),
    ]  # fmt: skip
    # The same definition, run again: it is the same version, and more is known of it.
    await run(any_world, endpoint, kind="real")
    again = await publish(any_world, endpoint)
    assert (again["version"], again["created"], again["changed"]) == (1, False, False)
    assert await columns(any_world, endpoint) == [
        ("a", "number", False), ("b", "string", True), ("c", "any", True),
    ]  # fmt: skip
    await run(any_world, endpoint, kind="other")
    await publish(any_world, endpoint)
    assert await columns(any_world, endpoint) == [
        ("a", "any", False), ("b", "string", True), ("c", "any", True), ("d", "integer", False),
    ]  # fmt: skip
    assert first["version"] == 1


async def test_columns_that_go_or_change_are_told_and_break(any_world: World) -> None:
    old = "SELECT id, total, status, customer_id FROM orders"
    endpoint = await any_world.draft("GET", "shaped", old)
    await run(any_world, endpoint)
    await publish(any_world, endpoint)
    new = "SELECT 'o' || id AS id, CAST(total AS INTEGER) AS total, status, 1 AS more FROM orders"
    await any_world.draft("GET", "shaped", new)
    # What has not been run is not known, and what is known of another draft does not count.
    assert await changes(any_world, endpoint) == []
    await run(any_world, endpoint)
    expected = [
        ("column_retyped", "id", True), ("column_retyped", "total", False),
        ("column_removed", "customer_id", True), ("column_added", "more", False),
    ]  # fmt: skip
    assert await changes(any_world, endpoint) == expected
    done = await publish(any_world, endpoint)
    assert done["diff"]["breaking"] == [
        "column id is now string (was integer)", "column customer_id is gone",
    ]  # fmt: skip
    url = f"/endpoints/{endpoint['id']}/diff?from=2&to=1"
    back = await any_world.manage("GET", url, status=200)
    assert ("column_removed", "more") in [(one["kind"], one["name"]) for one in back["contract"]]
    rolled = await any_world.manage(
        "POST", f"/endpoints/{endpoint['id']}/rollback", json={}, status=200
    )
    assert "column more is gone" in rolled["diff"]["breaking"]


async def test_empty_answers_say_nothing_about_types(any_world: World) -> None:
    endpoint = await any_world.draft("GET", "rarely", "SELECT id FROM orders")
    await run(any_world, endpoint)
    await publish(any_world, endpoint)
    await any_world.draft("GET", "rarely", "SELECT id FROM orders WHERE id < 0")
    await run(any_world, endpoint)
    assert await changes(any_world, endpoint) == []


async def test_tests_show_columns_too(any_world: World) -> None:
    endpoint = await any_world.draft("GET", "tested/columns", MIXED)
    url = f"/endpoints/{endpoint['id']}/tests/main"
    text = "call(kind='int')\ncall(kind='real')\nassert call(kind='int').status == 200"
    await any_world.manage("PUT", url, json={"content": text}, status=200)
    await publish(any_world, endpoint)
    assert await columns(any_world, endpoint) == [
        ("a", "number", False), ("b", "string", True), ("c", "any", True),
    ]  # fmt: skip


async def test_of_scripts_transforms_and_failed_runs_nothing_is_known(any_world: World) -> None:
    script = "def execute(params):\n    return [{'a': 1}]"
    endpoint = await any_world.draft("GET", "unseen/script", script, engine="script")
    await run(any_world, endpoint)
    await publish(any_world, endpoint)
    assert await columns(any_world, endpoint) is None
    broken = await any_world.draft("GET", "unseen/failed", "SELECT nope FROM orders")
    answer = await any_world.manage("POST", f"/endpoints/{broken['id']}/debug", json={})
    assert answer.status_code == 422
    await publish(any_world, broken)
    assert await columns(any_world, broken) is None


async def test_a_draft_that_was_edited_during_its_run_keeps_nothing(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await any_world.draft("GET", "raced", "SELECT 1 AS a")
    database = any_world.platform.services.database
    ran = columns_module._keep

    async def edited_first(session: Any, draft: Draft, *rest: Any) -> None:
        async with database.engine.begin() as connection:
            changed = update(Draft).where(Draft.id == draft.id).values(hash="another")  # type: ignore[arg-type]
            await connection.execute(changed)
        await ran(session, draft, *rest)

    monkeypatch.setattr(columns_module, "_keep", edited_first)
    assert (await run(any_world, endpoint))["data"] == [{"a": 1}]
    await publish(any_world, endpoint)
    assert await columns(any_world, endpoint) is None


async def test_a_run_does_not_fail_when_nothing_can_be_kept(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(*_rest: Any) -> None:
        raise OperationalError("UPDATE draft", {}, Exception("database is locked"))

    endpoint = await any_world.draft("GET", "unkept", "SELECT 1 AS a")
    monkeypatch.setattr(columns_module, "_keep", locked)
    assert (await run(any_world, endpoint))["data"] == [{"a": 1}]


async def test_many_runs_at_once_all_answer(any_world: World) -> None:
    endpoint = await any_world.draft("GET", "crowd", MIXED)
    kinds = ["int", "real", "other"] * 4
    answers = await asyncio.gather(*(run(any_world, endpoint, kind=kind) for kind in kinds))
    assert len(answers) == 12
    await publish(any_world, endpoint)
    assert await columns(any_world, endpoint)


async def test_what_is_remembered_is_no_change_of_the_draft(any_world: World) -> None:
    endpoint = await any_world.draft("GET", "quiet", "SELECT 1 AS a")
    url = f"/endpoints/{endpoint['id']}/draft"
    before = await any_world.manage("GET", url)
    await run(any_world, endpoint)
    after = await any_world.manage("GET", url)
    assert (after.headers["etag"], after.json()) == (before.headers["etag"], before.json())
    entries = await audited(any_world, resource_id=endpoint["id"], part="draft")
    assert [entry["change"] for entry in entries] == ["created"]


def test_several_results_are_told_apart_by_their_place() -> None:
    rows = Rows(("id",), [(1,)])
    assert dump_columns(columns_of(Answer(outcomes=(Affected(1), rows, rows)))) == [
        {"name": "1.id", "types": ["integer"], "nullable": False},
        {"name": "2.id", "types": ["integer"], "nullable": False},
    ]
    assert columns_of(Answer(outcomes=(Affected(1),))) is None


def test_every_kind_of_value_has_a_type() -> None:
    row = (True, 1, 1.5, "x", {"a": 1}, [1], None)
    seen = columns_of(Answer(outcomes=(Rows(tuple("abcdefg"), [row]),)))
    assert seen is not None
    assert [one.type for one in seen] == [
        "boolean", "integer", "number", "string", "object", "array", "any",
    ]  # fmt: skip
    assert [one.nullable for one in seen] == [False] * 6 + [True]


def test_merging_loses_nothing() -> None:
    one = (SeenColumn("a", frozenset({"integer"}), nullable=False),)
    other = (
        SeenColumn("a", frozenset(), nullable=True),
        SeenColumn("b", frozenset(), nullable=False),
    )
    merged = merge(one, other)
    assert merged is not None
    assert [(c.name, c.type, c.nullable) for c in merged] == [
        ("a", "integer", True), ("b", "any", False),
    ]  # fmt: skip
    assert merge(None, one) == merge(one, None) == one
