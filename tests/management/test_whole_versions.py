"""A version is read with all that it holds, and differs in all that it holds."""

from typing import Any

from tests.management.people import make_user, refusal
from tests.world import World

BEFORE: dict[str, Any] = {
    "params": {"n": {"type": "integer", "default": 1, "maximum": 5}},
    "access": "public", "timeout": 7, "max_rows": 11, "rate_limit": 13, "max_concurrent": 2,
    "cache": {"ttl": 60, "vary": ["client"]}, "page": None, "max_export_rows": 500,
    "allow_async": None, "unknown_params": "ignore", "name": "Before", "description": "As it was",
    "transform": "def transform(result, params):\n    return result\n",
}  # fmt: skip
AFTER: dict[str, Any] = {
    "params": {"n": {"type": "string"}, "more": {"type": "boolean"}},
    "access": "private", "timeout": 8, "max_rows": 12, "rate_limit": None, "max_concurrent": 3,
    "cache": {"ttl": 60, "vary": []}, "page": {"style": "offset", "by": ["n"], "size": 5},
    "max_export_rows": 501, "allow_async": True, "unknown_params": "refuse", "name": "After",
    "description": None, "transform": None,
}  # fmt: skip


async def macro(world: World, name: str, value: int) -> str:
    """Publishes it, and answers its text."""
    text = f"{{% macro {name}() %}}{value}{{% endmacro %}}"
    body = {"name": name, "language": "sql", "content": text}
    made = await world.manage("PUT", "/macros", json=body, status=200)
    await world.manage("POST", f"/macros/{made['id']}/publish", json={}, status=200)
    return text


async def test_a_version_tells_all_that_it_holds_whatever_came_later(any_world: World) -> None:
    world = any_world
    frozen = await macro(world, "one", 1)
    text = "SELECT {{ one() }} AS a, {{ n }} AS n"
    first = await world.publish("GET", "whole", text, **BEFORE)
    await macro(world, "one", 2)
    await world.publish("GET", "whole", "SELECT {{ one() }} AS a, {{ n }}, {{ more }}", **AFTER)
    url = f"/endpoints/{first['id']}"
    whole = await world.manage("GET", f"{url}/versions/1", status=200)
    listed = await world.manage("GET", f"{url}/versions", status=200)
    definition, macros = whole.pop("definition"), whole.pop("macros")
    assert whole == listed["items"][1]
    assert whole["is_live"] is False
    kept = {name: definition[name] for name in BEFORE if name != "params"}
    assert kept == {name: value for name, value in BEFORE.items() if name != "params"}
    assert definition["params"]["n"]["maximum"] == 5
    assert (definition["content"], definition["datasource"]) == (text, "shop")
    assert [(one["name"], one["version"], one["text"]) for one in macros] == [("one", 1, frozen)]
    # It may be saved as it is: the draft is then what it was.
    saved = await world.manage("PUT", "/drafts", json=definition, status=200)
    assert saved["changed"] is True
    diff = await world.manage("GET", f"{url}/diff?from=1&to=draft", status=200)
    assert (diff["content"], [one["field"] for one in diff["fields"]]) == ("", ["macros.one"])


async def test_versions_are_compared_in_all_that_they_hold(any_world: World) -> None:
    world = any_world
    await macro(world, "other", 1)
    first = await world.publish("GET", "compared", "SELECT {{ other() }}, {{ n }}", **BEFORE)
    await macro(world, "other", 2)
    await world.publish("GET", "compared", "SELECT {{ other() }}, {{ n }}, {{ more }}", **AFTER)
    diff = await world.manage("GET", f"/endpoints/{first['id']}/diff?from=1&to=2", status=200)
    assert "+SELECT {{ other() }}, {{ n }}, {{ more }}" in diff["content"]
    assert {one["field"] for one in diff["fields"]} == {
        *(set(BEFORE) - {"params"}), "params.n", "params.more", "macros.other",
    }  # fmt: skip


async def test_versions_are_read_by_who_may_read_the_endpoint(any_world: World) -> None:
    world = any_world
    endpoint = await world.publish("GET", "whole/hidden", "SELECT 1 AS a")
    other = await world.publish("GET", "whole/other", "SELECT 1 AS a")
    await make_user(world, "reads another", ("endpoint:read", other["id"]))
    url = f"/endpoints/{endpoint['id']}/versions/1"
    assert "SELECT" not in refusal(await world.manage("GET", url, user="reads another"), 404)
    await make_user(world, "reads none", "client:read")
    assert "endpoint:read" in refusal(await world.manage("GET", url, user="reads none"), 403)
    gone = await world.manage("GET", f"/endpoints/{endpoint['id']}/versions/2")
    assert refusal(gone, 404) == "There is no version 2; there are 1 to 1"
    for number in ("0", "x", "99999999999999999999"):
        wrong = await world.manage("GET", f"/endpoints/{endpoint['id']}/versions/{number}")
        assert wrong.status_code == 422, number
