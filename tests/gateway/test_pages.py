"""Pages by offset and by keys: every row once, also while others are inserted, on every product."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from dbapi_platform.app import Application, create_platform
from dbapi_platform.datasources import POSTGRESQL, Rows, Statement
from dbapi_platform.engines.errors import InvalidParameters, RenderFailed
from dbapi_platform.publishing.definition import Definition, PageRule
from dbapi_platform.publishing.pages import PageAsk, Pager
from tests.world import World, open_world

PRODUCTS = ["postgresql", "mysql", "duckdb", "sqlite"]


async def walk(world: World, address: str) -> list[list[dict[str, Any]]]:
    """Every page from the first on, by the addresses that they tell."""
    pages = []
    following: str | None = f"/api/{address}"
    while following:
        assert len(pages) < 60, "it has no end"
        answer = await world.http.get(following)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        pages.append(body["data"])
        following = body["next"]
        assert ("link" in answer.headers) == (following is not None)
    return pages


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("style", ["offset", "keyset"])
@pytest.mark.parametrize(
    "by",
    [["id"], ["-id"], ["status", "-total"], ["-created_at", "customer_id", "id"]],
    ids=["up", "down", "both", "three"],
)
async def test_all_rows_come_once_and_in_order(
    everywhere: World, product: str, style: str, by: list[str]
) -> None:
    path = f"pages/{product}/{style}/{len(by)}{by[0].strip('-')}{by[0][0] == '-'}"
    await everywhere.publish(
        "GET", path, "SELECT id, customer_id, status, total, created_at FROM sale",
        datasource=product, page={"style": style, "by": by, "size": 30},
    )  # fmt: skip
    pages = await walk(everywhere, path)
    assert [len(page) for page in pages] == [30, 30, 30, 10]
    rows = [row for page in pages for row in page]
    assert sorted(row["id"] for row in rows) == list(range(1, 101))
    expected = list(rows)
    for name in reversed(by):
        expected.sort(key=lambda row: row[name.strip("-")], reverse=name.startswith("-"))
    assert rows == expected


@pytest.mark.parametrize("product", PRODUCTS)
async def test_parameters_stay_and_pages_may_be_smaller(everywhere: World, product: str) -> None:
    await everywhere.publish(
        "GET", f"pages/few/{product}",
        "SELECT id FROM sale WHERE status = {{ status | sql_string }}"
        " AND id > {{ above | sql_int }} -- the end",
        datasource=product, page={"style": "keyset", "by": ["id"], "size": 30},
        params={"status": {"type": "string"}, "above": {"type": "integer", "default": 0}},
        unknown_params="refuse",
    )  # fmt: skip
    pages = await walk(everywhere, f"pages/few/{product}?status=paid&page_size=20&above=30")
    assert [len(page) for page in pages] == [20, 3]
    assert [row["id"] for row in pages[0] + pages[1]] == list(range(33, 100, 3))


async def test_pages_by_keys_are_not_moved_by_new_rows(world: World) -> None:
    await world.publish(
        "GET", "pages/moving", "SELECT id, status FROM orders",
        page={"style": "keyset", "by": ["id"], "size": 10},
    )  # fmt: skip
    first = (await world.call("GET", "pages/moving")).json()
    path = world.settings.file_datasource_root / "shop.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO orders (id, status) VALUES (-5, 'new'), (-6, 'new')")
    second = (await world.http.get(first["next"])).json()
    assert [row["id"] for row in second["data"]] == list(range(11, 21))
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM orders WHERE id < 0")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page_size=0", "page_size"),
        ("page_size=11", "page_size"),
        ("page_size=ten", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=9999999999999999999999", "page_size"),
        ("after=x", "after"),
        ("after=%00", "after"),
        ("after=W1siaSIsIjEiXV0", "after"),
    ],
)
async def test_a_page_that_there_is_not_is_refused(world: World, query: str, field: str) -> None:
    await world.publish(
        "GET", "pages/refused", "SELECT id FROM orders",
        page={"style": "keyset", "by": ["id"], "size": 10},
    )  # fmt: skip
    answer = await world.call("GET", f"pages/refused?{query}")
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["error"]["details"]] == [field]


async def test_a_place_in_one_endpoint_is_none_in_another(world: World) -> None:
    for path, by in (("pages/one", ["id"]), ("pages/other", ["status", "id"])):
        await world.publish(
            "GET", path, "SELECT id, status FROM orders",
            page={"style": "keyset", "by": by, "size": 10},
        )  # fmt: skip
    told = (await world.call("GET", "pages/one")).json()["next"]
    after = parse_qs(urlsplit(told).query)["after"][0]
    answer = await world.call("GET", "pages/other", params={"after": after})
    assert answer.status_code == 400
    assert "begin again" in answer.json()["message"]


async def test_other_forms_tell_the_next_page_in_a_header(world: World) -> None:
    await world.publish(
        "GET", "pages/forms", "SELECT id FROM orders",
        page={"style": "offset", "by": ["id"], "size": 40},
    )  # fmt: skip
    answer = await world.call("GET", "pages/forms?format=csv&page=2")
    assert len(answer.text.splitlines()) == 41
    link = answer.headers["link"]
    assert link.endswith('; rel="next"')
    last = await world.http.get(link.split(">")[0].lstrip("<"))
    assert last.text.splitlines() == ["id", *map(str, range(81, 101))]
    assert "link" not in last.headers


async def test_kept_answers_are_kept_by_the_page(world: World) -> None:
    await world.publish(
        "GET", "pages/kept", "SELECT id FROM orders",
        page={"style": "keyset", "by": ["id"], "size": 50}, cache={"ttl": 60},
    )  # fmt: skip
    for _ in range(2):
        # What means nothing here may mean something elsewhere: nobody else is told of it.
        pages = await walk(world, "pages/kept?key=mine")
        assert [row["id"] for page in pages for row in page] == list(range(1, 101))
    told = (await world.call("GET", "pages/kept?key=mine")).json()["next"]
    assert "mine" not in told


async def test_a_kept_page_leads_on_in_each_callers_own_words(world: World) -> None:
    path = "pages/words"
    rule = {"style": "keyset", "by": ["order_id"], "size": 10}
    content = "SELECT id AS order_id, {} AS made_by FROM orders"
    for number in (1, 2):
        endpoint = await world.publish(
            "GET", path, content.format(number), page=rule, cache={"ttl": 60}
        )
    await world.manage(
        "PATCH", f"/endpoints/{endpoint['id']}/versions/1", json={"is_pinnable": True}, status=200
    )
    header = {"X-API-Version": "1", "X-Response-Naming": "camel"}
    plain = (await world.call("GET", path, headers=header)).json()
    asked = (await world.call("GET", f"{path}?version=1&naming=camel")).json()
    assert plain["data"] == asked["data"]
    assert "version" not in plain["next"]
    following = (await world.http.get(asked["next"])).json()["data"]
    assert following[0] == {"orderId": 11, "madeBy": 1}
    await world.call("GET", path, headers={"Accept": "text/csv"})
    link = (await world.call("GET", f"{path}?format=csv")).headers["link"]
    assert "format=csv" in link


@pytest.mark.parametrize("down", ["", "-"])
@pytest.mark.parametrize(
    ("product", "column"),
    [
        ("postgresql", "(id / 7.0)::float4"),
        ("postgresql", "CASE WHEN id < 50 THEN 'NaN' ELSE id / 7.0 END::float4"),
        ("postgresql", "('x' || id)::bytea"),
        ("mysql", "CAST(id AS BINARY)"),
        ("duckdb", "CAST(CAST(id AS VARCHAR) AS BLOB)"),
    ],
)
async def test_keys_are_found_again_to_the_last_bit(
    everywhere: World, product: str, column: str, down: str
) -> None:
    await everywhere.publish(
        "GET", "pages/exact", f"SELECT id, {column} AS k FROM sale",
        datasource=product, page={"style": "keyset", "by": [f"{down}k", "id"], "size": 7},
    )  # fmt: skip
    rows = [row["id"] for page in await walk(everywhere, "pages/exact") for row in page]
    assert sorted(rows) == list(range(1, 101))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("SELECT 1 AS id FROM orders", "not unique together"),
        ("SELECT CAST(1000 + id AS BLOB) AS id FROM orders", "not found again"),
    ],
)
async def test_pages_that_would_lose_rows_or_never_end_are_not_answered(
    world: World, content: str, reason: str
) -> None:
    rule = {"style": "keyset", "by": ["id"], "size": 10}
    await world.publish("GET", "pages/lost", content, page=rule)
    answer = await world.call("GET", "pages/lost")
    if answer.status_code == 200:
        answer = await world.http.get(answer.json()["next"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "execution_failed")
    (record, *_) = await world.records(path="pages/lost")
    assert reason in record["error"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("SELECT status FROM orders", "page.by names id, which is no column"),
        ("SELECT NULL AS id, 1 AS b FROM orders", "NULL"),
        (
            "SELECT id FROM orders{% if not 0 %}; SELECT 1 AS id{% endif %}",
            "single query",
        ),
    ],
)
async def test_what_has_no_pages_is_told_to_its_author(
    world: World, content: str, reason: str
) -> None:
    rule = {"style": "keyset", "by": ["id"], "size": 10}
    await world.publish("GET", "pages/wrong", content, page=rule)
    answer = await world.call("GET", "pages/wrong")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "execution_failed")
    (record, *_) = await world.records(path="pages/wrong")
    assert reason in record["error"] or "id" in record["error"]


@pytest.mark.parametrize(
    "content",
    [
        "SELECT id FROM orders; SELECT 1 AS id",
        "DELETE FROM orders WHERE id = {{ id }}",
        "SELECT id FROM orders; DELETE FROM orders",
    ],
)
async def test_what_is_known_to_be_no_single_query_is_refused_when_it_is_saved(
    world: World, content: str
) -> None:
    for rule in ({"style": "keyset", "by": ["id"], "size": 10}, {"style": "offset", "by": ["id"]}):
        draft = {
            "method": "GET", "path": "pages/several", "engine": "sql", "datasource": "shop",
            "content": content, "page": {"size": 10, **rule},
        }  # fmt: skip
        answer = await world.manage("PUT", "/drafts", json=draft, status=422)
        assert "needs a single query" in str(answer["error"])
        del draft["page"]
        await world.manage("PUT", "/drafts", json=draft)


@pytest.mark.parametrize("product", PRODUCTS)
async def test_no_page_leaves_out_rows_without_a_key_and_says_nothing(
    everywhere: World, product: str
) -> None:
    """Some databases put them first and some last: where, a page may never come to them."""
    path = f"pages/null/{product}"
    for key in ("k", "-k"):
        await everywhere.publish(
            "GET", path, "SELECT CASE WHEN id < 100 THEN id END AS k FROM sale",
            datasource=product, page={"style": "keyset", "by": [key], "size": 40},
        )  # fmt: skip
        following, seen = f"/api/{path}", 0
        while True:
            answer = await everywhere.http.get(following)
            if answer.status_code != 200:
                break
            seen += len(answer.json()["data"])
            following = answer.json()["next"]
            assert following, "the row was left out"
        assert seen < 99
        (record, *_) = await everywhere.records(path=path)
        assert "has no place" in record["error"] or "have no place" in record["error"]


async def test_the_size_may_be_named_in_camel_case(world: World) -> None:
    rule = {"style": "offset", "by": ["id"], "size": 10}
    await world.publish(
        "GET", "pages/camel", "SELECT id FROM orders", page=rule, unknown_params="refuse"
    )
    camel = await world.call("GET", "pages/camel?pageSize=3&naming=camel")
    assert len(camel.json()["data"]) == 3
    assert len((await world.http.get(camel.json()["next"])).json()["data"]) == 3
    assert (await world.call("GET", "pages/camel?pageSize=3")).status_code == 400


def pager(**fields: Any) -> Pager:
    rule = PageRule(style="keyset", by=("a",), **fields)
    definition = Definition(
        method="GET", path="x", engine="sql", datasource_id="1", content="", page=rule
    )
    return Pager(definition, rule, POSTGRESQL)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("integer", 7), ("float", 0.1), ("boolean", True), ("text", "a'b"),
     ("timestamp", "2026-01-31T10:00:00.5"), ("timestamptz", "2026-01-31T10:00:00+00:00"),
     ("date", "2026-01-31"), ("uuid", "7c9e6679-7425-40de-944b-e07fc1f90ae7"),
     ("timestamp", "infinity"), ("float", "NaN")],
)  # fmt: skip
def test_keys_are_bound_as_what_they_are(kind: str, value: object) -> None:
    made = pager()
    following = made.following(Rows(("a",), [(value,), ("next",)], kinds=(kind,)), PageAsk(1))
    assert following is not None
    ask = made.ask({"after": [following["after"]]})
    statement = made.statement([Statement("SELECT 1 AS a", (), is_query=True)], ask)
    assert "a'b" not in statement.text
    bound = statement.values[0]
    told = bound.isoformat() if hasattr(bound, "isoformat") else bound
    assert str(told).rstrip("0") == str(value).rstrip("0")
    assert statement.text.endswith('WHERE "a" >= $1 AND (("a" > $2)) ORDER BY "a" LIMIT 101')


def test_lists_have_no_order() -> None:
    made = pager()
    with pytest.raises(RenderFailed, match="no order"):
        made.following(Rows(("a",), [([1],), ([2],)]), PageAsk(1))


def test_a_cursor_is_not_taken_on_trust() -> None:
    made = pager()
    following = made.following(Rows(("a",), [(7,), (8,)]), PageAsk(1))
    assert following is not None
    after = following["after"]
    for place in range(len(after)):
        changed = after[:place] + ("B" if after[place] != "B" else "C") + after[place + 1 :]
        try:
            ask = made.ask({"after": [changed]})
        except InvalidParameters:
            continue
        # The last letter has bits that mean nothing.
        assert (place, ask.after) == (len(after) - 1, (7,))


async def test_a_platforms_lower_limit_makes_pages_smaller(tmp_path: Path) -> None:
    async with open_world(tmp_path) as before:
        await before.publish(
            "GET", "pages/lowered", "SELECT id FROM orders",
            page={"style": "keyset", "by": ["id"], "size": 60},
        )  # fmt: skip
        lowered = before.settings.model_copy(update={"max_rows": 40})
        other = create_platform(lowered)
        tasks = await other.start()
        transport = httpx.ASGITransport(Application(other))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            first = (await http.get("/api/pages/lowered")).json()
            second = (await http.get(first["next"])).json()
        await other.stop(tasks)
        rows = [row["id"] for row in first["data"] + second["data"]]
        assert rows == list(range(1, 81))
