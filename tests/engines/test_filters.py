"""The SQL filters: what each binds or prints, what it refuses, and what becomes of no value."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from dbapi_platform.datasources import DUCKDB, POSTGRESQL, SQLITE, Dialect
from dbapi_platform.engines.errors import RenderFailed

from .rendering import DIALECTS, one, refused, render

BOUND: list[tuple[str, object, object]] = [
    ("sql_string", "  it's ", "it's"),
    ("sql_string", 5, "5"),
    ("sql_int", "3", 3),
    ("sql_float", "10", 10.0),
    ("sql_float", "2.5", 2.5),
    ("sql_decimal", "1.10", Decimal("1.10")),
    ("sql_bool", "Yes", True),
    ("sql_date", "2026-01-31", date(2026, 1, 31)),
    ("sql_datetime", "2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
    (
        "sql_uuid", "123e4567e89b12d3a456426614174000",
        UUID("123e4567-e89b-12d3-a456-426614174000"),
    ),
    ("sql_json", {"a": [1, None, "é"]}, '{"a":[1,null,"é"]}'),
    ("json", [1, 2], "[1,2]"),
    ("fromjson", '{"a": 1}', '{"a":1}'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "value"), BOUND)
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.sqlglot)
def test_a_value_is_converted_and_bound(
    dialect: Dialect, name: str, given: object, value: object
) -> None:
    text, values = one(f"SELECT {{{{ x | {name} }}}}", dialect=dialect, x=given)
    assert text == f"SELECT {dialect.placeholder.format(n=1)}"
    assert values == (value,)
    assert type(values[0]) is type(value)


@pytest.mark.parametrize(("name", "given", "value"), BOUND)
def test_no_value_stays_null(name: str, given: object, value: object) -> None:
    assert one(f"SELECT {{{{ x | {name} }}}}", x=None) == ("SELECT $1", (None,))


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("sql_string", ["a"], "text, got a list"),
        ("sql_int", "3.5", "a whole number, got '3.5'"),
        ("sql_float", "a", "a number, got 'a'"),
        ("sql_decimal", "1e999", "a number"),
        ("sql_bool", "maybe", "true or false, got 'maybe'"),
        ("sql_date", "2026-02-30", "a date such as"),
        ("sql_datetime", "now()", "a date and time such as"),
        ("sql_uuid", "1", "a UUID such as"),
        ("fromjson", "{", "JSON, got '{'"),
        ("sql_in_list", "a", "a list, got 'a'"),
        ("sql_in_list", [[1]], "a list of single values"),
        ("sql_in_list", list(range(10_001)), "at most 10,000 elements"),
        ("sql_ident", 'a"b', "a name of letters, digits and _"),
        ("sql_ident", "a; DROP TABLE t", "a name of letters"),
        ("sql_ident", "", "a name of letters"),
        ("sql_ident", "a..b", "a name of letters"),
        ("sql_ident(allowed=['a'])", "b", "one of a, got 'b'"),
        ("sql_keyword('asc', 'desc')", "asc, 1", "one of asc, desc, got 'asc, 1'"),
        ("compare", {"combinator": "or", "values": "1"}, "a combinator of"),
        ("compare", {"combinator": "between", "values": "1"}, "between with two"),
        ("compare", {"combinator": ">", "values": [1, 2]}, "with one value"),
        ("compare", {"combinator": ">", "values": None}, "single values"),
        ("compare", "x", "a JSON object"),
    ],
)
def test_a_wrong_value_is_refused_by_the_parameters_name(
    name: str, given: object, told: str
) -> None:
    message = refused(f"SELECT {{{{ x | {name} }}}}", x=given)
    assert message.startswith("x: expected ")
    assert told in message


def test_lists_are_bound_element_by_element() -> None:
    for name in ("sql_in_list", "in_list"):
        template = f"SELECT 1 FROM t WHERE a IN {{{{ x | {name} }}}}"
        expected = ("SELECT 1 FROM t WHERE a IN ($1, $2)", ("a", "b'"))
        assert one(template, x=["a", "b'"]) == expected
    assert one("SELECT a IN {{ x | map('sql_int') | in_list }}", x=["1"])[1] == (1,)


@pytest.mark.parametrize("nothing", [[], None])
def test_an_empty_list_matches_nothing_and_its_opposite_everything(
    nothing: list[int] | None,
) -> None:
    template = "SELECT a {} {{{{ x | in_list }}}}"
    is_in, not_in = template.format("in"), template.format("NOT  IN")
    assert one(is_in, x=nothing) == ("SELECT a = ANY ('{}')", ())
    assert one(not_in, x=nothing) == ("SELECT a <> ALL ('{}')", ())
    for dialect in (DUCKDB, SQLITE):
        where = "(SELECT NULL WHERE 1 = 0)"
        assert one(is_in, dialect=dialect, x=nothing)[0] == f"SELECT a IN {where}"
        assert one(not_in, dialect=dialect, x=nothing)[0] == f"SELECT a NOT IN {where}"


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("sql_like", r"50\%\_\\"),
        ("sql_like_start", r"50\%\_\\%"),
        ("sql_like_end", r"%50\%\_\\"),
        ("sql_like_contains", r"%50\%\_\\%"),
    ],
)
def test_wildcards_of_the_caller_are_escaped(name: str, pattern: str) -> None:
    template = f"SELECT a LIKE {{{{ x | {name} }}}}"
    assert one(template, x="50%_\\") == ("SELECT a LIKE $1", (pattern,))
    # These two have no escape character unless they are told one.
    assert one(template, dialect=DUCKDB, x="a%")[0] == r"SELECT a LIKE $1 ESCAPE '\'"
    assert one(template, dialect=SQLITE, x="a%")[0] == r"SELECT a LIKE ?1 ESCAPE '\'"


def test_names_are_quoted_part_by_part() -> None:
    assert one("SELECT {{ x | sql_ident }}", x="total") == ('SELECT "total"', ())
    assert one("SELECT {{ x | sql_ident }}", x="shop.orders")[0] == 'SELECT "shop"."orders"'
    allowed = "SELECT {{ x | sql_ident(allowed=['id', 'total']) }}"
    assert one(allowed, x="total")[0] == 'SELECT "total"'


def test_an_allow_list_that_is_a_text_would_allow_its_parts() -> None:
    with pytest.raises(RenderFailed, match="takes a list"):
        render("SELECT {{ x | sql_ident(allowed='identity') }}", x="id")


@pytest.mark.parametrize("given", ["desc", "DESC", " Desc "])
def test_keywords_come_in_the_authors_spelling(given: str) -> None:
    template = "SELECT a FROM t ORDER BY a {{ x | sql_keyword('ASC', 'DESC nulls last') }}"
    assert one(template, x="desc NULLS last")[0].endswith("ORDER BY a DESC nulls last")
    plain = "SELECT a FROM t ORDER BY a {{ x | sql_keyword('ASC', 'DESC') }}"
    assert one(plain, x=given) == ("SELECT a FROM t ORDER BY a DESC", ())
    assert one(plain, x=None)[0].endswith("ORDER BY a ASC")


@pytest.mark.parametrize(
    ("given", "text", "values"),
    [
        ({"combinator": ">", "values": "100"}, "a > $1", (100,)),
        ({"combinator": "!=", "values": [2.5]}, "a <> $1", (2.5,)),
        ({"combinator": "BETWEEN", "values": "1, 2"}, "a BETWEEN $1 AND $2", (1, 2)),
        ({"values": "1 OR 1=1"}, "a = $1", ("1 OR 1=1",)),
        ('{"combinator": "<=", "values": 3}', "a <= $1", (3,)),
        (None, "a", ()),
    ],
)
def test_comparisons_bind_their_values(given: object, text: str, values: tuple[object]) -> None:
    assert one("SELECT a {{ x | compare }}", x=given) == (f"SELECT {text}", values)


def test_what_has_no_filter_is_bound_by_its_own_type() -> None:
    assert one("SELECT {{ x }}", x="' OR 1=1 --") == ("SELECT $1", ("' OR 1=1 --",))
    assert one("SELECT a IN {{ x }}", x=[1, "b"]) == ("SELECT a IN ($1, $2)", (1, "b"))
    assert one("SELECT {{ x }}", x={"a": 1}) == ("SELECT $1", ('{"a":1}',))
    assert one("SELECT {{ x }}", x=None) == ("SELECT $1", (None,))
    assert one("SELECT {{ x ~ '%' }}", x="a") == ("SELECT $1", ("a%",))


def test_the_right_one_of_two_equal_values_is_named() -> None:
    template = "SELECT {{ a | sql_string }},\n{{ b | sql_int }}"
    assert refused(template, a="x", b="x").startswith("b: ")


def test_numbers_become_question_marks_where_the_product_has_those() -> None:
    template = "SELECT {{ a }}, {{ b }}, {{ a }}"
    assert one(template, dialect=SQLITE, a=1, b=2) == ("SELECT ?1, ?2, ?3", (1, 2, 1))
    assert one(template, dialect=POSTGRESQL, a=1, b=2) == ("SELECT $1, $2, $3", (1, 2, 1))
