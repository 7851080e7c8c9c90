"""What an author is told before anything is saved: the place, what is wrong, what to write."""

import pytest

from dbapi_platform.datasources import DUCKDB, SQLITE
from dbapi_platform.engines.errors import DefinitionProblem

from .rendering import compiled, problems


def problem(content: str, **options: object) -> DefinitionProblem:
    (found,) = problems(content, **options)
    return found


@pytest.mark.parametrize(
    ("content", "column", "hint"),
    [
        ("SELECT '{{ a }}'", 9, "remove the quotes"),
        ("SELECT 'x {{ a }} y'", 11, "remove the quotes"),
        ("SELECT E'{{ a }}'", 10, "remove the quotes"),
        ("SELECT $${{ a }}$$", 10, "remove the quotes"),
        ("SELECT $q$ {{ a }} $q$", 12, "remove the quotes"),
        ('SELECT "{{ a }}"', 9, "{{ name | sql_ident }}"),
        ("SELECT a LIKE '%{{ a }}%'", 17, "sql_like_contains"),
        ("SELECT a LIKE '{{ a }}%'", 16, "sql_like_start"),
        ("SELECT a LIKE '%{{ a }}'", 17, "sql_like_end"),
        ("SELECT interval '{{ a }} days'", 18, "remove the quotes"),
        ("SELECT '{{ a | sql_int }}'", 9, "remove the quotes"),
    ],
)
def test_a_value_in_quotes_is_found_with_its_place(content: str, column: int, hint: str) -> None:
    found = problem(content)
    assert (found.field, found.message) == ("content", "a value stands within quotes")
    assert (found.line, found.column) == (1, column)
    assert hint in (found.hint or "")


def test_the_right_one_of_many_is_found() -> None:
    content = "SELECT {{ a }},\n  {{ b }}, '{{ c }}',\n  {{ d }}"
    found = problem(content)
    assert (found.line, found.column) == (2, 13)


def test_several_are_found_at_once_and_within_branches() -> None:
    content = "SELECT '{{ a }}' {% if x %}, '{{ b }}'{% endif %}\n, '{{ c }}'"
    assert [(p.line, p.column) for p in problems(content)] == [(1, 9), (1, 31), (2, 4)]


@pytest.mark.parametrize("quoted", ["`{{ a }}`", "[{{ a }}]"])
def test_other_quotes_of_other_products_are_known(quoted: str) -> None:
    assert problem(f"SELECT {quoted}", dialect=SQLITE).message == "a value stands within quotes"


@pytest.mark.parametrize("content", ["SELECT '{{ a | sql_ident }}'", 'SELECT "{{ a | in_list }}"'])
def test_a_printed_name_in_quotes_is_told_apart(content: str) -> None:
    assert problem(content).message == "a name or a list stands within quotes"


@pytest.mark.parametrize(
    "content",
    [
        "SELECT * FROM orders_{{ year }}",
        "SELECT * FROM {{ year }}_orders",
        "SELECT 1{{ a }}",
        "SELECT {{ a }}{{ b }}",
        "SELECT ${{ a }}",
        "SELECT {{ a }}1",
    ],
)
def test_a_value_glued_to_a_word_is_found(content: str) -> None:
    assert problem(content).message == "a value is glued to a word"


@pytest.mark.parametrize(
    "content",
    [
        "SELECT {{ a }}::int, ({{ b }}), -{{ c }}, a={{ d }}",
        "SELECT 'a' || {{ a }} || 'b'",
        "SELECT 'it''s', {{ a }}",
        "SELECT {% if a %}'x'{% else %}'y'{% endif %}, {{ a }}",
        "SELECT t.{{ a | sql_ident }}, {{ b | sql_ident }}.id FROM t",
        "SELECT 1 -- don't '{{ a }}'\n, 2",
        "SELECT {% raw %}'{{ a }}'{% endraw %}",
        "SELECT {# '{{ a }}' #} 1",
        "SELECT interval '1 day' * {{ a }}",
    ],
)
def test_what_is_right_is_left_alone(content: str) -> None:
    assert compiled(content)
    assert compiled(content, dialect=DUCKDB)


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        ("SELECT {{ a | sqlint }}", "no filter 'sqlint'", "did you mean 'sql_int'?"),
        ("SELECT {{ a | safe }}", "no filter 'safe'", "values are always bound"),
        ("SELECT {{ a | e }}", "no filter 'e'", "values are always bound"),
        ("SELECT {{ a | tojson }}", "no filter 'tojson'", "sql_json"),
        ("SELECT {{ a | like }}", "no filter 'like'", "sql_like"),
        ("SELECT {{ a | attr('x') }}", "no filter 'attr'", ""),
        ("SELECT {{ a is defind }}", "no test 'defind'", "did you mean 'defined'?"),
        ("SELECT {{ a | sql_keyword(b) }}", "words in quotes", "sql_keyword('asc', 'desc')"),
        ("SELECT {{ a | sql_keyword(*b) }}", "words in quotes", "sql_keyword('asc', 'desc')"),
        ("SELECT {{ a | sql_keyword('x; drop') }}", "words in quotes", "sql_keyword"),
        ("SELECT {{ a | sql_keyword }}", "words in quotes", "sql_keyword"),
        ("SELECT {{ 'DESC' }}", "bound as a value, not printed", "write it outside"),
        ("SELECT {{ ',' if a }} 1", "bound as a value, not printed", "write it outside"),
        ("{% include 'x' %}", "templates stand alone", "macro"),
        ("{% import 'x' as y %}SELECT 1", "templates stand alone", "macro"),
        ("{% from 'x' import y %}SELECT 1", "templates stand alone", "macro"),
        ("{% extends 'x' %}", "templates stand alone", "macro"),
        ("{% block x %}SELECT 1{% endblock %}", "templates stand alone", "macro"),
        ("{% filter upper %}SELECT 1{% endfilter %}", "what nobody checks", "each value"),
        ("{% call range(3) %}x{% endcall %}", "is for macros only", ""),
        ("SELECT {{ self }}", "'self' is not possible", ""),
        ("SELECT {{ a", "unexpected end of template", ""),
        ("SELECT {% if a %}", "endif", ""),
        ("SELECT {% nope %}", "unknown tag 'nope'", ""),
        ("SELECT 'x", "not closed", ""),
        ("SELECT /* x", "not closed", ""),
        ("", "is empty", ""),
        ("SELECT '\ue000'", "U+E000", ""),
        ("SELECT '\0'", "U+0000", ""),
        ("SELECT '\ud800'", "no Unicode", ""),
    ],
)
def test_a_mistake_is_told_with_a_way_out(content: str, message: str, hint: str) -> None:
    found = problem(content)
    assert message in found.message
    assert hint in (found.hint or "")


def test_the_line_is_told() -> None:
    assert problem("SELECT 1,\n\n {{ a | nope }}").line == 3
    assert problem("SELECT 1\n{% if %}").line == 2


def test_a_line_of_a_macro_is_told_as_the_macros() -> None:
    found = problem("SELECT 1", macro="{% macro m(a) %}\n'{{ a }}'\n{% endmacro %}")
    assert "macro shared, line 2" in found.message
    assert found.line is None


def test_a_macro_may_print_nothing_by_itself() -> None:
    found = problem("SELECT 1", macro="DROP TABLE t;{% macro m() %}1{% endmacro %}")
    assert "only {% macro %} and {% set %} may stand here" in found.message
