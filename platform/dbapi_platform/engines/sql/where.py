"""`{% where %}`: conditions without a leading AND or OR, and no WHERE when there are none."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, Literal

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from sqlglot.tokenizer_core import Token

from ...datasources.types import Dialect
from .lexing import is_quoted, is_word, tokenize
from .text import MARK, Sql

Operation = Literal["AND", "OR"]

# Longer blocks come from lists of every length: remembering them would only fill the memory.
MAX_REMEMBERED: Final = 4096


class WhereTag(Extension):
    """The tag itself; `operation="OR"` joins its conditions by OR."""

    tags = {"where"}  # noqa: RUF012 - Jinja's own attribute

    def parse(self, parser: Parser) -> nodes.Node:
        """`{% where [operation="OR"] %} … {% endwhere %}`."""
        line = next(parser.stream).lineno
        operation = self._operation(parser)
        body = parser.parse_statements(("name:endwhere",), drop_needle=True)
        call = self.call_method("where", [nodes.Const(operation)], lineno=line)
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def _operation(self, parser: Parser) -> str:
        if parser.stream.current.type == "block_end":
            return "AND"
        name = parser.stream.expect("name")
        parser.stream.expect("assign")
        value = parser.stream.expect("string").value.upper()
        if name.value != "operation" or value not in {"AND", "OR"}:
            parser.fail('expected operation="OR" or operation="AND"', name.lineno)
        return str(value)

    def where(self, operation: Operation, caller: Callable[[], Sql]) -> Sql:
        """The block's text as a WHERE clause."""
        dialect: Dialect = self.environment.dialect  # type: ignore[attr-defined]
        return where_clause(caller(), operation, dialect.sqlglot)


def where_clause(conditions: Sql, operation: Operation, dialect: str) -> Sql:
    """`WHERE …`, or nothing when there is no condition. Raises Unreadable."""
    text = conditions.plain
    clause = _remembered if len(text) <= MAX_REMEMBERED else _clause
    made, skipped = clause(text, operation, dialect)
    return Sql(made, conditions.values[skipped : skipped + made.count(MARK)])


def _clause(text: str, operation: Operation, dialect: str) -> tuple[str, int]:
    """The clause, and how many marks stood before it (in comments, which are dropped)."""
    tokens = tokenize(text, dialect)
    first, last = 0, len(tokens)
    while first < last and is_word(tokens[first], "AND", "OR"):
        first += 1
    while last > first and is_word(tokens[last - 1], "AND", "OR"):
        last -= 1
    if first == last:
        return "", 0
    start, end = tokens[first].start, tokens[last - 1].end + 1
    kept = text[start:end]
    if operation == "OR":
        for token in reversed(list(_connectors(tokens[first:last]))):
            kept = f"{kept[: token.start - start]}OR{kept[token.end + 1 - start :]}"
    before, after = _space(text[:start], at_end=True), _space(text[end:], at_end=False)
    return f"{before}WHERE {kept}{after}", text[:start].count(MARK)


_remembered = lru_cache(maxsize=2048)(_clause)


def _space(outside: str, *, at_end: bool) -> str:
    """A break or a blank, so that nothing is glued to the clause; a comment there is dropped."""
    near = outside[len(outside.rstrip()) :] if at_end else outside[: -len(outside.lstrip()) or None]
    return "\n" if "\n" in near else " "


def _connectors(tokens: list[Token]) -> Iterator[Token]:
    """The ANDs between conditions: not within brackets or CASE, not those of BETWEEN."""
    depth = betweens = 0
    for token in tokens:
        if is_quoted(token):
            continue
        depth += _opened(token)
        if depth:
            continue
        if is_word(token, "BETWEEN"):
            betweens += 1
        elif is_word(token, "AND"):
            if not betweens:
                yield token
            betweens = max(betweens - 1, 0)


def _opened(token: Token) -> int:
    """How much deeper the token leads; a lexer may give `}}` as one."""
    if is_word(token, "CASE"):
        return 1
    if is_word(token, "END"):
        return -1
    text = token.text
    return sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))
