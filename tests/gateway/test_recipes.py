"""What authors write most, on every product: the same template, the same answer."""

from typing import Any

import pytest

from tests.world import World

INTEGER, INTEGERS = {"type": "integer"}, {"type": "array", "items": "integer"}
# Each is a template, its declared parameters, a query, and the first column of what is answered.
RECIPES: dict[str, tuple[str, dict[str, Any], str, list[object]]] = {
    "a declared type": (
        "SELECT id FROM sale WHERE created_at >= {{ since }} ORDER BY id LIMIT {{ limit }}",
        {"since": "date", "limit": INTEGER | {"default": 3}}, "since=2026-02-01", [28, 29, 30],
    ),
    "a day without a type": (
        "SELECT id FROM sale WHERE created_at = {{ day }}", {}, "day=2026-02-02", [29],
    ),
    "a list as it is": (
        "SELECT id FROM sale WHERE id IN {{ ids }} ORDER BY id", {"ids": INTEGERS}, "ids=1,2",
        [1, 2],
    ),
    "a list converted": (
        "SELECT id FROM sale WHERE id IN {{ ids | map('sql_int') | in_list }} ORDER BY id",
        {}, "ids=1&ids=2", [1, 2],
    ),
    "a list in a loop": (
        "SELECT id FROM sale WHERE id IN ({% for i in ids %}{{ i | sql_int }}"
        "{% if not loop.last %}, {% endif %}{% endfor %}) ORDER BY id", {}, "ids=[1,3]", [1, 3],
    ),
    "not in an empty list": (
        "SELECT count(*) AS n FROM sale WHERE id NOT IN {{ ids | in_list }}",
        {"ids": INTEGERS}, "", [100],
    ),
    "pages": (
        "SELECT id FROM sale WHERE status = {{ status | default('paid') | sql_string }} "
        "ORDER BY id LIMIT 2 OFFSET {{ (page - 1) * 2 }}",
        {"page": INTEGER | {"default": 1, "minimum": 1}}, "page=2", [9, 12],
    ),
    "null or equal, not given": (
        "SELECT count(*) AS n FROM sale WHERE {{ status }} IS NULL OR status = {{ status }}",
        {"status": "string"}, "", [100],
    ),
    "null or equal, given": (
        "SELECT count(*) AS n FROM sale WHERE {{ status }} IS NULL OR status = {{ status }}",
        {"status": "string"}, "status=paid", [33],
    ),
    "any of several": (
        'SELECT count(*) AS n FROM sale {% where operation="OR" %}'
        "{% for s in statuses %} AND status = {{ s }} {% endfor %}{% endwhere %}",
        {}, "statuses=paid,open", [100],
    ),
    "search": (
        "SELECT count(*) AS n FROM sale {% where %}"
        "{% if status %} AND status = {{ status }} {% endif %}"
        "{% if customer %} AND customer_id = {{ customer | sql_int }} {% endif %}"
        "{% if above %} AND total > {{ above | sql_decimal }} {% endif %}{% endwhere %}",
        {}, "status=paid&above=100.5", [11],
    ),
    "a macro": (
        "{% macro page(size) %} LIMIT {{ size }} {% endmacro %}"
        "SELECT id FROM sale ORDER BY id {{ page(2) }}", {}, "", [1, 2],
    ),
    "sorted as asked": (
        "SELECT id FROM sale ORDER BY {{ sort | sql_ident(allowed=['id', 'total']) }} "
        "{{ dir | sql_keyword('asc', 'desc') }} LIMIT 2", {}, "sort=total&dir=DESC", [100, 99],
    ),
    "a comparison": (
        "SELECT id FROM sale WHERE total {{ total | compare }} ORDER BY id", {},
        'total={"combinator": "between", "values": "148,150"}', [99, 100],
    ),
    "a common table": (
        "WITH few AS (SELECT * FROM sale WHERE id < {{ n | sql_int }}) "
        "SELECT count(*) AS n FROM few", {}, "n=5", [4],
    ),
    "a pattern": (
        "SELECT count(*) AS n FROM sale WHERE status LIKE {{ word | sql_like_start }}",
        {}, "word=pa", [33],
    ),
    "a pattern with a wildcard of the caller": (
        "SELECT count(*) AS n FROM sale WHERE status LIKE {{ word | sql_like_contains }}",
        {}, "word=%25", [0],
    ),
    "a percent sign of the author": (
        "SELECT count(*) AS n FROM sale WHERE status LIKE 'p%d' AND id % 2 = {{ rest | sql_int }}",
        {}, "rest=0", [16],
    ),
    "comments": (
        "-- it's {{ n }}\nSELECT id /* {{ n }} */ FROM sale "
        "WHERE id = {{ n | sql_int }} -- {{ n }}", {}, "n=5", [5],
    ),
    "arithmetic": (
        "SELECT {{ a | sql_int }} + {{ b | sql_int }} * 2 AS n", {}, "a=2&b=3", [8],
    ),
    "a boolean": (
        "SELECT CASE WHEN {{ yes | sql_bool }} THEN 'y' ELSE 'n' END AS x", {}, "yes=no", ["n"],
    ),
    "an exact number": (
        "SELECT id FROM sale WHERE total = {{ total | sql_decimal }}", {}, "total=1.50", [1],
    ),
    "JSON": ("SELECT {{ doc | sql_json }} AS doc", {}, 'doc={"a": [1]}', ['{"a":[1]}']),
    "nothing found": ("SELECT id FROM sale WHERE id = {{ id | sql_int }}", {}, "id=0", []),
}  # fmt: skip


@pytest.mark.parametrize("product", ["postgresql", "mysql", "duckdb", "sqlite"])
@pytest.mark.parametrize("recipe", RECIPES)
async def test_a_recipe(everywhere: World, product: str, recipe: str) -> None:
    content, params, query, expected = RECIPES[recipe]
    path = f"{product}/{recipe.replace(' ', '-').replace(',', '')}"
    await everywhere.publish("GET", path, content, datasource=product, params=params)
    # Twice: what PostgreSQL yields is learned from the first, ordinary run.
    for _ in range(2):
        answer = await everywhere.call("GET", f"{path}?{query}")
        assert answer.status_code == 200, (await everywhere.records(limit="1"))[0]["error"]
        assert [next(iter(row.values())) for row in answer.json()["data"]] == expected


@pytest.mark.parametrize("product", ["postgresql", "mysql", "duckdb", "sqlite"])
async def test_data_and_count_in_one_answer(everywhere: World, product: str) -> None:
    content = """SELECT id FROM sale WHERE status = {{ status }} ORDER BY id LIMIT 2;
    SELECT count(*) AS total FROM sale WHERE status = {{ status }}"""
    await everywhere.publish("GET", f"{product}/both", content, datasource=product)
    answer = await everywhere.call("GET", f"{product}/both?status=paid")
    assert answer.json()["data"] == [[{"id": 3}, {"id": 6}], [{"total": 33}]]
