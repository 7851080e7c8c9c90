"""Parameters that nobody declared: their names, types, and whether they must be given."""

import pytest

from dbapi_platform.engines.parameters import Parameter

from .rendering import compiled, problems


def found(content: str, macro: str | None = None) -> dict[str, str]:
    """`{name: type}`, with `?` after the type of a parameter that may be left out."""

    def shown(parameter: Parameter) -> str:
        items = f"[{parameter.items}]" if parameter.items else ""
        return f"{parameter.type}{items}{'' if parameter.required else '?'}"

    return {p.name: shown(p) for p in compiled(content, macro=macro).discovered}


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("x", "string"),
        ("x | sql_string", "string"),
        ("x | sql_int", "integer"),
        ("x | sql_float", "number"),
        ("x | sql_decimal", "number"),
        ("x | sql_bool", "boolean"),
        ("x | sql_date", "date"),
        ("x | sql_datetime", "datetime"),
        ("x | sql_uuid", "uuid"),
        ("x | sql_json", "object"),
        ("x | sql_like_contains", "string"),
        ("x | in_list", "array?"),
        ("x | map('sql_int') | in_list", "array[integer]?"),
        ("x | compare", "object?"),
        ("x | default(5) | sql_int", "integer?"),
        ("x | sql_keyword('a', 'b')", "string?"),
        ("x.name", "object"),
        ("x['name']", "object"),
        ("x[0]", "array"),
        ("x.upper()", "string"),
        ("x * 2", "number"),
        ("(x - 1) | sql_int", "integer"),
        ("x or 5", "string?"),
        ("x if x else 0", "string?"),
    ],
)
def test_the_type_follows_from_the_use(expression: str, type_: str) -> None:
    assert found(f"SELECT {{{{ {expression} }}}}") == {"x": type_}


def test_what_a_condition_asks_for_need_not_be_given() -> None:
    content = """SELECT 1 {% where %}
      AND a = {{ must | sql_int }}
      {% if may %} AND b = {{ may | sql_date }} {% endif %}
    {% endwhere %}"""
    assert found(content) == {"must": "integer", "may": "date?"}


def test_a_comparison_with_a_number_is_one() -> None:
    assert found("SELECT {% if page > 1 %} {{ page }} {% endif %} 1") == {"page": "number?"}


def test_what_a_loop_runs_over_is_a_list() -> None:
    content = "SELECT {% for id in ids %} {{ id | sql_int }}, {% endfor %} 1"
    assert found(content) == {"ids": "array[integer]?"}
    content = "SELECT {% for k, v in x.items() %} {{ v }}, {% endfor %} {{ k }}"
    assert found(content) == {"x": "object", "k": "string"}


def test_names_that_the_template_gives_itself_are_none() -> None:
    content = """{% set a = 1 %}{% set b %}x{% endset %}
    {% macro m(c) %}{{ c }}{% endmacro %}
    SELECT {{ a }}, {{ b }}, {{ m(1) }}, {{ client.name }}, {{ range(3) | list }}, {{ d }}"""
    assert found(content) == {"d": "string"}


def test_a_macros_own_names_count_when_it_is_used() -> None:
    macro = """{% macro used(a) %}{{ a }} {{ tenant | sql_int }}{% endmacro %}
    {% macro other() %}{{ z }}{% endmacro %}"""
    assert found("SELECT {{ used(b) }}", macro) == {"b": "string", "tenant": "integer"}
    assert found("SELECT 1", macro) == {}


def test_they_come_in_the_order_of_the_template() -> None:
    assert list(found("SELECT {{ z }}, {{ a }}, {{ m }}, {{ z }}")) == ["z", "a", "m"]


@pytest.mark.parametrize("name", ["_x", "loop", "größe"])
def test_a_name_that_no_parameter_can_have_is_told(name: str) -> None:
    (problem,) = problems(f"SELECT {{{{ {name} }}}}")
    assert f"'{name}' is not a possible name" in problem.message
