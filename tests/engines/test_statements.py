"""Splitting by the product's own lexer, numbering, and which statements yield rows."""

import pytest

from dbapi_platform.datasources import DUCKDB, POSTGRESQL, SQLITE, Dialect
from dbapi_platform.engines.errors import RenderFailed

from .rendering import render


def texts(content: str, dialect: Dialect = POSTGRESQL) -> list[str]:
    return [statement.text for statement in render(content, dialect=dialect)]


@pytest.mark.parametrize(
    "content",
    [
        "SELECT 'a;b'; SELECT 2",
        "SELECT 'it''s;'; SELECT 2",
        'SELECT 1 AS "a;b"; SELECT 2',
        "SELECT 1 -- ; not here\n; SELECT 2",
        "SELECT /* ; /* nested ; */ ; */ 1; SELECT 2",
        "SELECT $$a;b$$; SELECT 2",
        "SELECT $tag$a;$$;b$tag$; SELECT 2",
        r"SELECT E'a\';b'; SELECT 2",
        "SELECT 1;; ;\n; SELECT 2;",
        "SELECT 1; SELECT 2 -- the end;",
        "SELECT 1; SELECT 2; -- the end",
        "/* first; */ SELECT 1; SELECT 2",
    ],
)
def test_two_statements_are_found(content: str) -> None:
    first, second = texts(content)
    assert first.rstrip(";") in content
    assert second.startswith("SELECT 2")


def test_a_dollar_quoted_function_is_one_statement() -> None:
    content = """DO $do$ BEGIN PERFORM 1; PERFORM 2; END $do$; SELECT 2"""
    assert len(texts(content)) == 2


@pytest.mark.parametrize("dialect", [POSTGRESQL, DUCKDB])
def test_a_backslash_ends_no_string(dialect: Dialect) -> None:
    assert texts(r"SELECT 'a\'; SELECT 2", dialect) == [r"SELECT 'a\'", "SELECT 2"]


def test_sqlite_reads_backticks_and_brackets_as_quotes() -> None:
    for content in ("SELECT 1 AS `a;b`; SELECT 2", "SELECT 1 AS [a;b]; SELECT 2"):
        assert len(texts(content, SQLITE)) == 2


@pytest.mark.parametrize(
    "content", ["-- nothing", "/* nothing */", ";", "{% if x %}SELECT 1{% endif %}"]
)
def test_no_statement_is_told(content: str) -> None:
    with pytest.raises(RenderFailed, match="no statement"):
        render(content, x=None)


@pytest.mark.parametrize(
    "content", ["SELECT {% if x %}'{% endif %}a", "SELECT {% if x %}/*{% endif %} 1"]
)
def test_an_open_quote_that_only_a_branch_has_is_told_when_it_runs(content: str) -> None:
    with pytest.raises(RenderFailed, match="not closed"):
        render(content, x=True)


@pytest.mark.parametrize(
    ("content", "is_query"),
    [
        ("SELECT 1", True),
        ("  -- a comment\n select 1", True),
        ("(SELECT 1) UNION (SELECT 2)", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("VALUES (1)", True),
        ("TABLE t", True),
        ("SELECT 'DELETE' AS word", True),
        ("SELECT deleted, updated_at FROM t", True),
        ("WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone", False),
        ("SELECT * FROM t FOR UPDATE", False),
        ("SELECT * FROM t FOR SHARE", False),
        ("SELECT 1 INTO copy", False),
        ("INSERT INTO t VALUES (1) RETURNING id", False),
        ("SHOW server_version", False),
        ("EXPLAIN SELECT 1", False),
        ("CALL p()", False),
    ],
)
def test_only_plain_queries_may_stand_as_a_subquery(content: str, is_query: bool) -> None:
    (statement,) = render(content)
    assert statement.is_query is is_query


def test_placeholders_are_numbered_anew_in_each_statement() -> None:
    first, second = render("SELECT {{ a }}, {{ b }}; SELECT {{ c }}, {{ a }}", a=1, b=2, c=3)
    assert (first.text, first.values) == ("SELECT $1, $2", (1, 2))
    assert (second.text, second.values) == ("SELECT $1, $2", (3, 1))


def test_a_value_in_a_comment_is_not_sent() -> None:
    first, second = render(
        "SELECT {{ a }} /* {{ b }} */ -- {{ b }}\n, {{ c }}; -- {{ b }}\nSELECT {{ a }}",
        a=1, b=2, c=3,
    )  # fmt: skip
    assert first.values == (1, 3)
    assert second.values == (1,)
    assert "$3" not in first.text


def test_jsonb_question_marks_and_casts_are_left_alone() -> None:
    (statement,) = render("SELECT data ? 'a', {{ x }}::int, data->>'b', '{1}'::int[] FROM t", x=1)
    assert statement.text == "SELECT data ? 'a', $1::int, data->>'b', '{1}'::int[] FROM t"
