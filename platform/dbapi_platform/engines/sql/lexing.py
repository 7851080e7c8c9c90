"""Reading SQL text: tokens as the product's own lexer sees them."""

import re
import threading
from itertools import islice
from typing import Any, Final

import sqlglot
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from .text import MARK

QUOTED: Final = frozenset(
    {
        TokenType.IDENTIFIER,
        TokenType.STRING,
        TokenType.NATIONAL_STRING,
        TokenType.RAW_STRING,
        TokenType.BYTE_STRING,
        TokenType.HEREDOC_STRING,
        TokenType.UNICODE_STRING,
        TokenType.HEX_STRING,
        TokenType.BIT_STRING,
    }
)

# What may open a quote or a comment, read backwards, and how many of them are tried.
_OPENING: Final = re.compile(r"['\"`\[$]|\*/")
_TRIED: Final = 40

# A tokenizer keeps its place in itself, and templates are compiled in threads.
_tokenizers = threading.local()


class Unreadable(ValueError):
    """A quote or a comment is not closed."""


def tokenize(text: str, dialect: str) -> list[Token]:
    """The tokens; comments are left out. Raises Unreadable."""
    try:
        tokens: list[Token] = _tokenizer(dialect).tokenize(text)
    except TokenError as error:
        raise Unreadable("a quote, a dollar quote or a comment is not closed") from error
    return tokens


def unclosed(text: str, dialect: str) -> int | None:
    """Where the quote or comment begins that makes a text unreadable; None where it is not found.

    What stands before it can be read: the last such place is tried first.
    """
    for found in islice(_OPENING.finditer(text[::-1]), _TRIED):
        offset = len(text) - found.end()
        try:
            before = tokenize(text[:offset], dialect)
        except Unreadable:
            continue
        if before and is_quoted(before[-1]) and before[-1].end + 1 == offset:
            # Two quotes in a row are one within the quotes that began before.
            return int(before[-1].start)
        return offset
    return None


def is_placeholder(token: Token) -> bool:
    """Whether the token is a value's mark and nothing else."""
    return token.text == MARK and token.token_type not in QUOTED


def is_quoted(token: Token) -> bool:
    """Whether the token is a literal or an identifier in quotes."""
    return token.token_type in QUOTED


def is_word(token: Token, *words: str) -> bool:
    """Whether the token is one of these words, in any case and outside quotes."""
    return token.token_type not in QUOTED and token.text.upper() in words


def _tokenizer(name: str) -> Any:
    found = getattr(_tokenizers, name, None)
    if found is None:
        found = _make_tokenizer(name)
        setattr(_tokenizers, name, found)
    return found


def _make_tokenizer(name: str) -> Any:
    """The dialect's tokenizer without two habits of sqlglot that no database shares.

    It takes what follows SHOW or EXPLAIN for one string, and Jinja's comments for SQL's.
    """
    dialect = sqlglot.Dialect.get_or_raise(name)
    plain: Any = type("Plain", (dialect.tokenizer_class,), {"COMMANDS": set()})
    plain._COMMENTS = {start: end for start, end in plain._COMMENTS.items() if start != "{#"}  # noqa: SLF001
    return plain(dialect=dialect)
