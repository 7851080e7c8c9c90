"""Macros: saved, published, taken in by endpoints that use them, and lagging behind."""

from typing import Any

from tests.world import World

PAGE = "{% macro page(size) %} LIMIT {{ size | sql_int }} {% endmacro %}"
TEMPLATE = "SELECT id FROM orders ORDER BY id {{ page(2) }}"


async def save(world: World, name: str, content: str, **fields: Any) -> dict[str, Any]:
    body = {"name": name, "content": content, **fields}
    saved: dict[str, Any] = await world.manage("PUT", "/macros", json=body, status=200)
    return saved


async def published(world: World, name: str, content: str, **fields: Any) -> dict[str, Any]:
    saved = await save(world, name, content, **fields)
    done: dict[str, Any] = await world.manage(
        "POST", f"/macros/{saved['id']}/publish", json={"message": "why"}, status=200
    )
    return done


async def told(world: World, path: str, content: str, **fields: Any) -> list[dict[str, Any]]:
    """What is wrong with a draft."""
    body = {"method": "GET", "path": path, "engine": "sql", "datasource": "shop",
            "content": content, **fields}  # fmt: skip
    answer = await world.manage("PUT", "/drafts", json=body)
    assert answer.status_code == 422, answer.text
    details: list[dict[str, Any]] = answer.json()["error"]["details"]
    return details


async def ids(world: World, path: str) -> list[int]:
    return [row["id"] for row in (await world.call("GET", path)).json()["data"]]


async def test_endpoints_keep_the_text_they_were_published_with(any_world: World) -> None:
    world = any_world
    first = await published(world, "paging", PAGE)
    assert (first["version"], first["created"], first["lagging"]) == (1, True, [])
    endpoint = await world.publish("GET", "macro/paged", TEMPLATE)
    assert await ids(world, "macro/paged") == [1, 2]
    unchanged = await published(world, "paging", PAGE)
    assert (unchanged["version"], unchanged["created"]) == (1, False)

    other = PAGE.replace("sql_int }}", "sql_int }} OFFSET 5")
    edited = await save(world, "paging", other)
    assert (edited["state"], edited["live_version"], edited["changed"]) == ("edited", 1, True)
    second = await published(world, "paging", other)
    assert second["version"] == 2
    assert [(use["path"], use["version"]) for use in second["lagging"]] == [("macro/paged", 1)]
    assert await ids(world, "macro/paged") == [1, 2]

    url = f"/endpoints/{endpoint['id']}"
    nothing = await world.manage("POST", f"{url}/publish", json={}, status=200)
    assert nothing["changed"] is False
    await world.draft("GET", "macro/paged", TEMPLATE)
    diff = await world.manage("GET", f"{url}/diff", status=200)
    assert {"field": "macros.paging", "from": 1, "to": 2} in diff["fields"]
    await world.manage("POST", f"{url}/publish", json={}, status=200)
    assert await ids(world, "macro/paged") == [6, 7]
    macro = f"/macros/{second['macro']['id']}"
    uses = (await world.manage("GET", f"{macro}/endpoints", status=200))["items"]
    assert [(use["version"], use["lagging"]) for use in uses] == [(2, False)]
    versions = (await world.manage("GET", f"{macro}/versions", status=200))["items"]
    assert [(v["number"], v["is_live"], v["message"]) for v in versions] == [
        (2, True, "why"),
        (1, False, "why"),
    ]
    back = await world.manage("POST", f"{url}/rollback", json={}, status=200)
    assert back["version"] == 1
    assert await ids(world, "macro/paged") == [1, 2]
    refused = await world.manage("DELETE", macro)
    assert (refused.status_code, "GET macro/paged" in refused.json()["message"]) == (409, True)


async def test_only_what_is_used_is_taken_in(world: World) -> None:
    await published(
        world, "inner", "{% macro inner(a) %}{{ a | sql_int }} + {{ extra }}{% endmacro %}"
    )
    await published(world, "outer", "{% macro outer(a) %}{{ inner(a) }} * 2{% endmacro %}")
    await published(world, "unused", "{% macro unused() %}{{ never }}{% endmacro %}")
    draft = await world.draft("GET", "macro/inner", "SELECT {{ outer(b) }} AS a -- unused()")
    assert sorted(p["name"] for p in draft["params"]) == ["b", "extra"]
    definition = await world.manage("GET", f"/endpoints/{draft['id']}/draft", status=200)
    assert "macros" not in definition
    own = "{% macro unused() %}5{% endmacro %}SELECT {{ unused() }} AS a"
    await world.publish("GET", "macro/own", own)
    assert (await world.call("GET", "macro/own")).json()["data"] == [{"a": 5}]


async def test_what_is_not_published_or_elsewhere_is_not_there(world: World) -> None:
    await save(world, "unpublished", "{% macro unpublished() %}1{% endmacro %}")
    (problem,) = await told(world, "macro/x", "SELECT 1,\n {{ unpublished() }}")
    assert problem["message"] == "there is no macro 'unpublished'"
    assert problem["line"] == 2
    await world.manage("POST", "/modules", json={"name": "sales"}, status=201)
    await published(world, "local", "{% macro local() %}7{% endmacro %}", module="sales")
    assert await told(world, "macro/y", "SELECT {{ local() }}", module="default")
    await world.publish("GET", "macro/y", "SELECT {{ local() }} AS a", module="sales")
    assert (await world.call("GET", "macro/y")).json()["data"] == [{"a": 7}]


async def test_a_modules_macro_goes_before_a_global_one(world: World) -> None:
    await world.manage("POST", "/modules", json={"name": "own"}, status=201)
    await published(world, "both", "{% macro both() %}1{% endmacro %}")
    await published(world, "both", "{% macro both() %}2{% endmacro %}", module="own")
    for module, value in (("own", 2), ("default", 1)):
        path = f"macro/both/{module}"
        await world.publish("GET", path, "SELECT {{ both() }} AS a", module=module)
        assert (await world.call("GET", path)).json()["data"] == [{"a": value}]


async def test_a_bad_macro_is_refused_with_its_line(world: World) -> None:
    await save(world, "there", "{% macro taken() %}1{% endmacro %}")
    for content, message in (
        ("{% macro a(b) %}\n'{{ b }}'\n{% endmacro %}", "a value stands within quotes"),
        ("{% macro a() %}{{ 1 | nope }}{% endmacro %}", "no filter 'nope'"),
        ("{% macro a() %}", "Unexpected end"),
        ("SELECT 1", "only {% macro %} and {% set %}"),
        ("{# nothing #}", "defines no macro"),
        ("{% macro taken() %}2{% endmacro %}", "'taken' is defined by the macro 'there' already"),
    ):
        answer = await world.manage("PUT", "/macros", json={"name": "bad", "content": content})
        assert answer.status_code == 422
        assert message in answer.json()["message"], content
        if "quotes" in message:
            assert answer.json()["error"]["details"][0]["line"] == 2
    body = {"name": "not a name", "content": PAGE}
    assert (await world.manage("PUT", "/macros", json=body)).status_code == 422
    body = {"name": "x", "content": PAGE, "module": "nowhere"}
    assert "nowhere" in (await world.manage("PUT", "/macros", json=body)).json()["message"]
    listed = (await world.manage("GET", "/macros", status=200))["items"]
    assert not {"bad", "not a name", "x"} & {macro["name"] for macro in listed}


async def test_an_error_of_a_macro_names_it_when_it_runs(world: World) -> None:
    text = "{% macro fails(a) %}\n{{ a ** 2 | sql_int + 'x' }}\n{% endmacro %}"
    await published(world, "failing", text)
    draft = await world.draft("GET", "macro/fails", "SELECT {{ fails(b) }}")
    answer = await world.manage(
        "POST", f"/endpoints/{draft['id']}/debug", json={"params": {"b": 1}}
    )
    assert answer.status_code == 422
    assert "macro failing, line 2" in answer.json()["message"]


async def test_a_bad_draft_leaves_no_module_behind(world: World) -> None:
    assert await told(world, "macro/z", "SELECT '{{ a }}'", module="half-written")
    found = (await world.manage("GET", "/modules", status=200))["items"]
    assert "half-written" not in {module["name"] for module in found}


async def test_macros_need_their_own_permissions(world: World) -> None:
    await world.add_user("macro viewer", "Viewer")
    await world.add_user("macro dev", "Dev")
    body = {"name": "mine", "content": "{% macro mine() %}1{% endmacro %}"}
    refused = await world.manage("PUT", "/macros", user="macro viewer", json=body)
    assert refused.status_code == 403
    made = await world.manage("PUT", "/macros", user="macro dev", json=body, status=200)
    url = f"/macros/{made['id']}"
    refused = await world.manage("POST", f"{url}/publish", user="macro viewer", json={})
    assert refused.status_code == 403
    await world.manage("POST", f"{url}/publish", user="macro dev", json={}, status=200)
    assert (await world.manage("DELETE", url, user="macro dev")).status_code == 403
    await world.manage("DELETE", url, status=204)
