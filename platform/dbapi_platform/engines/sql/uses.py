"""What a template does that matters to whoever would keep its answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from jinja2.meta import find_undeclared_variables
from sqlglot.tokenizer_core import Token, TokenType

from ...datasources.types import Dialect
from .budget import BUDGET
from .environment import SqlEnvironment
from .lexing import Unreadable, is_quoted, tokenize
from .misplacing import template_text
from .program import SqlLimits
from .sources import MacroSource, Part, linked, parse

# Words that a statement begins with which changes something.
_WRITES: Final = frozenset(
    {
        "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "UPSERT", "TRUNCATE", "CREATE", "DROP",
        "ALTER", "COPY", "GRANT", "REVOKE", "CALL", "DO", "LOCK", "VACUUM", "ATTACH", "DETACH",
    }
)  # fmt: skip
_WITHIN: Final = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})


@dataclass(frozen=True, slots=True)
class Uses:
    """`client` tells whether the caller is asked for, `writes` whether a statement surely writes.

    What is printed into a template is known only when it is called, so a template may write that
    does not look like it.
    """

    client: bool
    writes: bool


def sql_uses(
    content: str, *, dialect: Dialect, macros: Sequence[MacroSource], limits: SqlLimits
) -> Uses:
    """Of a template that can be compiled, with the macros that it calls."""
    environment = SqlEnvironment(dialect)
    # Jinja runs filters on constants while it looks for names.
    under_way = BUDGET.set(limits.budget())
    try:
        parts, _ = parse(environment, content, macros, max_bytes=limits.max_template_bytes)
        writes = any(_writes(part, dialect) for part in parts)
        names = find_undeclared_variables(linked(parts, environment))
    finally:
        BUDGET.reset(under_way)
    return Uses(client="client" in names, writes=writes)


def _writes(part: Part, dialect: Dialect) -> bool:
    try:
        tokens = tokenize(template_text(part), dialect.sqlglot)
    except Unreadable:
        # With branches, a quote may be opened in one and closed in another.
        return False
    return any(_is_write(statement) for statement in _statements(tokens))


def _statements(tokens: Sequence[Token]) -> Iterator[list[str]]:
    """The words of each; quoted texts are none."""
    words = list[str]()
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            yield words
            words = []
        else:
            words += [""] if is_quoted(token) else token.text.upper().split()
    yield words


def _is_write(words: Sequence[str]) -> bool:
    if not words:
        return False
    # `WITH gone AS (DELETE …) SELECT …`, `WITH old AS (…) DELETE …`.
    later = any(one in {"(", ")"} and other in _WITHIN for one, other in pairwise(words))
    return words[0] in _WRITES or (words[0] == "WITH" and later)
