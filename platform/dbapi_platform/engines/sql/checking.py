"""What a template may be made of, found out before it is saved."""

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Final

from jinja2 import Environment, nodes

from ...datasources.types import Dialect
from ..errors import DefinitionProblem
from .environment import GLOBALS, PUBLIC_FILTERS
from .filters import is_keywords
from .lexing import Unreadable, tokenize
from .sources import Part
from .statements import misplaced
from .text import MARK, PRINTED

MAX_NODES: Final = 50_000
# Filters that print SQL text and not a placeholder alone.
TEXT_FILTERS: Final = frozenset({"sql_ident", "sql_keyword", "compare", "in_list", "sql_in_list"})
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
_REUSE: Final = ("templates stand alone", "publish a macro and call it")
REASONS: Final[dict[type[nodes.Node], tuple[str, str | None]]] = {
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
        problem = _forbidden(node, environment)
        if problem is not None:
            message, hint = problem
            yield DefinitionProblem("content", message, node.lineno, hint=hint)
    if count > MAX_NODES:
        yield DefinitionProblem("content", "is too large: move parts of it into the database")


def _forbidden(  # noqa: PLR0911 - one answer a kind of node
    node: nodes.Node, environment: Environment
) -> tuple[str, str | None] | None:
    if type(node) not in ALLOWED:
        return REASONS.get(type(node), (f"{type(node).__name__} is not possible here", None))
    match node:
        case nodes.Name(name="self"):
            return "'self' is not possible here", None
        case nodes.CallBlock() if not _is_macro_call(node):
            return "{% call %} is for macros only", None
        case nodes.Filter():
            return _wrong_filter(node)
        case nodes.Test() if node.name not in environment.tests:
            return _unknown("test", node.name, list(environment.tests))
        case nodes.Output() if any(_is_meant_as_sql(printed) for printed in node.nodes):
            return PRINTED_CONSTANT
    return None


def _wrong_filter(node: nodes.Filter) -> tuple[str, str | None] | None:
    if node.name not in PUBLIC_FILTERS:
        return _unknown("filter", node.name, list(PUBLIC_FILTERS))
    if node.name != "sql_keyword":
        return None
    words = [arg.value if isinstance(arg, nodes.Const) else None for arg in node.args]
    if node.kwargs or node.dyn_args or node.dyn_kwargs or not is_keywords(words):
        # A caller's word must never become SQL.
        return "sql_keyword takes words in quotes", "{{ sort | sql_keyword('asc', 'desc') }}"
    return None


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


def _unknown(what: str, name: str, known: Sequence[str]) -> tuple[str, str | None]:
    near = difflib.get_close_matches(name, known, 1)
    hint = HINTS.get(name) or (f"did you mean '{near[0]}'?" if near else None)
    return f"there is no {what} '{name}'", hint


def misplaced_values(
    part: Part, environment: Environment, dialect: Dialect
) -> Iterator[DefinitionProblem]:
    """Values within quotes, or glued to a word, as far as the text alone tells."""
    # A `{% set name %}` block holds SQL text, not a value.
    blocks = {block.target.name for block in part.tree.find_all(nodes.AssignBlock)
              if isinstance(block.target, nodes.Name)}  # fmt: skip
    text = "".join(_pieces(part.tree, blocks))
    try:
        tokens = tokenize(text, dialect.sqlglot)
    except Unreadable as problem:
        # With branches, a quote may be opened in one and closed in another.
        branches = part.tree.find_all((nodes.If, nodes.For, nodes.CallBlock, nodes.Macro))
        if next(branches, None) is None:
            yield DefinitionProblem("content", str(problem))
        return
    places = _places(part.text, environment)
    for found in misplaced(tokens, text):
        line, column = places[found.index] if found.index < len(places) else (None, None)
        yield DefinitionProblem("content", str(found), line, column, found.hint)


def _pieces(node: nodes.Node, blocks: set[str]) -> Iterator[str]:
    """The template's own text in the order of its source, a mark for all that is printed."""
    if isinstance(node, nodes.Output):
        for printed in node.nodes:
            if isinstance(printed, nodes.TemplateData):
                yield printed.data
            else:
                yield MARK if _prints_value(printed, blocks) else PRINTED
    elif not isinstance(node, nodes.Expr):
        for fields in _bodies(node):
            # Branches do not follow one another when they are rendered.
            yield "" if isinstance(node, nodes.Template) else " "
            for child in fields:
                yield from _pieces(child, blocks)
            yield "" if isinstance(node, nodes.Template) else " "


def _bodies(node: nodes.Node) -> Iterator[list[nodes.Node]]:
    for _, value in node.iter_fields():
        if isinstance(value, list) and any(isinstance(child, nodes.Stmt) for child in value):
            yield value


def _prints_value(node: nodes.Node, blocks: set[str]) -> bool:
    """Whether it surely prints a placeholder: macros and set blocks print text."""
    if isinstance(node, nodes.Filter):
        return node.name not in TEXT_FILTERS
    if isinstance(node, nodes.Name):
        return node.name not in blocks
    if isinstance(node, nodes.CondExpr):
        return all(_prints_value(branch, blocks) for branch in (node.expr1, node.expr2) if branch)
    return not isinstance(node, nodes.Call)


def _places(source: str, environment: Environment) -> list[tuple[int, int | None]]:
    """Line and column of every `{{`, in order."""
    lines = source.split("\n")
    seen: dict[int, int] = {}
    places: list[tuple[int, int | None]] = []
    for line, kind, _ in environment.lex(source):
        if kind == "variable_begin":
            column = lines[line - 1].find("{{", seen.get(line, 0)) if line <= len(lines) else -1
            seen[line] = column + 2
            places.append((line, column + 1 if column >= 0 else None))
    return places
