"""Everything that the engines understand is told to editors, and nothing else."""

from typing import Any

import httpx
import jinja2.parser
import pytest

from dbapi_jupyter.kinds import HEADER_KEYS
from dbapi_jupyter.words import FILTERS, PARAMETER_KEYS, RULE_KEYS, SCRIPT_NAMES, TAGS, TYPES
from dbapi_platform.datasources import POSTGRESQL
from dbapi_platform.engines.errors import InvalidDefinition
from dbapi_platform.engines.script.worker.facades import MODULES
from dbapi_platform.engines.sql import compile_sql
from dbapi_platform.engines.sql.environment import GLOBALS, SqlEnvironment
from dbapi_platform.engines.sql.where import WhereTag
from dbapi_platform.management.vocabulary import vocabulary_of
from tests.management.people import make_user
from tests.world import World, open_world

TOLD: dict[str, Any] = vocabulary_of(()).model_dump()
# What stands in a template to try a tag.
TRIED = {
    "for": "{% for a in b %}1{% endfor %}", "if": "{% if a %}1{% endif %}",
    "macro": "{% macro m() %}1{% endmacro %}", "set": "{% set a = 1 %}", "print": "{% print a %}",
    "with": "{% with a = 1 %}1{% endwith %}", "block": "{% block a %}1{% endblock %}",
    "call": "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}1{% endcall %}",
    "filter": "{% filter upper %}1{% endfilter %}", "extends": "{% extends 'a' %}",
    "include": "{% include 'a' %}", "import": "{% import 'a' as b %}",
    "from": "{% from 'a' import b %}", "raw": "{% raw %}1{% endraw %}",
    "autoescape": "{% autoescape true %}1{% endautoescape %}",
    "where": "{% where %}a = 1{% endwhere %}",
}  # fmt: skip


def names(*path: str) -> list[str]:
    found: Any = TOLD
    for key in path:
        found = found[key]
    told = [word["name"] for word in found]
    assert len(set(told)) == len(told)
    return told


def test_every_filter_and_test_of_the_engine_is_told() -> None:
    environment = SqlEnvironment(POSTGRESQL)
    public = {name for name in environment.filters if name.isidentifier()}
    assert set(names("filters")) == public
    assert set(names("tests")) == set(environment.tests)
    assert set(FILTERS) <= public


def _accepts(text: str) -> bool:
    try:
        compile_sql(f"SELECT 1 {text}", dialect=POSTGRESQL)
    except InvalidDefinition:
        return False
    return True


def test_exactly_the_tags_that_the_engine_takes_are_told() -> None:
    every = {*jinja2.parser._statement_keywords, "call", "filter", "raw", *WhereTag.tags}
    assert every == set(TRIED)
    taken = {name for name, text in TRIED.items() if _accepts(text)}
    told = set(names("tags"))
    inner = {name for name in told if name.startswith("end")} | {"elif", "else"}
    assert told - inner == taken
    assert set(TAGS) <= told
    for name in inner - {"elif", "else"}:
        assert f"{{% {name} %}}" in "".join(word["signature"] for word in TOLD["tags"])


def test_every_global_of_templates_is_told() -> None:
    told = set(names("globals"))
    assert {"client", *GLOBALS, *SqlEnvironment(POSTGRESQL).globals} <= told
    assert {f"client.{key}" for key in ("id", "name", "groups", "claims")} <= told


def test_every_name_of_scripts_is_told_with_its_functions() -> None:
    told = set(names("script", "names"))
    assert set(SCRIPT_NAMES) <= told
    for name in ("db", "tx", "http", "cache", "env", "log"):
        assert {f"{name}.{member}" for member in SCRIPT_NAMES[name]} <= told
    assert set(MODULES) == set(TOLD["script"]["modules"])


def test_what_is_told_of_a_function_is_how_it_is_called() -> None:
    by_name = {word["name"]: word["signature"] for word in TOLD["script"]["names"]}
    assert by_name["db.query_one"] == "db.query_one(sql, params=None)"
    assert by_name["fail"] == "fail(message, status=400)"
    filters = {word["name"]: word["signature"] for word in TOLD["filters"]}
    assert filters["sql_ident"] == "sql_ident(allowed=None)"
    assert filters["sql_int"] == "sql_int"


def test_the_keys_of_a_header_are_those_that_notebooks_take() -> None:
    assert set(names("header", "keys")) == set(HEADER_KEYS)
    assert set(names("header", "parameter_keys")) == set(PARAMETER_KEYS)
    assert set(names("header", "types")) == set(TYPES)
    values = {key["name"]: key["values"] for key in TOLD["header"]["keys"]}
    assert list(values["access"]) == ["public", "private"]
    assert values["timeout"] is None
    assert list(values["allow_async"]) == ["true", "false"]
    inner = {key["name"]: key["keys"] for key in TOLD["header"]["keys"]}
    for name, keys in RULE_KEYS.items():
        assert {key["name"] for key in inner[name]} == set(keys)
        assert all(key["summary"] for key in inner[name])
    assert [key["values"] for key in inner["cache"]] == [None, ["client"]]
    assert inner["access"] is None


@pytest.mark.parametrize("group", ["filters", "tags", "tests", "globals"])
def test_everything_is_described(group: str) -> None:
    for word in [*TOLD[group], *TOLD["script"]["names"]]:
        assert word["summary"], word["name"]
        assert word["signature"], word["name"]
    for keys in TOLD["header"].values():
        assert all(key["summary"] for key in keys)


async def test_everybody_who_is_logged_in_may_ask_and_nobody_else(world: World) -> None:
    await make_user(world, "of no right")
    told = await world.manage("GET", "/vocabulary", user="of no right", status=200)
    assert told["filters"]
    answer = await world.http.get("/api/v1/vocabulary")
    assert answer.status_code == 401


async def test_what_is_known_is_not_sent_again(world: World) -> None:
    first: httpx.Response = await world.manage("GET", "/vocabulary")
    assert first.headers["cache-control"] == "private, max-age=300"
    tag = first.headers["etag"]
    again = await world.manage("GET", "/vocabulary", headers={"If-None-Match": f'"x", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = await world.manage("GET", "/vocabulary", headers={"If-None-Match": '"x"'})
    assert other.json() == first.json()


async def test_the_operators_modules_are_among_them(tmp_path) -> None:
    async with open_world(tmp_path, script_extra_modules=["colorsys"]) as world:
        told = await world.manage("GET", "/vocabulary", status=200)
        assert "colorsys" in told["script"]["modules"]
