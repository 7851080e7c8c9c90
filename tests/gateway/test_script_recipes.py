"""What authors write scripts for, on every product: the same text, the same answer."""

from typing import Any

import pytest

from tests.world import World

PRODUCTS = ["postgresql", "mysql", "duckdb", "sqlite"]
each = pytest.mark.parametrize("product", PRODUCTS)

SEARCH = """
SORTS = {"id": "id", "total": "total", "day": "created_at"}

def condition(field, wanted):
    \"\"\"A comparison, or a group of them: {"all": [...]} and {"any": [...]}.\"\"\"
    if "all" in wanted or "any" in wanted:
        key = "all" if "all" in wanted else "any"
        parts, values = [], []
        for inner in wanted[key]:
            text, found = condition(inner.get("field"), inner)
            parts.append(text)
            values += found
        return "(" + (" AND " if key == "all" else " OR ").join(parts) + ")", values
    operators = {"eq": "=", "gt": ">", "lt": "<", "like": "LIKE"}
    column = {"status": "status", "total": "total", "customer": "customer_id"}.get(field)
    if column is None:
        fail(f"there is no field {field!r}")
    return f"{column} {operators[wanted['op']]} %s", [wanted["value"]]

def execute(params):
    where, values = "1 = 1", []
    if params["filter"]:
        where, values = condition(None, params["filter"])
    direction = "DESC" if params["desc"] else "ASC"
    page, size = params["page"], 3
    rows = db.query(
        f"SELECT id FROM sale WHERE {where} ORDER BY {SORTS[params['sort']]} {direction}, id "
        f"LIMIT {size} OFFSET {(page - 1) * size}",
        values,
    )
    total = db.query_one(f"SELECT count(*) AS n FROM sale WHERE {where}", values)["n"]
    return {"data": [row["id"] for row in rows], "total": total, "page": page}
"""
SEARCH_PARAMS = {
    "filter": {"type": "object"}, "sort": {"type": "string", "enum": ["id", "total", "day"],
    "default": "id"}, "desc": {"type": "boolean", "default": False},
    "page": {"type": "integer", "default": 1, "minimum": 1},
}  # fmt: skip
SEARCHES: list[tuple[dict[str, Any], list[int], int]] = [
    ({}, [1, 2, 3], 100),
    ({"filter": {"all": [{"field": "status", "op": "eq", "value": "paid"}]}}, [3, 6, 9], 33),
    (
        {"filter": {"any": [{"field": "total", "op": "gt", "value": 148},
                            {"all": [{"field": "customer", "op": "eq", "value": 2},
                                     {"field": "total", "op": "lt", "value": 20}]}]},
         "sort": "total", "desc": True},
        [100, 99, 12], 4,
    ),
    ({"filter": {"all": [{"field": "status", "op": "like", "value": "pa%"}]}, "page": 2},
     [12, 15, 18], 33),
]  # fmt: skip


@each
async def test_search_with_nested_filters_sorting_and_pages(
    everywhere: World, product: str
) -> None:
    await everywhere.publish("POST", f"{product}/s/search", SEARCH, engine="script",
                             datasource=product, params=SEARCH_PARAMS)  # fmt: skip
    for body, ids, total in SEARCHES:
        answer = await everywhere.call("POST", f"{product}/s/search", json=body)
        assert answer.status_code == 200, (await everywhere.records(limit="1"))[0]["error"]
        found = answer.json()
        assert (found["data"], found["total"]) == (ids, total)
    refused = await everywhere.call(
        "POST", f"{product}/s/search",
        json={"filter": {"all": [{"field": "id; DROP TABLE sale", "op": "eq", "value": 1}]}},
    )  # fmt: skip
    assert refused.status_code == 400
    assert "there is no field" in refused.json()["message"]


CREATE = """
def execute(params):
    known = db.query_one("SELECT count(*) AS n FROM {table} WHERE name = %s", [params["name"]])
    if known["n"]:
        fail(f"{{params['name']}} exists already", 409)
    db.insert("INSERT INTO {table} (id, name, price) VALUES (%(id)s, %(name)s, %(price)s)", params)
    return db.query_one("SELECT id, name, price FROM {table} WHERE id = %s", [params["id"]])
"""
UPDATE = """
def execute(params):
    values = [params["price"], params["id"]]
    count = db.update("UPDATE {table} SET price = %s WHERE id = %s", values)
    if count == 0:
        fail("no such item", 404)
    return count
"""
DELETE = "result = db.delete('DELETE FROM {table} WHERE id = %s', [req['id']])"
ITEM = {"id": "integer", "name": "string", "price": "number"}


@each
async def test_create_read_update_delete(everywhere: World, product: str) -> None:
    table = "item"
    await everywhere.publish(
        "POST", f"{product}/s/setup",
        f"db.execute('DROP TABLE IF EXISTS {table}')\n"
        f"result = db.execute('CREATE TABLE {table} (id INTEGER PRIMARY KEY, name VARCHAR(50), "
        "price DECIMAL(10, 2))')",
        engine="script", datasource=product,
    )  # fmt: skip
    assert (await everywhere.call("POST", f"{product}/s/setup")).status_code == 200
    required = {"type": "integer", "required": True}
    for method, path, content, params in (
        ("POST", "items", CREATE, ITEM), ("PUT", "items/{id}", UPDATE, ITEM | {"id": required}),
        ("DELETE", "items/{id}", DELETE, {"id": required}),
    ):  # fmt: skip
        await everywhere.publish(method, f"{product}/{path}", content.replace("{table}", table)
                                 .replace("{{", "{").replace("}}", "}"),
                                 engine="script", datasource=product, params=params)  # fmt: skip
    nasty = "O'Brien \\' OR 1=1 -- %s"
    made = await everywhere.call(
        "POST", f"{product}/items", json={"id": 1, "name": nasty, "price": 9.5}
    )
    assert made.json()["data"] == {"id": 1, "name": nasty, "price": 9.5}
    again = await everywhere.call(
        "POST", f"{product}/items", json={"id": 2, "name": nasty, "price": 1}
    )
    assert (again.status_code, again.json()["error"]["code"]) == (409, "refused")
    changed = await everywhere.call("PUT", f"{product}/items/1", json={"price": 11.25})
    assert changed.json()["data"] == 1
    assert (
        await everywhere.call("PUT", f"{product}/items/7", json={"price": 1})
    ).status_code == 404
    assert (await everywhere.call("DELETE", f"{product}/items/1")).json()["data"] == 1
    assert (await everywhere.call("DELETE", f"{product}/items/1")).json()["data"] == 0


TRANSFER = """
def execute(params):
    tx.begin()
    db.execute("INSERT INTO {table} VALUES (1)")
    seen = db.query_one("SELECT count(*) AS n FROM {table}")["n"]
    if params["how"] == "commit":
        tx.commit()
    elif params["how"] == "rollback":
        tx.rollback()
    elif params["how"] == "raise":
        raise ValueError("in the middle")
    elif params["how"] == "fail":
        fail("no", 409)
    return seen
"""


@each
async def test_a_transaction_that_is_not_finished_is_undone(
    everywhere: World, product: str
) -> None:
    table = "ledger"
    await everywhere.publish(
        "POST", f"{product}/s/ledger",
        f"db.execute('DROP TABLE IF EXISTS {table}')\n"
        f"result = db.execute('CREATE TABLE {table} (n INTEGER)')",
        engine="script", datasource=product,
    )  # fmt: skip
    await everywhere.call("POST", f"{product}/s/ledger")
    await everywhere.publish(
        "POST", f"{product}/s/transfer", TRANSFER.replace("{table}", table),
        engine="script", datasource=product, params={"how": "string"},
    )  # fmt: skip
    await everywhere.publish("GET", f"{product}/s/count", f"SELECT count(*) AS n FROM {table}",
                             datasource=product)  # fmt: skip
    for how, status, left in (
        ("commit", 200, 1), ("rollback", 200, 1), ("raise", 500, 1), ("fail", 409, 1),
        ("forget", 200, 1), ("commit", 200, 2),
    ):  # fmt: skip
        answer = await everywhere.call("POST", f"{product}/s/transfer", json={"how": how})
        assert answer.status_code == status, (await everywhere.records(limit="1"))[0]["error"]
        counted = await everywhere.call("GET", f"{product}/s/count")
        assert counted.json()["data"] == [{"n": left}], how


@each
async def test_several_statements_made_into_one_answer(everywhere: World, product: str) -> None:
    await everywhere.publish(
        "GET", f"{product}/s/both",
        "SELECT id FROM sale WHERE status = {{ status }} ORDER BY id LIMIT 2;"
        "SELECT count(*) AS total FROM sale WHERE status = {{ status }}",
        datasource=product,
        transform="def transform(result, params):\n"
        "    rows, count = result\n"
        "    return {'success': True, 'message': params['status'], 'data': rows, **count[0]}",
    )  # fmt: skip
    answer = await everywhere.call("GET", f"{product}/s/both?status=paid")
    assert answer.json() == {
        "success": True, "message": "paid", "data": [{"id": 3}, {"id": 6}], "total": 33,
    }  # fmt: skip


@each
async def test_a_query_over_the_row_limit_is_an_error_and_not_cut(
    everywhere: World, product: str
) -> None:
    await everywhere.publish(
        "GET", f"{product}/s/many", "result = len(db.query('SELECT id FROM sale'))",
        engine="script", datasource=product, max_rows=10,
    )  # fmt: skip
    assert (await everywhere.call("GET", f"{product}/s/many")).status_code == 500
    assert "more than 10 rows" in (await everywhere.records(limit="1"))[0]["error"]


@each
async def test_a_database_error_can_be_caught_and_otherwise_names_its_line(
    everywhere: World, product: str
) -> None:
    await everywhere.publish(
        "GET", f"{product}/s/caught",
        "try:\n    db.query('SELECT * FROM nowhere')\nexcept DatabaseError as error:\n"
        "    result = 'nowhere' in str(error)",
        engine="script", datasource=product,
    )  # fmt: skip
    assert (await everywhere.call("GET", f"{product}/s/caught")).json()["data"] is True
    endpoint = await everywhere.publish(
        "GET", f"{product}/s/uncaught", "\nresult = db.query('SELECT * FROM nowhere')",
        engine="script", datasource=product,
    )  # fmt: skip
    refused = await everywhere.call("GET", f"{product}/s/uncaught")
    assert (refused.status_code, refused.json()["error"]["code"]) == (500, "execution_failed")
    assert "nowhere" not in refused.text
    assert "content, line 2" in (await everywhere.records(limit="1"))[0]["error"]
    debugged = await everywhere.manage("POST", f"/endpoints/{endpoint['id']}/debug", json={})
    detail = debugged.json()["error"]["details"][0]
    assert (debugged.status_code, detail["field"], detail["line"]) == (422, "content", 2)
    assert "nowhere" in detail["message"]


@each
async def test_values_keep_their_types(everywhere: World, product: str) -> None:
    await everywhere.publish(
        "POST", f"{product}/s/typed",
        "row = db.query_one('SELECT id FROM sale WHERE created_at = %s AND total = %s', "
        "[params['day'], params['total']])\n"
        "result = [type(params['day']).__name__, type(params['total']).__name__, row]",
        engine="script", datasource=product, params={"day": "date", "total": "number"},
    )  # fmt: skip
    answer = await everywhere.call(
        "POST", f"{product}/s/typed", json={"day": "2026-02-02", "total": 43.5}
    )
    assert answer.json()["data"] == ["date", "float", {"id": 29}]
