"""No template and no value takes for ever: every render ends within its budget, and says why."""

from contextlib import suppress

import pytest

from dbapi_platform.engines.errors import InvalidDefinition, InvalidParameters, RenderFailed
from dbapi_platform.engines.sql import SqlLimits

from .rendering import compiled, problems, render

SMALL = SqlLimits(max_template_bytes=200, max_rendered_bytes=300, max_steps=1_000)


def test_a_template_that_is_too_large_is_refused() -> None:
    (problem,) = problems("SELECT 1 -- " + "é" * 100, limits=SMALL)
    assert problem.message == "is larger than 200 bytes"


def test_a_text_that_is_too_large_is_refused() -> None:
    program = compiled("SELECT 1 {% for x in xs %} + 1 {% endfor %}", limits=SMALL)
    assert program.render({"xs": [1]})
    with pytest.raises(RenderFailed, match="renders to more than 300 bytes"):
        program.render({"xs": list(range(90))})


def grown(start: str, step: str, end: str = "SELECT {{ n.t }}", times: int = 60) -> str:
    """A template that makes something larger and larger."""
    return (
        f"{{% set n = namespace(t={start}) %}}{{% for i in range({times}) %}}"
        f"{{% set n.t = {step} %}}{{% endfor %}}{end}"
    )


ENDLESS = {
    "loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}1",
    "a macro of itself": "{% macro m() %}{{ m() }}{% endmacro %}SELECT {{ m() }}",
    "two macros": "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}"
    "SELECT {{ a() }}",
    "a range": "SELECT {{ range(1000000000) | list | length }}",
    "a power": "SELECT {{ 2 ** 64 ** 64 }}",
    "a text times": "SELECT {{ 'a' * 1000000000 }}",
    "a list times": "SELECT {{ [0] * 1000000000 }}",
    "percent": "SELECT {{ '%1000000000d' % 5 }}",
    "ljust": "SELECT {{ 'x'.ljust(1000000000) }}",
    "center": "SELECT {{ 'x'.center(1000000000) }}",
    "format": "SELECT {{ '{:>1000000000}'.format(x) }}",
    "tilde": grown("'aaaa'", "n.t ~ n.t"),
    "plus": grown("'aaaa'", "n.t + n.t"),
    "lists": grown("[1]", "n.t + n.t"),
    "lists compared": grown("[1]", "[n.t, n.t]", "SELECT {{ n.t == n.t }}"),
    "lists as JSON": grown("[1]", "[n.t, n.t]", "SELECT {{ n.t | sql_json }}"),
    "replace": grown("'a'", "n.t | replace('a', 'aa')"),
    "join": grown("'ab'", "[n.t, n.t] | join"),
    "numbers": grown("3", "n.t * n.t"),
    "printed": "{% set t %}{% for i in range(9999) %}aaaaaaaaaaaaaaaaaaaa{% endfor %}{% endset %}"
    "SELECT {% for i in range(999) %}{{ t }}{% endfor %}",
    "maps": "SELECT {{ range(99999) | map('string') | map('upper') | map('lower') | list }}",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_an_endless_template_ends_with_a_reason(name: str) -> None:
    with pytest.raises(RenderFailed) as caught:
        render(ENDLESS[name], x=1)
    assert caught.value.message


@pytest.mark.parametrize("value", [["x"] * 2_000_000, "x" * 2_000_000])
def test_a_huge_value_is_refused_or_only_bound(value: object) -> None:
    for template in ("SELECT {{ x | join }}", "SELECT {{ x | in_list }}", "SELECT {{ x ~ x }}"):
        with pytest.raises((RenderFailed, InvalidParameters)):
            render(template, x=value)
    assert render("SELECT {{ x | length }}", x=value)[0].values == (2_000_000,)


@pytest.mark.parametrize(
    "content",
    [
        "SELECT " + "(" * 2_000 + "1" + ")" * 2_000,
        "SELECT {{ " + "(" * 300 + "a" + ")" * 300 + " }}",
        "{% if a %}" * 300 + "SELECT 1" + "{% endif %}" * 300,
        "{% for a in b %}" * 30 + "SELECT 1" + "{% endfor %}" * 30,
        "SELECT {{ a" + " | upper" * 3_000 + " }}",
        "SELECT {{ " + "-" * 3_000 + "1 }}",
        "SELECT {{ " + "[" * 3_000 + "]" * 3_000 + " }}",
        "SELECT {{ 1" + "0" * 5_000 + " }}",
    ],
    ids=lambda content: content[:12],
)
def test_deep_nesting_is_understood_or_refused_but_never_a_crash(content: str) -> None:
    with suppress(RenderFailed, InvalidDefinition):
        assert render(content, a=1, b=[1])


def test_the_texts_that_are_remembered_are_bounded() -> None:
    program = compiled("SELECT {{ x | in_list }}")
    for length in range(1, 400):
        program.render({"x": list(range(length))})
    assert len(program._shapes) <= 128
