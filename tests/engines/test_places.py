"""Wherever a problem is said to be, there is text, and it is the text that is meant."""

import re
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from dbapi_platform.datasources import DUCKDB, MYSQL, POSTGRESQL, SQLITE, TRINO, Dialect
from dbapi_platform.engines.errors import DefinitionProblem
from dbapi_platform.engines.script.programs import checked
from dbapi_platform.engines.script.worker.facades import MODULES
from dbapi_platform.engines.script.worker.programs import Source
from dbapi_platform.engines.script.worker.serve import _checked
from dbapi_platform.engines.sql import MacroSource, read_sql

PIECES = st.sampled_from([
    "{{ ", " }}", "{{ a }}", "{{- a -}}", "{{ a | nope }}", "{{ a | sql_int }}", "{% if a %}",
    "{% endif %}", "{% for b in c %}", "{% endfor %}", "{% where %}", "{% endwhere %}",
    "{% raw %}", "{% endraw %}", "{# ", " #}", "{% set a %}", "{% endset %}", "{% print b %}",
    "{% include 'x' %}", "{{ m(1) }}", "{{ 'DESC' }}", "{{ a is nope }}", "{{ a.b['c'] }}",
    "{%- ", " -%}", "|", "(", ")", "'", '"', "`", "$$", "$q$", "--", "/*", "*/", "#", ";",
    "\\", "%", "\n", "\r\n", "\r", "\t", "\f", "\u2028", "\x85", "é", "🦆", "\U0010ffff",
    "\ue000", "\0", "\ud800", " ", "SELECT", "x", "1", "_",
])  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join)
DIALECTS = st.sampled_from([POSTGRESQL, MYSQL, SQLITE, DUCKDB, TRINO])


def lines_of(text: str) -> list[str]:
    """As editors break them."""
    return re.split(r"\r\n|\r|\n", text)


def assert_inside(problem: DefinitionProblem, text: str) -> None:
    lines = lines_of(text)
    start, end = (problem.line, problem.column), (problem.end_line, problem.end_column)
    for line, column in (start, end):
        assert line is None or 1 <= line <= len(lines), problem
        assert column is None or line is not None, problem
        if line is not None and column is not None:
            assert 1 <= column <= len(lines[line - 1]) + 1, problem
    if None not in (*start, *end):
        assert start <= end, problem  # type: ignore[operator]


@given(TEXTS, DIALECTS)
@example("{{ a\n", POSTGRESQL)
@example("{%- raw -%}\r\n {{ '{% endraw %}'{{ a }}'", POSTGRESQL)
@example("SELECT '''{{ a }}\r", SQLITE)
@example("{% if a %}\n\n", MYSQL)
def test_every_problem_of_a_template_is_inside_of_it(text: str, dialect: Dialect) -> None:
    reading = read_sql(
        text, dialect=dialect, macros=[MacroSource("m", "{% macro z() %}{% endmacro %}")]
    )
    assert (reading.program is None) == bool(reading.problems)
    for problem in reading.problems:
        assert problem.field == "content"
        assert_inside(problem, text)
    for found in reading.found or ():
        if found.line is not None:
            span, name = found.line.span, found.parameter.name
            line = lines_of(text)[span.line - 1]
            assert line[span.column - 1 : span.end_column - 1] == name


NAMES = st.text("ab🦆é\t '\n\r", max_size=12)


@given(st.lists(NAMES, min_size=2, max_size=6), DIALECTS)
def test_every_unknown_filter_is_found_where_it_stands(
    between: list[str], dialect: Dialect
) -> None:
    text = "{{ x | nope }}".join(between)
    found = [p for p in read_sql(text, dialect=dialect).problems if p.code == "unknown_filter"]
    assert len(found) == len(between) - 1
    for problem in found:
        line = lines_of(text)[(problem.line or 0) - 1]
        assert line[(problem.column or 0) - 1 : (problem.end_column or 0) - 1] == "nope"
    places = [(p.line or 0, p.column or 0) for p in found]
    assert all(one < other for one, other in pairwise(places))


@given(st.lists(st.text("a🦆é \t\n", max_size=6), min_size=2, max_size=5))
def test_every_value_in_quotes_is_found_where_it_stands(between: list[str]) -> None:
    text = "SELECT " + "'{{ x }}'".join(f" {piece} " for piece in between)
    found = [p for p in read_sql(text, dialect=POSTGRESQL).problems if p.code == "quoted_value"]
    assert len(found) == len(between) - 1
    for problem in found:
        line = lines_of(text)[(problem.line or 0) - 1]
        assert line[(problem.column or 0) - 1 : (problem.end_column or 0) - 1] == "{{ x }}"


SCRIPT = st.sampled_from([
    "import os", "import json", "from x import y", "_a", "open(1)", "def execute(p):",
    "    return 1", "x = ", "'''", "'", "(", ")", "\n", "\r\n", "\r", "\t", "\f", "é", "🦆",
    "\\", "#", ":", "async ", "\0", "class A:", " ", "lambda: ", "{", "}", "f'{", "\u2028",
    "match x:", "global a", "return",
])  # fmt: skip


@given(st.lists(SCRIPT | st.text(max_size=2), max_size=15).map("".join))
@example("x = '''\r\n🦆''' + _b")
@example("")
def test_every_problem_of_a_script_is_inside_of_it(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    for problem in checked("content", text, _checked(Source("content", text), MODULES)).problems:
        assert problem.line is not None
        assert_inside(problem, text)


@given(st.lists(st.integers() | st.none() | st.text(max_size=2), min_size=4, max_size=4), TEXTS)
def test_a_worker_that_lies_about_a_place_is_not_believed(place: list[object], text: str) -> None:
    told = {"problems": [["refused", "x", *place]], "defined": [], "read": []}
    (problem,) = checked("content", text, told).problems
    assert_inside(problem, text)
