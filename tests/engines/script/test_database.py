"""A script's statements: `%s` on every product, values apart from the text, whatever they are."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbapi_platform.datasources.dialects import DUCKDB, MYSQL, POSTGRESQL, SQLITE
from dbapi_platform.datasources.errors import QueryFailed
from dbapi_platform.datasources.types import Dialect
from dbapi_platform.engines.script.database import statement_of
from dbapi_platform.engines.script.worker.wire import pack, tagged, unpack, untagged

DIALECTS = [POSTGRESQL, MYSQL, DUCKDB, SQLITE]
each = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.sqlglot)


@each
def test_placeholders_become_the_products_own(dialect: Dialect) -> None:
    found = statement_of("SELECT * FROM t WHERE a = %s AND b IN (%s, %s)", [1, 2, 3], dialect)
    marks = [dialect.placeholder.format(n=n) for n in (1, 2, 3)]
    assert found.text == f"SELECT * FROM t WHERE a = {marks[0]} AND b IN ({marks[1]}, {marks[2]})"
    assert found.values == (1, 2, 3)
    assert found.is_query


@each
def test_names_may_stand_several_times(dialect: Dialect) -> None:
    found = statement_of(
        "UPDATE t SET a = %(x)s WHERE b = %(y)s OR c = %(x)s", {"x": 1, "y": 2}, dialect
    )
    assert found.values == (1, 2, 1)
    assert not found.is_query


def test_a_percent_sign_is_itself_without_values_and_doubled_with_them() -> None:
    assert statement_of("SELECT 'a%b' LIKE 'a%'", None, POSTGRESQL).text == "SELECT 'a%b' LIKE 'a%'"
    found = statement_of("SELECT * FROM t WHERE a LIKE 'x%%' AND b = %s", ["y"], POSTGRESQL)
    assert found.text == "SELECT * FROM t WHERE a LIKE 'x%' AND b = $1"
    assert statement_of("SELECT 7 %% %s", [2], MYSQL).text == "SELECT 7 %% %s"


WRONG: list[tuple[str, Any, str]] = [
    ("SELECT '%s'", ["x"], "within quotes"),
    ('SELECT "%s"', ["x"], "within quotes"),
    ("SELECT a%s", ["x"], "glued"),
    ("SELECT %s", [], "there are 1 and 0"),
    ("SELECT %s", [1, 2], "there are 1 and 2"),
    ("SELECT %(a)s", {"b": 1}, r"%\(a\)s has no value"),
    ("SELECT %(a)s", [1], "needs a mapping"),
    ("SELECT %s", {"a": 1}, "needs a list"),
    ("SELECT 'a%' = %s", ["x"], "percent sign stands alone"),
    ("SELECT 1; SELECT 2", None, "one statement"),
    ("", None, "empty"),
    ("-- nothing", None, "empty"),
    ("SELECT 'open", None, "not closed"),
    ("SELECT \ue000", None, "not possible"),
    ("SELECT 1" + " " * 1_100_000, None, "more than"),
]


@pytest.mark.parametrize(("sql", "params", "message"), WRONG)
def test_what_cannot_be_meant_is_told(sql: str, params: Any, message: str) -> None:
    with pytest.raises(QueryFailed, match=message):
        statement_of(sql, params, POSTGRESQL)


@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30), max_size=5)
)
def test_no_value_ever_becomes_text(values: list[str]) -> None:
    sql = "SELECT 1" + "".join(", %s" for _ in values)
    for dialect in DIALECTS:
        found = statement_of(sql, values, dialect)
        assert found.values == tuple(values)
        assert found.text == statement_of(sql, ["x"] * len(values), dialect).text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.binary(max_size=20) | st.dates() | st.datetimes() | st.times() | st.uuids()
    | st.timedeltas() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab", max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)  # fmt: skip


@given(VALUES)
def test_a_value_survives_its_way_to_the_platform(value: Any) -> None:
    (name, sent) = unpack(pack(["db", tagged(value)]))
    assert name == "db"
    found = untagged(sent)
    assert found == value
    assert type(found) is type(value)


@given(st.binary(max_size=300))
def test_whatever_a_worker_sends_is_a_message_or_refused(payload: bytes) -> None:
    try:
        message = unpack(payload)
    except ValueError:
        return
    assert isinstance(message[0], str)


def test_what_no_database_has_a_word_for_is_refused() -> None:
    for value in (object(), {1: 2}, {"a": {1, 2}}, lambda: 1):
        with pytest.raises(TypeError):
            tagged(value)
    with pytest.raises(ValueError, match=r"cannot be read|finite"):
        untagged(unpack(pack(["db", tagged(Decimal("NaN"))])))
