"""Whatever the values are, the statements' tokens are the same: values never become SQL.

For every way that a template can use a value, arbitrary values are rendered beside harmless ones
of the same shape, and the product's own lexer must see the same tokens in both.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dbapi_platform.datasources import Dialect
from dbapi_platform.engines.errors import InvalidParameters, RenderFailed
from dbapi_platform.engines.sql import SqlProgram
from dbapi_platform.engines.sql.lexing import tokenize

from .rendering import DIALECTS, compiled

EVIL = st.sampled_from(
    [
        "' OR 1=1 --", "'; DROP TABLE t; --", '" OR ""="', "\\'; DROP TABLE t; --", "/*", "*/",
        "--", "#",
        "$$", "$tag$", "E'\\''", "U&'\\0027'", "`", "[", "]", ";", "$1", "?", "?1", ":a", "%s",
        "{{ 7 * 7 }}", "{% raw %}", "{#", "\ue000", "\ue001", "\ue002", "\ue003", "\n", "\r", "\t",
        "\u2019", "\uff07", "\u02bc", "\\", "\\\\", "%", "_", "NULL", "null", "true", "''", "AND",
        "OR", "1; SELECT 2", "0x27", "(SELECT 1)", "a'b\"c`d", "\u202e", "x" * 300,
    ]
)  # fmt: skip
TEXT = EVIL | st.text(max_size=20) | st.builds("".join, st.lists(EVIL, max_size=4))
SCALAR: Any = (
    TEXT
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.none()
    | st.decimals()
    | st.dates()
    | st.datetimes(timezones=st.none() | st.just(dt.UTC))
    | st.times()
    | st.timedeltas()
    | st.uuids()
)
LISTS = st.lists(SCALAR, max_size=5)
OBJECTS = st.dictionaries(TEXT, SCALAR | LISTS, max_size=4)

SCALAR_USES = [
    "{{ x }}", "{{ x | sql_string }}", "{{ x | sql_int }}", "{{ x | sql_float }}",
    "{{ x | sql_decimal }}", "{{ x | sql_bool }}", "{{ x | sql_date }}", "{{ x | sql_datetime }}",
    "{{ x | sql_uuid }}", "{{ x | sql_json }}", "{{ x | json }}", "{{ x | sql_like }}",
    "{{ x | sql_like_start }}", "{{ x | sql_like_end }}", "{{ x | sql_like_contains }}",
    "{{ x | fromjson | sql_json }}", "{{ x | upper }}", "{{ x | replace('a', \"'\") }}",
    "{{ x ~ \"' OR \" ~ x }}", "{{ x | string | trim | lower }}", "{{ (x, x) }}",
    "{{ [x] | join(\"'\") }}", "{{ x | default(\"'\") }}", "{{ x if x else \"'\" }}",
    "{% set y = x %}{{ y }}", "{% set y %}{{ x }}{% endset %}{{ y }} + {{ y ~ 'a' }}",
    "{% macro m(a) %}({{ a }} + {{ a | sql_string }}){% endmacro %}{{ m(x) }} + {{ m(x) ~ x }}",
    "{% macro m() %}({{ caller() }}){% endmacro %}{% call m() %}{{ x }}{% endcall %}",
    "{% for c in [x, x] %}{{ c }} + {% endfor %} 1", "1 {% where %} AND a = {{ x }} {% endwhere %}",
    '1 {% where operation="OR" %} AND a = {{ x }} AND b BETWEEN {{ x }} AND {{ x }} {% endwhere %}',
    "{{ x }} /* {{ x }} */ -- {{ x }}\n + {{ x }}", "{{ {'k': x} }}", "{{ [x, [x]] | sql_json }}",
]  # fmt: skip
LIST_USES = [
    "a IN {{ x | in_list }}", "a IN {{ x }}", "a NOT IN {{ x | sql_in_list }}",
    "a IN {{ x | map('string') | in_list }}", "a IN {{ x | reverse | list | in_list }}",
    "{{ x | sql_json }}", "{{ x | json }}", "{{ x | join(', ') }}",
    "{% for c in x %}{{ c }} + {% endfor %} 1",
    "{{ x | first }}, {{ x | last }}",
    "{{ x | length }}", "a IN {{ x | unique | list | sql_in_list }}",
]  # fmt: skip
OBJECT_USES = [
    "{{ x }}", "{{ x | sql_json }}", "{{ x | json }}", "a {{ x | compare }}", "{{ x.a }}",
    "{% for k, v in x.items() %}{{ k }} = {{ v }} AND {% endfor %} 1 = 1",
    "{{ x.keys() | list | join }}", "{{ x | dictsort | map('first') | list }}",
    "{{ x['a'] }}",
]  # fmt: skip


def prepared(uses: Sequence[str]) -> list[tuple[str, Dialect, SqlProgram]]:
    return [
        (use, dialect, compiled(f"SELECT {use} FROM t", dialect=dialect))
        for use in uses
        for dialect in DIALECTS
    ]


def tokens(program: SqlProgram, dialect: Dialect, value: object) -> list[Any] | None:
    """What the product reads, or None where the value is refused."""
    try:
        statements = program.render({"x": value})
    except (InvalidParameters, RenderFailed):
        return None
    for statement in statements:
        for number in range(1, len(statement.values) + 1):
            assert dialect.placeholder.format(n=number) in statement.text
    return [
        [(token.token_type, token.text) for token in tokenize(statement.text, dialect.sqlglot)]
        for statement in statements
    ]


def check(cases: list[tuple[str, Dialect, SqlProgram]], value: object, *harmless: object) -> None:
    """The value's tokens are those of a harmless value of its shape."""
    for use, dialect, program in cases:
        found = tokens(program, dialect, value)
        if found is None:
            continue
        expected = [tokens(program, dialect, other) for other in harmless]
        assert found in expected, f"{use}: {found}"


SCALARS, IN_LISTS, IN_OBJECTS = prepared(SCALAR_USES), prepared(LIST_USES), prepared(OBJECT_USES)
# One of these is taken by every filter; None is here since a comparison of nothing is nothing.
HARMLESS = ("a", 1, "2026-01-31", "123e4567-e89b-12d3-a456-426614174000", "true", None, "{}", "")


@pytest.mark.parametrize(
    ("cases", "values"), [(SCALARS, HARMLESS), (IN_LISTS, ([1],)), (IN_OBJECTS, ({"a": 1},))]
)
def test_every_use_takes_something(
    cases: list[tuple[str, Dialect, SqlProgram]], values: Sequence[object]
) -> None:
    for use, dialect, program in cases:
        if "compare" not in use:
            assert any(tokens(program, dialect, value) for value in values), use


@given(SCALAR)
@settings(max_examples=150)
@example("'; DROP TABLE t; --")
@example("\ue000")
def test_a_value_of_any_type_is_no_text(value: object) -> None:
    check(SCALARS, value, *HARMLESS)


@given(LISTS)
@settings(max_examples=100)
@example(["') OR 1=1 --"])
def test_a_list_of_anything_is_no_text(value: list[object]) -> None:
    # Filters that drop what is double leave a shorter list.
    shorter = [list(range(length)) for length in range(len(value) + 1)]
    texts = [["a"] * length for length in range(len(value) + 1)]
    check(IN_LISTS, value, *reversed(shorter), *texts, [None], [])


@given(OBJECTS)
@settings(max_examples=100)
@example({"combinator": "= 1 OR 1", "values": "1"})
@example({"combinator": ">", "values": "1 OR 1=1"})
def test_an_object_of_anything_is_no_text(value: dict[str, Any]) -> None:
    shapes = [{f"k{i}": v for i, v in enumerate([1] * length)} for length in range(len(value) + 1)]
    # The values of an object may be lists, which print one placeholder an element.
    same = {
        f"k{i}": [1] * len(v) if isinstance(v, list) else 1 for i, v in enumerate(value.values())
    }
    compared = [
        {"combinator": word, "values": values}
        for word, values in [(">", "1"), (">=", "1"), ("<", "1"), ("<=", "1"), ("=", "1"),
                             ("!=", "1"), ("between", "1,2")]
    ]  # fmt: skip
    members = [{"a": 1}, *({"a": [1] * length} for length in range(6))]
    check(IN_OBJECTS, value, same, *shapes, *compared, *members, None)


@given(combinator=TEXT, values=SCALAR | LISTS)
@settings(max_examples=100)
def test_a_comparison_is_one_of_eight_or_refused(combinator: str, values: object) -> None:
    cases = prepared(["a {{ x | compare }}"])
    for _, dialect, program in cases:
        found = tokens(program, dialect, {"combinator": combinator, "values": values})
        assert found is None or len(found[0]) in {6, 8, 9}


@given(TEXT)
@settings(max_examples=150)
def test_a_name_is_one_quoted_token_or_refused(value: str) -> None:
    for dialect in DIALECTS:
        program = compiled("SELECT {{ x | sql_ident }} FROM t", dialect=dialect)
        found = tokens(program, dialect, value)
        if found is not None:
            # SELECT "a" . "b" FROM t
            assert len(found[0]) == 4 + 2 * value.strip().count(".")


@given(TEXT)
@settings(max_examples=150)
def test_a_keyword_is_the_authors_or_refused(value: str) -> None:
    for dialect in DIALECTS:
        content = "SELECT 1 FROM t ORDER BY a {{ x | sql_keyword('ASC', 'DESC') }}"
        try:
            (statement,) = compiled(content, dialect=dialect).render({"x": value})
        except InvalidParameters:
            continue
        assert statement.text.removeprefix("SELECT 1 FROM t ORDER BY a ") in {"ASC", "DESC"}


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", 1j, range(3), iter([1])])
def test_what_is_no_value_is_refused(value: object) -> None:
    with pytest.raises(RenderFailed):
        compiled("SELECT {{ x }}").render({"x": value})


def test_exact_values_are_kept() -> None:
    value = Decimal("1.10")
    assert compiled("SELECT {{ x }}").render({"x": value})[0].values == (value,)
