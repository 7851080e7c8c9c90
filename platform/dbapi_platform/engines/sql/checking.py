"""What a template may be made of, found out before it is saved."""

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Final

from jinja2 import Environment, nodes

from ..errors import Code, DefinitionProblem
from .environment import GLOBALS, PUBLIC_FILTERS
from .filters import is_keywords
from .places import problem_at

MAX_NODES: Final = 50_000
ALLOWED: Final = frozenset(
    {
        nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Macro,
        nodes.CallBlock, nodes.Assign, nodes.AssignBlock, nodes.With, nodes.Scope,
        nodes.Name, nodes.NSRef, nodes.Const, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair,
        nodes.Keyword, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Call, nodes.Getitem,
        nodes.Getattr, nodes.Slice, nodes.Concat, nodes.Compare, nodes.Operand, nodes.Add,
        nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.And,
        nodes.Or, nodes.Not, nodes.Neg, nodes.Pos, nodes.ExtensionAttribute,
    }
)  # fmt: skip
# A message and a hint.
_Told = tuple[str, str | None]
_REUSE: Final = ("templates stand alone", "publish a macro and call it")
REASONS: Final[dict[type[nodes.Node], _Told]] = {
    nodes.FilterBlock: ("{% filter %} would print what nobody checks", "filter each value"),
    nodes.Include: _REUSE,
    nodes.Import: _REUSE,
    nodes.FromImport: _REUSE,
    nodes.Extends: _REUSE,
    nodes.Block: _REUSE,
    nodes.ScopedEvalContextModifier: ("{% autoescape %} is for HTML", "values are always bound"),
}
HINTS: Final = {
    "safe": "values are always bound; a column's name is {{ name | sql_ident }}",
    "escape": "leave it out: values are always bound",
    "e": "leave it out: values are always bound",
    "tojson": "sql_json binds JSON",
    "like": "sql_like, sql_like_start, sql_like_end or sql_like_contains",
}
PRINTED_CONSTANT: Final = (
    "a constant in {{ }} is bound as a value, not printed",
    "write it outside: {% if … %}, {% endif %}; or {{ name | sql_keyword('asc', 'desc') }}",
)
# Constants that are meant as SQL, and would be bound as a text.
_SQL_WORDS = re.compile(r"\s*(,|\(|\)|AND|OR|NOT|ASC|DESC)\s*", re.IGNORECASE)


def forbidden(template: nodes.Template, environment: Environment) -> Iterator[DefinitionProblem]:
    """Constructs, filters and tests that are not there, and misuse that can be seen."""
    count = 0
    for node in template.find_all(nodes.Node):
        count += 1
        for code, (message, hint) in _forbidden(node, environment):
            yield problem_at(message, node.lineno, hint, code=code)
        if isinstance(node, nodes.Output):
            for printed in filter(_is_meant_as_sql, node.nodes):
                message, hint = PRINTED_CONSTANT
                yield problem_at(message, printed.lineno, hint, code=Code.PRINTED_CONSTANT)
    if count > MAX_NODES:
        message = "is too large: move parts of it into the database"
        yield problem_at(message, None, code=Code.TOO_LARGE)


def _forbidden(node: nodes.Node, environment: Environment) -> Iterator[tuple[Code, _Told]]:
    if type(node) not in ALLOWED:
        told = REASONS.get(type(node), (f"{type(node).__name__} is not possible here", None))
        yield Code.FORBIDDEN, told
        return
    match node:
        case nodes.Name(name="self"):
            yield Code.FORBIDDEN, ("'self' is not possible here", None)
        case nodes.CallBlock() if not _is_macro_call(node):
            yield Code.FORBIDDEN, ("{% call %} is for macros only", None)
        case nodes.Filter() if node.name not in PUBLIC_FILTERS:
            yield Code.UNKNOWN_FILTER, _unknown("filter", node.name, list(PUBLIC_FILTERS))
        case nodes.Filter(name="sql_keyword") if not _has_own_words(node):
            # A caller's word must never become SQL.
            example = "{{ sort | sql_keyword('asc', 'desc') }}"
            yield Code.KEYWORD_WORDS, ("sql_keyword takes words in quotes", example)
        case nodes.Test() if node.name not in environment.tests:
            yield Code.UNKNOWN_TEST, _unknown("test", node.name, list(environment.tests))


def _has_own_words(node: nodes.Filter) -> bool:
    words = [arg.value if isinstance(arg, nodes.Const) else None for arg in node.args]
    return not (node.kwargs or node.dyn_args or node.dyn_kwargs) and is_keywords(words)


def _is_meant_as_sql(node: nodes.Node | None) -> bool:
    if isinstance(node, nodes.CondExpr):
        return _is_meant_as_sql(node.expr1) or _is_meant_as_sql(node.expr2)
    is_text = isinstance(node, nodes.Const) and isinstance(node.value, str)
    return is_text and bool(_SQL_WORDS.fullmatch(node.value))  # type: ignore[union-attr]


def _is_macro_call(node: nodes.CallBlock) -> bool:
    callee = node.call.node
    if isinstance(callee, nodes.ExtensionAttribute):
        return True
    return isinstance(callee, nodes.Name) and callee.name not in GLOBALS


def _unknown(what: str, name: str, known: Sequence[str]) -> _Told:
    near = difflib.get_close_matches(name, known, 1)
    hint = HINTS.get(name) or (f"did you mean '{near[0]}'?" if near else None)
    return f"there is no {what} '{name}'", hint
