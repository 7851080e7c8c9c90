"""docs/sql.md names every filter, test and function, none that does not exist, and is right."""

import re
from pathlib import Path

import pytest

from dbapi_platform.datasources import DUCKDB
from dbapi_platform.engines.sql import SqlLimits
from dbapi_platform.engines.sql.checking import REASONS
from dbapi_platform.engines.sql.environment import GLOBALS, PUBLIC_FILTERS, SqlEnvironment
from dbapi_platform.engines.sql.filters import MAX_LIST, SQL_FILTERS
from dbapi_platform.engines.sql.plain_filters import PLAIN_FILTERS

from .rendering import one, problems, render

PAGE = (Path(__file__).parents[2] / "docs/sql.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


def listed(kind: str) -> set[str]:
    """The names of one line of the list of what there is of Jinja."""
    line = next(line for line in PAGE.splitlines() if line.startswith(f"- **{kind}:**"))
    return set(re.findall(r"`([^`]+)`", line))


def test_every_sql_filter_has_its_line() -> None:
    table = "\n".join(line for line in PAGE.splitlines() if line.startswith("| `"))
    for name in SQL_FILTERS:
        assert f"`{name}`" in table or f"`{name}(" in table, name
    named = set(re.findall(r"`(sql_[a-z_]+)", PAGE))
    assert named <= PUBLIC_FILTERS


def test_the_lists_are_those_of_the_code() -> None:
    assert listed("Filters") == set(PLAIN_FILTERS)
    assert listed("Tests") == set(SqlEnvironment(DUCKDB).tests)
    assert set(GLOBALS) <= listed("Functions")


def test_what_is_said_not_to_exist_does_not() -> None:
    for content in ("{{ a | safe }}", "{% include 'a' %}", "{% import 'a' as b %}",
                    "{% extends 'a' %}", "{% filter upper %}a{% endfilter %}"):  # fmt: skip
        assert problems(f"SELECT 1 {content}")
    assert len(REASONS) == 7


@pytest.mark.parametrize("content", EXAMPLES, ids=lambda content: content[:30])
def test_an_example_can_be_run(content: str) -> None:
    assert render(content, dialect=DUCKDB, statuses=["paid"], word="a", sort="id", limit=5)
    assert len(EXAMPLES) == 4


def test_the_first_example_is_as_it_says() -> None:
    for value in ("paid", "' OR 1=1 --"):
        text = "SELECT * FROM orders WHERE status = $1"
        assert one(EXAMPLES[0], status=value) == (text, (value,))
        assert text in PAGE


def test_the_limits_are_those_of_the_code() -> None:
    limits = SqlLimits()
    assert limits.max_template_bytes == 1024**2
    assert limits.max_rendered_bytes == 10 * 1024**2
    assert f"{MAX_LIST:,} elements" in PAGE
    assert f"{limits.max_steps:,} steps" in PAGE
