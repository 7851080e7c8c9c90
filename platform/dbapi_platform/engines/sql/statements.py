"""From rendered text to statements: split, numbered, and told apart."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

from ...datasources.types import Dialect
from ..errors import Code
from .lexing import is_placeholder, is_quoted, tokenize
from .text import EMPTY_LIST, MARK, PRINTED

QUERIES: Final = frozenset({"SELECT", "WITH", "VALUES", "TABLE", "FROM"})
# A query with one of these cannot stand as a subquery: it writes, locks, or makes a table.
NOT_IN_SUBQUERY: Final = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "SHARE"})

_EMPTY_IN = re.compile(rf"\b(NOT\s+)?IN\s*{EMPTY_LIST}", re.IGNORECASE)
_PATTERN = re.compile(rf"'(%?)[^'{MARK}]*{MARK}[^'{MARK}]*?(%?)'")
_PATTERN_FILTERS: Final = {
    ("", "%"): "sql_like_start",
    ("%", ""): "sql_like_end",
    ("%", "%"): "sql_like_contains",
}


class Misplaced(ValueError):
    """A value stands within quotes or is glued to a word; `index` counts what is printed."""

    def __init__(self, message: str, hint: str, index: int, code: Code) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint
        self.index = index


@dataclass(frozen=True, slots=True)
class Shape:
    """A statement's final text, and which of the rendered values it takes, in order."""

    text: str
    indexes: tuple[int, ...]
    is_query: bool


def analyse(text: str, dialect: Dialect) -> tuple[Shape, ...]:
    """The statements of rendered text. Raises Unreadable or Misplaced."""
    if EMPTY_LIST in text:
        text = _EMPTY_IN.sub(
            lambda found: dialect.empty_not_in if found[1] else dialect.empty_in, text
        ).replace(EMPTY_LIST, "(NULL)")
    tokens = tokenize(text, dialect.sqlglot)
    for problem in misplaced(tokens, text):
        raise problem
    return tuple(_shapes(text, tokens, dialect))


def misplaced(tokens: Sequence[Token], text: str) -> Iterator[Misplaced]:
    """Everything printed that is within quotes, and every value that is no token by itself."""
    for token in tokens:
        source = text[token.start : token.end + 1]
        if MARK not in source and PRINTED not in source:
            continue
        if is_quoted(token):
            first = _printed_before(text, token)
            for number in range(source.count(MARK) + source.count(PRINTED)):
                yield Misplaced(*_quoted(source), first + number, Code.QUOTED_VALUE)
        elif MARK in source and _is_glued(source, text, token.start):
            yield Misplaced(
                "a value is glued to a word",
                "put a space between them; a column's or a table's whole name can be "
                "{{ name | sql_ident }}",
                _printed_before(text, token),
                Code.GLUED_VALUE,
            )


def _printed_before(text: str, token: Token) -> int:
    return text.count(MARK, 0, token.start) + text.count(PRINTED, 0, token.start)


def _quoted(source: str) -> tuple[str, str]:
    if MARK not in source:
        return "a name or a list stands within quotes", "remove the quotes: the filter writes them"
    hint = "remove the quotes: a value is bound, not pasted"
    if source.startswith('"'):
        hint = "for a column or a table write {{ name | sql_ident }} without quotes"
    elif pattern := _PATTERN.fullmatch(source):
        filter_ = _PATTERN_FILTERS.get((pattern[1], pattern[2]))
        hint = f"write LIKE {{{{ name | {filter_} }}}} without quotes" if filter_ else hint
    return "a value stands within quotes", hint


def _is_glued(source: str, text: str, position: int) -> bool:
    """Whether the value's token has more in it, or next to it.

    `1⟨value⟩` is two tokens, but would read as another number; `$⟨value⟩` as a quote.
    """
    if source.replace(PRINTED, "") != MARK:
        return True
    around = text[max(position - 1, 0) : position] + text[position + 1 : position + 2]
    return any(character.isalnum() or character in "_$" for character in around)


def _shapes(text: str, tokens: Sequence[Token], dialect: Dialect) -> Iterator[Shape]:
    """One shape for each statement that has any token."""
    start, index, part = 0, 0, list[Token]()
    for token in (*tokens, None):
        if token is not None and token.token_type is not TokenType.SEMICOLON:
            part.append(token)
            continue
        end = token.start if token is not None else len(text)
        if part:
            yield _shape(text[start:end], start, index, part, dialect)
        index += text.count(MARK, start, end)
        start, part = end + 1, []


def _shape(text: str, offset: int, index: int, tokens: Sequence[Token], dialect: Dialect) -> Shape:
    places = {token.start - offset for token in tokens if is_placeholder(token)}
    pieces, indexes = list[str](), list[int]()
    position = 0
    for number, piece in enumerate(text.split(MARK)):
        if number:
            # A mark that no token covers stands in a comment: it goes, and its value with it.
            if position in places:
                indexes.append(index + number - 1)
                pieces.append(dialect.placeholder.format(n=len(indexes)))
            position += 1
        position += len(piece)
        doubled = dialect.doubled
        pieces.append(piece.replace(doubled, doubled * 2) if doubled else piece)
    return Shape("".join(pieces).strip(), tuple(indexes), _is_query(tokens))


def _is_query(tokens: Sequence[Token]) -> bool:
    words = [
        word for token in tokens if not is_quoted(token) for word in token.text.upper().split()
    ]
    first = next((word for word in words if word != "("), "")
    return first in QUERIES and NOT_IN_SUBQUERY.isdisjoint(words)
