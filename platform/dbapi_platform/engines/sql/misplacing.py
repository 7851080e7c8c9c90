"""Values within quotes, or glued to a word, as far as a template's text alone tells."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jinja2 import Environment, nodes

from ...datasources.types import Dialect
from ..errors import Code, DefinitionProblem
from .lexing import Unreadable, tokenize, unclosed
from .places import At, Ruler, printed_places, problem_at
from .sources import Part
from .statements import misplaced
from .text import MARK, PRINTED

# Filters that print SQL text and not a placeholder alone.
TEXT_FILTERS: Final = frozenset({"sql_ident", "sql_keyword", "compare", "in_list", "sql_in_list"})


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of SQL text; `offset` is where it stands in the template, if it does."""

    text: str
    offset: int | None = None


def misplaced_values(
    part: Part, environment: Environment, dialect: Dialect
) -> Iterator[DefinitionProblem]:
    """Every such value, and a quote that is never closed."""
    pieces = _joined(part)
    text = "".join(piece.text for piece in pieces)
    try:
        tokens = tokenize(text, dialect.sqlglot)
    except Unreadable as error:
        # With branches, a quote may be opened in one and closed in another.
        branches = part.tree.find_all((nodes.If, nodes.For, nodes.CallBlock, nodes.Macro))
        if next(branches, None) is None:
            opened = _source_offset(pieces, unclosed(text, dialect.sqlglot))
            place = None if opened is None else Ruler(part.text).at(opened, opened + 1)
            yield problem_at(str(error), place, code=Code.UNCLOSED_QUOTE)
        return
    found = list(misplaced(tokens, text))
    places = printed_places(environment.lexer, part.text) if found else []
    for problem in found:
        place = places[problem.index] if problem.index < len(places) else None
        yield problem_at(str(problem), place, problem.hint, code=problem.code)


def template_text(part: Part) -> str:
    """A template's own SQL text in the order of its source, a mark for all that is printed."""
    return "".join(piece.text for piece in _joined(part))


def _joined(part: Part) -> list[_Piece]:
    # A `{% set name %}` block holds SQL text, not a value.
    blocks = {block.target.name for block in part.tree.find_all(nodes.AssignBlock)
              if isinstance(block.target, nodes.Name)}  # fmt: skip
    return list(_pieces(part.tree, blocks))


def _source_offset(pieces: list[_Piece], offset: int | None) -> int | None:
    """Where in the template a character of the joined pieces stands."""
    if offset is None:
        return None
    for piece in pieces:
        if offset < len(piece.text):
            return None if piece.offset is None else piece.offset + offset
        offset -= len(piece.text)
    return None


def _pieces(node: nodes.Node, blocks: set[str]) -> Iterator[_Piece]:
    """The template's own text in the order of its source, a mark for all that is printed."""
    if isinstance(node, nodes.Output):
        for printed in node.nodes:
            if isinstance(printed, nodes.TemplateData):
                line = printed.lineno
                yield _Piece(printed.data, line.offset if isinstance(line, At) else None)
            else:
                yield _Piece(MARK if _prints_value(printed, blocks) else PRINTED)
    elif not isinstance(node, nodes.Expr):
        # Branches do not follow one another when they are rendered.
        between = _Piece("" if isinstance(node, nodes.Template) else " ")
        for fields in _bodies(node):
            yield between
            for child in fields:
                yield from _pieces(child, blocks)
            yield between


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
