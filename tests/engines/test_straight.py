"""The short way through a plain template gives what the long way gives, for every value."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbapi_platform.datasources import POSTGRESQL
from dbapi_platform.engines.errors import InvalidParameters, RenderFailed
from dbapi_platform.engines.sql import SqlProgram, compile_sql

PLAIN = [
    "SELECT {{ a }}, {{ b }}",
    "SELECT {{ a | sql_int }} AS x, {{ b | sql_string }} AS y",
    "SELECT {{ a | sql_float }}, {{ b | sql_decimal }}; SELECT {{ a | sql_bool }}",
    "SELECT {{ a | sql_date }}, {{ b | sql_datetime }}, {{ a | sql_uuid }} -- {{ b | sql_int }}",
    "SELECT {{ a | default(7) | sql_int }}, {{ b | default('x') | sql_string }}",
    "INSERT INTO t VALUES ({{ a | sql_string }}, {{ b | sql_int }})",
    "SELECT 1",
]
NOT_PLAIN = [
    "{% if a %}SELECT {{ a | sql_int }}{% endif %} SELECT 1",
    "SELECT {{ client.id }}",
    "SELECT {{ client }}",
    "SELECT 1 WHERE x IN {{ a | sql_in_list }}",
    "SELECT {{ a | upper | sql_string }}",
    "SELECT {{ a | default(b) | sql_int }}",
    "SELECT {{ a | default(7, true) | sql_int }}",
    "SELECT {{ a + 1 }}",
    "SELECT {{ a | sql_like }}",
]
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.decimals(),
    st.text(max_size=8),
    st.sampled_from(
        ["1", "1.5", "true", "2026-01-31", "2026-01-31T10:00:00Z", "\0", "\ud800", "x" * 2000,
         "7c9e6679-7425-40de-944b-e07fc1f90ae7", "' OR 1=1 --", "\ue000"],
    ),
    st.just(date(2026, 1, 31)),
    st.just(datetime(2026, 1, 31, tzinfo=UTC)),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)  # fmt: skip


def outcome(program: SqlProgram, given_values: dict[str, Any]) -> object:
    try:
        return repr(program.render(given_values))
    except (InvalidParameters, RenderFailed) as error:
        return type(error), str(error), error.args


def long_way(text: str) -> SqlProgram:
    program = compile_sql(text, dialect=POSTGRESQL)
    program._straight = None
    return program


SHORT = {text: compile_sql(text, dialect=POSTGRESQL) for text in PLAIN}
LONG = {text: long_way(text) for text in PLAIN}


@pytest.mark.parametrize("text", PLAIN)
@given(a=values, b=values)
def test_both_ways_give_the_same(text: str, a: object, b: object) -> None:
    assert SHORT[text]._straight is not None
    given_values = {"a": a, "b": b}
    assert outcome(SHORT[text], given_values) == outcome(LONG[text], given_values)


@pytest.mark.parametrize("text", PLAIN)
def test_names_that_are_not_given_are_null_on_both(text: str) -> None:
    assert outcome(SHORT[text], {}) == outcome(LONG[text], {})


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_what_does_more_is_left_to_jinja(text: str) -> None:
    assert compile_sql(text, dialect=POSTGRESQL)._straight is None
