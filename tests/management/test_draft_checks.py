"""What is wrong with a draft is told while it is typed: all of it, in its place, to its author."""

import json
from typing import Any

import pytest

from tests.management.people import make_user, refusal
from tests.world import World

BASE: dict[str, Any] = {
    "method": "GET", "path": "checked/{id}", "engine": "sql", "datasource": "shop",
    "content": "SELECT {{ id | sql_int }} AS a",
}  # fmt: skip


async def check(world: World, user: str = "admin", **fields: Any) -> dict[str, Any]:
    body = {key: value for key, value in (BASE | fields).items() if value is not ...}
    return await world.manage("POST", "/drafts/check", user=user, json=body, status=200)


async def problems(world: World, **fields: Any) -> list[dict[str, Any]]:
    return (await check(world, **fields))["problems"]


def told(found: list[dict[str, Any]], *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(problem[key] for key in keys) for problem in found]


async def test_a_sound_draft_has_no_problem_and_is_not_stored(world: World) -> None:
    found = await check(world, path="never/{id}")
    assert found["problems"] == []
    assert (found["endpoint_id"], found["state"], found["live_version"]) == (None, None, None)
    assert (found["changed"], found["differs_from_live"]) == (True, True)
    (parameter,) = found["params"]
    assert parameter == {"name": "id", "type": "integer", "in": "path", "required": True}
    listed = await world.manage("GET", "/endpoints", params={"path": "never/{id}"}, status=200)
    assert listed["total"] == 0


async def test_it_tells_how_it_differs_from_what_is_kept_and_what_is_live(world: World) -> None:
    body = BASE | {"path": "kept/{id}", "timeout": 5, "transform": "result = result"}
    made = await world.manage("PUT", "/drafts", json=body, status=200)

    async def seen(**fields: Any) -> tuple[Any, ...]:
        found = await check(world, **(body | {"transform": ...} | fields))
        assert found["endpoint_id"] == made["id"]
        keys = ("state", "live_version", "changed", "differs_from_live")
        return tuple(found[key] for key in keys)

    assert await seen() == ("draft", None, False, True)
    await world.manage("POST", f"/endpoints/{made['id']}/publish", json={}, status=200)
    assert await seen() == ("live", 1, False, False)
    assert await seen(path="/kept/{id}/", method="get") == ("live", 1, False, False)
    assert await seen(timeout=6) == ("live", 1, True, True)
    assert await seen(transform=None) == ("live", 1, True, True)
    assert await seen(module="elsewhere") == ("live", 1, True, False)
    assert await seen(content="SELECT {{ id | nope }}") == ("live", 1, True, True)


CRLF = (
    "SELECT '{{ a }}', '{{ b | sql_int }} {{ c }}'\r\n"
    "\tFROM t -- 🦆\r"
    "WHERE x = '🦆🦆{{ d }}' AND {{ e | sqlint }}\n"
    " AND {{ f is defind }} {{ nope(1) }} {{ 'DESC' }}"
)


async def test_every_problem_of_a_template_is_told_at_once_and_in_its_place(world: World) -> None:
    found = await problems(world, content=CRLF, path="checked")
    wanted = [
        ("quoted_value", 1, 9, 1, 16),
        ("quoted_value", 1, 20, 1, 37),
        ("quoted_value", 1, 38, 1, 45),
        ("quoted_value", 3, 14, 3, 21),
        ("unknown_filter", 3, 34, 3, 40),
        ("unknown_test", 4, 11, 4, 13),
        ("unknown_macro", 4, 27, 4, 31),
        ("printed_constant", 4, 41, 4, 47),
    ]
    errors = [problem for problem in found if problem["severity"] == "error"]
    assert told(errors, "code", "line", "column", "end_line", "end_column") == wanted
    assert {problem["part"] for problem in errors} == {"content"}


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        ("SELECT 1\n{% if x %}\n", "template_syntax", (2, 9)),
        ("SELECT {{ a ? }}", "template_syntax", (1, 13)),
        ("SELECT\r\n {{ a | }}", "template_syntax", (2, 9)),
        ("SELECT 1,\n 'it''s", "unclosed_quote", (2, 2)),
        ("SELECT {{ a | sql_int }} /* 🦆", "unclosed_quote", (1, 26)),
        ("SELECT {{ a | sql_keyword(b) }}", "keyword_words", (1, 15)),
        ("SELECT\n\ue000", "unreadable_text", (2, 1)),
        ("SELECT {{ a | safe }}", "unknown_filter", (1, 15)),
        ("{% include 'x' %}", "forbidden_construct", (1, 4)),
        ("SELECT a{{ b | sql_int }}", "glued_value", (1, 9)),
        ("SELECT {{ _b | sql_int }}", "bad_name", (1, 11)),
        ("SELECT {% print a | nope %}", "unknown_filter", (1, 21)),
        ("SELECT {% raw %}{{{% endraw %} '{{ a | sql_int }}'", "quoted_value", (1, 33)),
        ("", "empty", (None, None)),
        (" \n", "empty", (None, None)),
    ],
)
async def test_a_mistake_in_a_template_is_told_with_its_place(
    world: World, content: str, code: str, place: tuple[int | None, int | None]
) -> None:
    errors = [p for p in await problems(world, content=content) if p["severity"] == "error"]
    assert told(errors, "code", "part", "line", "column") == [(code, "content", *place)]


async def test_everything_around_the_texts_is_told_by_its_field(world: World) -> None:
    found = await problems(
        world, method="GTE", path="a//b", datasource="shpo", timout=3, timeout=-1, access="publc",
        params={"since": {"typ": "date"}, "n": {"type": "integer", "minimum": "x"}, "m": 5,
                "id": {"type": "integer", "in": "path"}},
    )  # fmt: skip
    errors = {p["field"]: p for p in found if p["severity"] == "error"}
    assert {field: problem["code"] for field, problem in errors.items()} == {
        "access": "invalid_field",
        "timeout": "invalid_field",
        "timout": "unknown_field",
        "datasource": "unknown_datasource",
        "method": "invalid_field",
        "path": "invalid_field",
        "params.since.typ": "invalid_declaration",
        "params.n.minimum": "invalid_declaration",
        "params.m": "invalid_declaration",
        "params.id": "misplaced_parameter",
    }
    hints = {field: errors[field]["hint"] for field in ("access", "timout", "datasource")}
    assert hints == {
        "access": "did you mean 'public'?",
        "timout": "did you mean 'timeout'?",
        "datasource": "did you mean 'shop'?",
    }
    assert {problem["part"] for problem in found} == {"header"}


async def test_nothing_at_all_is_a_draft_with_problems(world: World) -> None:
    found = await check(world, **dict.fromkeys(BASE, ...))
    assert {p["message"] for p in found["problems"]} == {"is required"}
    for body in ({"content": 5, "engine": [], "params": 3}, {"x" * 50: {}}, {"transform": 1}):
        found = await world.manage("POST", "/drafts/check", json=body, status=200)
        assert found["problems"]


@pytest.mark.parametrize("text", ["\ud800", "a\0b", "\ue000"])
@pytest.mark.parametrize("field", [*BASE, "transform", "description", "params", "nope"])
async def test_what_is_no_text_is_a_problem_too(world: World, field: str, text: str) -> None:
    for engine in ("sql", "script"):
        value = {"a": {"default": text}} if field == "params" else text
        sent = json.dumps(BASE | {"engine": engine} | {field: value})
        headers = {"Content-Type": "application/json"}
        answer = await world.manage("POST", "/drafts/check", content=sent, headers=headers)
        assert answer.status_code == 200, answer.text


async def test_what_may_be_meant_otherwise_is_a_warning(world: World) -> None:
    content = "SELECT {{ id }},\n {{ ok | sql_date }}, {{ named }}"
    found = await problems(
        world, content=content, params={"old": "date", "named": "string"}, unknown_params="refuse"
    )
    assert told(found, "severity", "code", "part", "field", "line", "column") == [
        ("warning", "unused_parameter", "header", "params.old", None, None),
        ("warning", "untyped_parameter", "content", "params.id", 1, 11),
        ("info", "undeclared_parameter", "content", "params.id", 1, 11),
        ("info", "undeclared_parameter", "content", "params.ok", 2, 5),
    ]
    bare = {"id": {"description": "Which one"}}
    found = await problems(world, content="SELECT {{ id }}", params=bare)
    assert told(found, "code", "field") == [("untyped_parameter", "params.id")]
    assert await problems(world, content="SELECT {{ id | sql_int }}", params=bare) == []


async def test_every_problem_of_scripts_is_told_in_its_part(world: World) -> None:
    found = await problems(
        world, engine="script", transform="x = (\n",
        content="import os, json\r\né = '🦆' + _x; open('x')\r\ndef run(): pass",
        params={"a": {"type": "string", "validate": "def v(x):\n return _y"}},
    )  # fmt: skip
    assert told(found, "code", "part", "field", "line", "column", "end_column") == [
        ("no_entry", "header", "params.a.validate", None, None, None),
        ("script_refused", "header", "params.a.validate", 2, 9, 11),
        ("no_entry", "content", None, None, None, None),
        ("unknown_module", "content", None, 1, 8, 10),
        ("script_refused", "content", None, 2, 11, 13),
        ("script_refused", "content", None, 2, 15, 19),
        ("script_syntax", "transform", None, 1, 5, 6),
    ]
    deep = await problems(world, engine="script", content="result = " + "(" * 5000 + ")" * 5000)
    assert deep[0]["severity"] == "error"


async def test_a_macro_of_the_module_is_known(world: World) -> None:
    await world.manage("POST", "/modules", json={"name": "macros"}, status=201)
    body = {
        "name": "mine",
        "module": "macros",
        "content": "{% macro mine(a) %}{{ a }}{% endmacro %}",
    }
    made = await world.manage("PUT", "/macros", json=body, status=200)
    await world.manage("POST", f"/macros/{made['id']}/publish", json={}, status=200)
    content = "SELECT {{ mine(id) }}"
    inside = await problems(world, content=content, module="macros")
    assert [p["code"] for p in inside if p["severity"] == "error"] == []
    outside = await problems(world, content=content)
    assert ("unknown_macro", 1, 11) in told(outside, "code", "line", "column")
    params = {"a": 5}
    odd = await world.manage(
        "PUT", "/drafts", json=BASE | {"module": "macros", "content": content, "params": params}
    )
    assert "expected a mapping" in refusal(odd, 422)


async def test_whatever_saving_refuses_the_check_tells(world: World) -> None:
    """Both look at a draft in the same way."""
    for fields in (
        {"content": CRLF, "params": {"a": {"type": "nope"}}, "transform": "def x("},
        {"engine": "script", "content": "import os\nresult = _x"},
        {"path": "no/{client}", "params": {"b": {"in": "path", "type": "string"}}},
    ):
        saved = await world.manage("PUT", "/drafts", json=BASE | fields)
        assert saved.status_code == 422
        details = [d["message"] for d in saved.json()["error"]["details"]]
        found = [p for p in await problems(world, **fields) if p["severity"] == "error"]
        assert sorted(p["message"] for p in found) == sorted(details)


async def test_only_who_may_save_it_may_have_it_checked(world: World) -> None:
    shop = (await world.manage("GET", "/datasources", status=200))["items"][0]["id"]
    await make_user(world, "no author", "endpoint:read", "datasource:execute")
    assert "endpoint:update" in refusal(
        await world.manage("POST", "/drafts/check", user="no author", json=BASE), 403
    )
    await make_user(
        world, "reader", "endpoint:update", "endpoint:create", ("datasource:read", shop)
    )
    assert "datasource:execute" in refusal(
        await world.manage("POST", "/drafts/check", user="reader", json=BASE), 403
    )
    await make_user(world, "elsewhere", "endpoint:update", "datasource:execute")
    new = BASE | {"path": "new/one", "module": "nowhere"}
    for method, url in (("POST", "/drafts/check"), ("PUT", "/drafts")):
        assert "module:create" in refusal(
            await world.manage(method, url, user="elsewhere", json=new), 403
        )


async def test_a_datasource_of_others_is_answered_like_none(world: World) -> None:
    await make_user(world, "blind author", "endpoint:update", "endpoint:create", "module:create")
    hidden, missing = [
        await check(world, user="blind author", path="blind", datasource=name, content=CRLF)
        for name in ("shop", "nope")
    ]
    named = json.dumps(hidden).replace("named 'shop'", "named 'nope'")
    assert json.loads(named) == missing
    assert hidden["problems"][0]["code"] == "unknown_datasource"
    assert hidden["problems"][0]["hint"] is None


async def test_a_path_of_others_is_taken_as_when_saving(world: World) -> None:
    await world.draft("GET", "hidden/path", "SELECT 1 AS a", module="hidden")
    theirs = await world.manage("POST", "/modules", json={"name": "theirs"}, status=201)
    on_module = [(f"module:{action}", theirs["id"]) for action in ("read", "create", "update")]
    await make_user(world, "neighbour", "datasource:execute", *on_module)
    body = BASE | {"path": "hidden/path", "module": "theirs", "content": "SELECT 1 AS a"}
    saved = await world.manage("PUT", "/drafts", user="neighbour", json=body)
    message = refusal(saved, 409)
    found = await check(world, user="neighbour", **body)
    assert told(found["problems"], "code", "field", "message") == [("path_taken", "path", message)]
    assert found["endpoint_id"] is None
