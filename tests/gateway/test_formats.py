"""The forms of an answer: each reads back as what the database held."""

import base64
import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dbapi_platform.datasources import Rows
from dbapi_platform.gateway.errors import Refused
from dbapi_platform.gateway.formats import FORMATS, Format, choose, writer_of
from dbapi_platform.gateway.formats.unwritable import Unwritable
from dbapi_platform.gateway.requests import Request
from tests.world import World


def written(name: str, *batches: Rows) -> bytes:
    writer = writer_of(FORMATS[name], batches[0])
    return b"".join([*(writer.write(batch) for batch in batches), writer.end()])


def arrow(*batches: Rows) -> pa.Table:
    return pa.ipc.open_stream(written("arrow", *batches)).read_all()


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    st.lists(st.integers(0, 9), max_size=3),
)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.tuples(*[plain] * width), max_size=8).map(
        lambda rows: Rows(tuple(f"c{place}" for place in range(width)), rows)
    )
)


@given(tables)
def test_ndjson_is_an_object_a_line(rows: Rows) -> None:
    lines = [line for line in written("ndjson", rows).decode().split("\n") if line]
    assert [tuple(json.loads(line).values()) for line in lines] == rows.rows
    assert all(list(json.loads(line)) == list(rows.columns) for line in lines)


@given(tables)
def test_csv_reads_back(rows: Rows) -> None:
    found = list(csv.reader(io.StringIO(written("csv", rows).decode(), newline="")))
    assert tuple(found[0]) == rows.columns
    assert found[1:] == [[as_csv(value) for value in row] for row in rows.rows]


def as_csv(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case float():
            return repr(value)
    return json.dumps(value, separators=(",", ":"))


KINDS = ("integer", "text", "boolean", "float", "decimal(9,2)", "date", "timestamp",
         "timestamptz", "binary", "json", "decimal")  # fmt: skip
FULL = (
    7, "ü", True, 1.5, Decimal("1.10"), "2026-01-31", "2026-01-31T10:00:00.5",
    "2026-01-31T10:00:00+00:00", base64.b64encode(b"\0\xff").decode(), {"a": [1]}, Decimal("2.5"),
)  # fmt: skip
READ = (
    7, "ü", True, 1.5, Decimal("1.10"), date(2026, 1, 31), datetime(2026, 1, 31, 10, 0, 0, 500_000),  # noqa: DTZ001
    datetime(2026, 1, 31, 10, tzinfo=UTC), b"\0\xff", '{"a":[1]}', 2.5,
)  # fmt: skip
EMPTY = (None,) * len(KINDS)
TYPED = Rows(KINDS, [FULL, EMPTY], kinds=KINDS)


def test_arrow_and_parquet_have_the_types_that_the_driver_tells() -> None:
    for found in (arrow(TYPED, TYPED), pq.read_table(io.BytesIO(written("parquet", TYPED, TYPED)))):
        rows = list(zip(*(column.to_pylist() for column in found.columns), strict=True))
        assert rows == [READ, EMPTY] * 2
        assert found.column_names == list(KINDS)


def test_no_rows_still_have_their_columns_and_types() -> None:
    none = Rows(KINDS, [], kinds=KINDS)
    assert arrow(none).schema == arrow(TYPED).schema
    assert pq.read_table(io.BytesIO(written("parquet", none))).num_rows == 0
    assert (
        written("csv", none).decode()
        == ",".join(f'"{kind}"' if "," in kind else kind for kind in KINDS) + "\r\n"
    )
    assert written("ndjson", none) == b""


@given(tables)
@example(Rows(("a",), [(0.5,), (2**53 + 1,)]))
@example(Rows(("a",), [(0.5,), (2**2000,)]))
def test_arrow_guesses_types_where_the_driver_tells_none(rows: Rows) -> None:
    columns: Sequence[Any] = list(zip(*rows.rows, strict=True)) or [()] * len(rows.columns)
    for column, found in zip(columns, arrow(rows).columns, strict=True):
        for value, read in zip(column, found.to_pylist(), strict=True):
            if isinstance(read, str) and not isinstance(value, str):
                assert json.loads(read) == value
            else:
                assert read == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [("timestamp", "infinity"), ("date", "0044-03-15 BC"), ("integer", 2**70), ("boolean", 7)],
)
def test_a_value_that_arrow_cannot_hold_is_told_with_its_column(kind: str, value: object) -> None:
    with pytest.raises(Unwritable, match=r"column total .* cast it to text"):
        arrow(Rows(("total",), [(value,)], kinds=(kind,)))


@pytest.mark.parametrize("large", [2**53 + 1, 2**2000])
def test_a_whole_number_that_comes_later_is_never_rounded(large: int) -> None:
    with pytest.raises(Unwritable, match=r"column total .* cast it to text"):
        arrow(Rows(("total",), [(0.5,)]), Rows(("total",), [(large,)]))


def test_a_sheet_has_numbers_as_numbers_and_no_formulas() -> None:
    rows = Rows(
        ("a", "b"),
        [(1, "=1+1"), (2.5, "http://x"), (Decimal("0.1"), None), (True, [1]), (10**17 + 1, "'")],
    )
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", rows)))
    found = list(book.active.iter_rows(values_only=True))
    assert found == [
        ("a", "b"), (1, "=1+1"), (2.5, "http://x"), (0.1, None), (True, "[1]"),
        (str(10**17 + 1), "'"),
    ]  # fmt: skip
    assert [cell.data_type for cell in book.active["B"]] == ["s", "s", "s", "n", "s", "s"]


def asked(accept: str | None, query: str = "", *, by_query: bool = True) -> Format:
    headers = [] if accept is None else [(b"accept", accept.encode())]
    scope = {
        "method": "GET", "path": "/api/x", "raw_path": b"/api/x", "query_string": query.encode(),
        "headers": headers, "client": None,
    }  # fmt: skip
    return choose(Request(scope, None), by_query=by_query)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("accept", "query", "expected"),
    [
        (None, "", "json"),
        ("*/*", "", "json"),
        ("application/json", "", "json"),
        ("application/problem+json", "", "json"),
        ("text/csv", "", "csv"),
        ("TEXT/CSV; charset=utf-8", "", "csv"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "", "json"),
        ("application/json;q=0.5, text/csv", "", "csv"),
        ("text/csv;q=0, application/json", "", "json"),
        ("application/vnd.apache.arrow.stream", "", "arrow"),
        ("application/x-ndjson", "", "ndjson"),
        ("application/vnd.dbapi.rows+json", "", "rows"),
        ("text/csv", "format=xlsx", "xlsx"),
        ("text/html", "a=1&format=parquet", "parquet"),
        ("text/csv;q=nonsense, application/*;q=0.1", "", "json"),
        ("application/json;q=0, */*", "", "rows"),
        ("*/*;q=0.9, application/json;q=0.1, application/vnd.dbapi.rows+json;q=0", "", "ndjson"),
        ("*/*;q=0.5, text/csv;q=0.5", "", "json"),
        ("text/csv, */*", "", "csv"),
        ("text/*, text/csv;q=0, application/jsonl;q=0.1", "", "ndjson"),
    ],
)
def test_the_caller_chooses_and_format_goes_before_accept(
    accept: str | None, query: str, expected: str
) -> None:
    assert asked(accept, query).name == expected


@pytest.mark.parametrize(
    ("accept", "query"),
    [("text/html", ""), ("image/png, text/css", ""), ("", ""), ("text/csv;q=0", ""),
     ("*/*", "format=xml"), ("*/*", "format=")],
)  # fmt: skip
def test_what_there_is_not_is_refused_with_what_there_is(accept: str, query: str) -> None:
    with pytest.raises(Refused) as caught:
        asked(accept, query)
    assert caught.value.status == 406
    assert "csv" in caught.value.message


def test_a_parameter_of_the_endpoints_own_is_no_choice() -> None:
    assert asked("text/csv", "format=long", by_query=False).name == "csv"


async def test_an_endpoint_answers_in_each_form(world: World) -> None:
    await world.publish(
        "GET", "forms/orders", "SELECT id, customer_id, status FROM orders WHERE id <= 3"
    )
    bare = await world.call("GET", "forms/orders?format=rows")
    expected = [
        {"id": 1, "customer_id": 1, "status": "open"},
        {"id": 2, "customer_id": 2, "status": "open"},
        {"id": 3, "customer_id": 3, "status": "paid"},
    ]
    assert bare.json() == expected
    lines = await world.call("GET", "forms/orders", headers={"Accept": "application/x-ndjson"})
    assert [json.loads(line) for line in lines.text.splitlines()] == expected
    table = await world.call("GET", "forms/orders?format=csv&naming=camel")
    assert table.text.splitlines()[:2] == ["id,customerId,status", "1,1,open"]
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.headers["content-disposition"] == 'attachment; filename="orders.csv"'
    stream = await world.call("GET", "forms/orders?format=arrow")
    assert pa.ipc.open_stream(stream.content).read_all().to_pylist() == expected
    packed = await world.call("GET", "forms/orders?format=parquet")
    assert pq.read_table(io.BytesIO(packed.content)).to_pylist() == expected
    sheet = await world.call("GET", "forms/orders?format=xlsx")
    assert openpyxl.load_workbook(io.BytesIO(sheet.content)).active.max_row == 4
    records = await world.records(path="forms/orders")
    assert [record["rows"] for record in records] == [3] * 6


async def test_the_row_limit_is_told_in_each_form(world: World) -> None:
    await world.publish("GET", "forms/cut", "SELECT id FROM orders", max_rows=10)
    for name in FORMATS:
        answer = await world.call("GET", f"forms/cut?format={name}")
        assert answer.status_code == 200, name
        assert answer.headers["x-row-limit-reached"] == "true", name
    lines = await world.call("GET", "forms/cut?format=ndjson")
    assert len(lines.text.splitlines()) == 10


async def test_at_the_usual_row_limit_an_answer_is_whole_and_says_so(world: World) -> None:
    await world.publish(
        "GET", "forms/usual",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 10050)"
        " SELECT n FROM r",
    )  # fmt: skip
    for name in ("csv", "ndjson", "arrow", "parquet"):
        answer = await world.call("GET", f"forms/usual?format={name}")
        assert answer.headers["x-row-limit-reached"] == "true", name
        assert "content-length" in answer.headers
    lines = await world.call("GET", "forms/usual?format=ndjson")
    assert len(lines.text.splitlines()) == 10_000


async def test_what_goes_wrong_is_told_in_json_whatever_was_asked_for(world: World) -> None:
    await world.publish(
        "GET", "forms/checked", "SELECT {{ n | sql_int }} AS n",
        params={"n": {"type": "integer", "required": True}},
    )  # fmt: skip
    refused = await world.call("GET", "forms/checked?format=csv")
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "invalid_parameters"
    unknown = await world.call("GET", "forms/checked?format=pdf&n=1")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (406, "not_acceptable")
    await world.publish("GET", "forms/broken", "SELECT nothing FROM orders")
    broken = await world.call("GET", "forms/broken?format=ndjson")
    assert broken.status_code == 500
    assert broken.json()["error"]["code"] == "execution_failed"


async def test_several_statements_are_no_table_and_none_of_them_runs(world: World) -> None:
    two = "SELECT 1 AS a; SELECT 2 AS b"
    await world.publish("GET", "forms/two", two)
    refused = await world.call("GET", "forms/two?format=csv")
    assert refused.status_code == 406
    assert "not one table" in refused.json()["message"]
    assert (await world.call("GET", "forms/two")).json()["data"] == [[{"a": 1}], [{"b": 2}]]


async def test_a_script_answers_as_a_table_too(world: World) -> None:
    await world.publish(
        "GET", "forms/script",
        "def execute(params):\n    return [{'a': 1}, {'a': 2, 'b': [3]}, 4]\n", engine="script",
    )  # fmt: skip
    answer = await world.call("GET", "forms/script?format=csv")
    assert answer.text.splitlines() == ["a,b,value", "1,,", "2,[3],", ",,4"]


async def test_a_format_parameter_of_the_endpoint_is_its_own(world: World) -> None:
    await world.publish(
        "GET", "forms/own", "SELECT {{ format | sql_string }} AS format",
        params={"format": {"type": "string"}},
    )  # fmt: skip
    answer = await world.call("GET", "forms/own?format=csv")
    assert answer.json()["data"] == [{"format": "csv"}]
