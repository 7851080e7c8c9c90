"""Authors who try to reach Python, the platform, or text that nobody checks."""

import re

import pytest

from dbapi_platform.engines.errors import InvalidDefinition, InvalidParameters, RenderFailed
from dbapi_platform.engines.sql import SqlLimits

from .rendering import compiled, render

ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''['__class__'] }}",
    "{{ x.__class__.__mro__[1].__subclasses__() }}",
    "{{ [].__class__.__base__ }}",
    "{{ x | attr('__class__') }}",
    "{{ [x] | map(attribute='__class__') | list }}",
    "{{ [x] | map('attr', '__class__') | list }}",
    "{{ [x] | selectattr('__class__') | list }}",
    "{{ [x] | groupby('__class__') }}",
    "{{ [x] | sort(attribute='__class__.__name__') }}",
    "{{ [x] | sum('__class__') }}",
    "{{ [x] | unique(attribute='__class__') | list }}",
    "{{ [x] | max(attribute='__class__') }}",
    "{{ [x] | map('safe') | list }}",
    "{{ [x] | map('sql_keyword', x) | list }}",
    "{{ self.__init__.__globals__ }}",
    "{{ config }}{{ config.items() }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ dict.__mro__ }}",
    "{{ range.__class__ }}",
    "{{ dict.fromkeys([1]) }}",
    "{{ client.__class__ }}",
    "{{ client.clear() }}",
    "{{ client.update(name='admin') }}",
    "{{ [].append(1) }}",
    "{% set l = [1] %}{{ l.append(2) }}",
    "{% set l = [1] %}{{ l.sort() }}",
    "{{ '%s' % x }}",
    "{{ '{0.__class__}'.format(x) }}",
    "{{ '{x.__class__}'.format_map({'x': x}) }}",
    "{{ 'abc'.encode() }}",
    "{{ 'abc'.translate({}) }}",
    "{{ x.split.__self__ }}",
    "{{ caller.__globals__ }}",
    "{% macro m() %}{{ m.__class__ }}{{ caller() }}{% endmacro %}{{ m._func.__globals__ }}",
    "{% macro m() %}{{ varargs.__class__ }}{% endmacro %}{{ m(1) }}{{ m.catch_kwargs }}{{ 'a'|m }}",
    "{% for a in [1] %}{{ loop.__class__ }}{{ loop._iterable }}{% endfor %}",
    "{% for a in [1] %}{{ loop.cycle.__globals__ }}{% endfor %}",
    "{% set ns = namespace() %}{{ ns.__class__ }}",
    "{% set ns = namespace() %}{% set ns.__class__ = 1 %}{{ ns._Namespace__attrs }}",
    "{{ environment }}",
    "{{ x.__dict__ }}",
    "{{ (x for x in y) }}",
    "{{ lambda: 1 }}",
    "{{ __import__('os') }}",
    "{{ open('/etc/passwd') }}",
    "{% set x = x.__class__ %}{{ x() }}",
    "{% call range(1) %}DROP TABLE t{% endcall %}",
    "{% set f = dict %}{% call f() %}x{% endcall %}",
    "{{ x | string | e }}",
    "{{ x | xmlattr }}",
    "{{ x | pprint }}",
    "{{ x | format(1) }}",
    "{{ x | tojson | safe }}",
    "{% autoescape false %}{{ x }}{% endautoescape %}",
    "{% do x %}",
    "{% debug %}",
    "{% trans %}{{ x }}{% endtrans %}",
]


@pytest.mark.parametrize("content", ESCAPES)
def test_a_way_out_leads_nowhere(content: str) -> None:
    """Either refused, or all that comes of it is values beside the author's own text."""
    try:
        statements = render(f"SELECT {content} AS a", x="text", y=[1])
    except (InvalidDefinition, InvalidParameters, RenderFailed):
        return
    for statement in statements:
        assert re.fullmatch(r"SELECT (\$1|\(\$1\)|\(NULL\)) AS a", statement.text)
        assert all(isinstance(value, str | int | None) for value in statement.values)
        assert "class" not in str(statement.values)


SPLICES = [
    "{{ x | upper }}", "{{ x | lower }}", "{{ x | replace('a', 'b') }}", "{{ x | trim }}",
    "{{ x ~ '' }}", "{{ '' ~ x }}", "{{ x + '' }}", "{{ [x] | join }}", "{{ x | string }}",
    "{{ x | default('b') }}", "{{ x | first }}", "{{ (x, 1) | first }}", "{{ {'a': x}.a }}",
    "{{ x | list | join }}", "{{ x[:] }}", "{{ x | title | capitalize }}", "{{ x.upper() }}",
    "{{ x.strip().lower() }}", "{{ x.split('zzz')[0] }}", "{{ x if x else 1 }}", "{{ x or 1 }}",
    "{% set y = x %}{{ y }}", "{% set y %}{{ x }}{% endset %}{{ y }}",
    "{% set y %}{{ x }}{% endset %}{{ y ~ '' }}", "{% set y %}{{ x }}{% endset %}{{ y | upper }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(x) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(x) ~ '' }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(x) | string }}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ x }}{% endcall %}",
    "{% macro m() %}{{ caller() | upper }}{% endmacro %}{% call m() %}{{ x }}{% endcall %}",
    "{% macro m() %}{{ varargs[0] }}{% endmacro %}{{ m(x) }}",
    "{% macro m() %}{{ kwargs.a }}{% endmacro %}{{ m(a=x) }}",
    "{% for c in [x] %}{{ c }}{% endfor %}", "{% for c in [x] recursive %}{{ c }}{% endfor %}",
    "{% with y = x %}{{ y }}{% endwith %}", "{% set n = namespace(y=x) %}{{ n.y }}",
    "{% set n = namespace() %}{% set n.y = x %}{{ n.y }}",
    "{% where %}{{ x }} = 1{% endwhere %}",
    "{{ [x, x] | unique | first }}", "{{ [[x]] | sum(start=[]) }}", "{{ dict(a=x)['a'] }}",
    "{{ {'k': x} | dictsort | first | last }}", "{{ [x] | map('upper') | first }}",
    "{{ [{'a': x}] | map(attribute='a') | first }}", "{{ loop }}", "{{ x | min }}",
    "{{ ([x] | groupby(0) | first).list }}", "{{ x | reverse }}", "{{ x | sort | join }}",
]  # fmt: skip


@pytest.mark.parametrize("content", SPLICES)
def test_however_a_value_is_passed_on_it_is_no_text(content: str) -> None:
    canary = "canary'; DROP TABLE t; --"
    try:
        statements = render(f"SELECT {content}", x=canary)
    except (InvalidDefinition, InvalidParameters, RenderFailed):
        return
    for statement in statements:
        assert "drop" not in statement.text.lower()
        assert "canary" not in statement.text.lower()
        assert "yranac" not in statement.text.lower()


def test_one_render_leaves_nothing_for_the_next() -> None:
    program = compiled(
        "{% set n = namespace(seen=0) %}{% set n.seen = n.seen + 1 %}SELECT {{ n.seen }}"
    )
    assert [program.render({})[0].values for _ in range(2)] == [(1,), (1,)]


def test_a_template_cannot_change_the_callers_values() -> None:
    given = {"x": [1], "o": {"a": 1}}
    for content in (
        "{{ x.append(2) }}",
        "{{ o.update(b=2) }}",
        "{{ o.pop('a') }}",
        "{{ x.clear() }}",
    ):
        with pytest.raises(RenderFailed):
            compiled(f"SELECT {content}", limits=SqlLimits()).render(given)
    assert given == {"x": [1], "o": {"a": 1}}


def test_what_a_template_knows_of_the_caller() -> None:
    program = compiled("SELECT {{ client.name }}, {{ client.groups | in_list }}, {{ client.id }}")
    known = {"id": "c1", "name": "billing", "groups": ["a", "b"], "claims": {}}
    assert program.render({}, known)[0].values == ("billing", "a", "b", "c1")
    assert program.render({})[0].values == (None, None)
    assert program.render({"client": "forged"}, known)[0].values[0] == "billing"
