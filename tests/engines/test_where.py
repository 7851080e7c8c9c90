"""`{% where %}`: no leading AND, no WHERE without a condition, and nothing else touched."""

import pytest

from .rendering import one, problems


def where(body: str, operation: str = "", **values: object) -> str:
    tag = f'{{% where operation="{operation}" %}}' if operation else "{% where %}"
    text, _ = one(f"SELECT 1 FROM t {tag} {body} {{% endwhere %}} LIMIT 1", **values)
    return text.removeprefix("SELECT 1 FROM t ").removesuffix(" LIMIT 1")


@pytest.mark.parametrize(
    ("body", "clause"),
    [
        ("AND a = 1 AND b = 2", "WHERE a = 1 AND b = 2"),
        ("or a = 1", "WHERE a = 1"),
        ("a = 1 AND", "WHERE a = 1"),
        ("AND AND a = 1 OR", "WHERE a = 1"),
        ("AND android = 1", "WHERE android = 1"),
        ("AND 'AND' = a", "WHERE 'AND' = a"),
        ('AND "OR" = 1', 'WHERE "OR" = 1'),
        ("AND (a = 1 OR b = 2)", "WHERE (a = 1 OR b = 2)"),
        ("-- only a comment\n", "LIMIT 1"),
        ("  ", "LIMIT 1"),
        ("AND", "LIMIT 1"),
    ],
)
def test_the_leading_word_goes(body: str, clause: str) -> None:
    assert where(body).replace("SELECT 1 FROM t ", "") == clause


@pytest.mark.parametrize(
    ("body", "clause"),
    [
        ("AND a = 1 AND b = 2", "WHERE a = 1 OR b = 2"),
        ("AND a BETWEEN 1 AND 2 AND b = 3", "WHERE a BETWEEN 1 AND 2 OR b = 3"),
        ("AND (a = 1 AND b = 2) AND c = 3", "WHERE (a = 1 AND b = 2) OR c = 3"),
        (
            "AND CASE WHEN a = 1 AND b = 2 THEN c END = 1 AND d = 2",
            "WHERE CASE WHEN a = 1 AND b = 2 THEN c END = 1 OR d = 2",
        ),
        ("AND a = 'x AND y' AND b = 2", "WHERE a = 'x AND y' OR b = 2"),
        ("AND a = ARRAY[1, 2] AND b = 2", "WHERE a = ARRAY[1, 2] OR b = 2"),
    ],
)
def test_conditions_are_joined_by_or_when_told_to(body: str, clause: str) -> None:
    assert where(body, "OR") == clause
    assert where(body, "or") == clause


def test_only_what_was_given_is_asked_for() -> None:
    template = """SELECT id FROM orders
    {% where %}
      {% if since %} AND created_at >= {{ since | sql_date }} {% endif %}
      {% if ids %} AND id IN {{ ids | in_list }} {% endif %}
    {% endwhere %}"""
    assert one(template) == ("SELECT id FROM orders", ())
    text, values = one(template, ids=[1, 2])
    assert (text, values) == ("SELECT id FROM orders WHERE id IN ($1, $2)", (1, 2))


def test_a_value_in_a_comment_goes_with_it() -> None:
    template = "SELECT 1 {% where %} -- {{ a }}\n AND b = {{ b }} /* {{ c }} */ {% endwhere %}"
    assert one(template, a=1, b=2, c=3) == ("SELECT 1 WHERE b = $1", (2,))


def test_a_where_may_stand_in_another_and_in_a_macro() -> None:
    template = """{% macro both(a) %}{% where %} AND a = {{ a }} {% endwhere %}{% endmacro %}
    SELECT 1 FROM t {% where %} AND EXISTS (SELECT 1 FROM u {{ both(x) }}) {% endwhere %}"""
    text, values = one(template, x=5)
    assert text == "SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM u WHERE a = $1 )"
    assert values == (5,)


@pytest.mark.parametrize("tag", ['where operation="XOR"', "where mode='OR'", "where OR"])
def test_a_wrong_operation_is_told(tag: str) -> None:
    (problem,) = problems(f"SELECT 1 {{% {tag} %}} a {{% endwhere %}}")
    assert problem.line == 1
    assert "operation" in problem.message or "expected token" in problem.message
