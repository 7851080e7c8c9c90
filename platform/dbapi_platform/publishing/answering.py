"""What can be wrong with how an endpoint answers: kept answers, pages and exports."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ..engines.errors import Code, DefinitionProblem
from ..engines.parameters import Parameter
from ..engines.sql import Uses
from .definition import CacheRule, Definition, PageRule

MAX_TTL_S: Final = 86_400
MAX_BY: Final = 8
# What callers of an endpoint with pages ask for a page with.
PAGE_PARAMETERS: Final = frozenset({"page", "page_size", "after"})
_COLUMN: Final = re.compile(r"-?[A-Za-z_][A-Za-z0-9_]*")


NOT_ONE_QUERY: Final = DefinitionProblem(
    "page",
    "needs a single query: one SELECT that writes nothing",
    hint="leave out page, or make the other statements endpoints of their own",
)


@dataclass(frozen=True, slots=True)
class MostRows:
    """`answered` are the rows of one answer, `exported` those that any export may have."""

    answered: int
    exported: int


def answering_problems(
    definition: Definition, parameters: Sequence[Parameter], uses: Uses, most: MostRows
) -> Iterator[DefinitionProblem]:
    """Everything that is wrong with `cache`, `page` and `max_export_rows`."""
    if definition.cache is not None:
        yield from _of_cache(definition, definition.cache, uses)
    if definition.page is not None:
        yield from _of_page(definition, definition.page, most.answered)
        yield from _of_parameters(parameters)
    rows = definition.max_export_rows
    if rows is not None and not 1 <= rows <= most.exported:
        yield DefinitionProblem(
            "max_export_rows",
            f"expected 1 to {most.exported:,} rows, got {rows:,}",
            hint="DBAPI_MAX_EXPORT_ROWS is the platform's limit",
        )


def _of_cache(definition: Definition, rule: CacheRule, uses: Uses) -> Iterator[DefinitionProblem]:
    if definition.method != "GET":
        yield _only_for_get("cache", definition.method)
    if not 1 <= rule.ttl <= MAX_TTL_S:
        yield DefinitionProblem(
            "cache.ttl",
            f"expected 1 to {MAX_TTL_S:,} seconds, got {rule.ttl:,}",
            hint="to keep no answers, leave out cache",
        )
    if len(rule.vary) > 1:
        yield DefinitionProblem("cache.vary", "names client twice", hint="write [client]")
    if uses.client and "client" not in rule.vary:
        yield DefinitionProblem(
            "cache.vary",
            "expected [client]: the endpoint reads client, so one caller would get another's "
            "answer",
            hint=f"write cache: {{ttl: {rule.ttl}, vary: [client]}}",
        )
    if uses.writes:
        yield DefinitionProblem(
            "cache",
            "is only for queries, and a statement here writes: it would run for the first call "
            "alone",
            hint="leave out cache",
        )


def _of_page(definition: Definition, rule: PageRule, rows: int) -> Iterator[DefinitionProblem]:
    if definition.method != "GET":
        yield _only_for_get("page", definition.method)
    if definition.engine != "sql":
        yield DefinitionProblem(
            "page",
            "is only for sql endpoints",
            hint="leave out page; a script makes its pages by parameters of its own",
        )
    if definition.transform:
        yield DefinitionProblem(
            "page",
            "cannot be together with a transform: it would see one page only",
            hint="leave out page, or remove the transform",
        )
    yield from _of_columns(rule)
    if not 1 <= rule.size <= rows:
        yield DefinitionProblem(
            "page.size",
            f"expected 1 to {rows:,} rows, got {rule.size:,}",
            hint="a page has no more rows than max_rows",
        )


def _of_columns(rule: PageRule) -> Iterator[DefinitionProblem]:
    if not 1 <= len(rule.by) <= MAX_BY:
        yield DefinitionProblem(
            "page.by",
            f"expected 1 to {MAX_BY} columns, got {len(rule.by)}",
            hint="name columns that order the rows, such as [-created_at, id]",
        )
    seen = set[str]()
    for number, column in enumerate(rule.by[:MAX_BY]):
        name = column.removeprefix("-")
        if not _COLUMN.fullmatch(column):
            yield DefinitionProblem(
                f"page.by.{number}",
                f"expected a column's name, with - before it to go down, got {column[:40]!r}",
                hint="a name has letters, digits and _; give the column such a name with AS",
            )
        elif name in seen:
            yield DefinitionProblem(
                f"page.by.{number}", f"names {name} a second time", hint="name each column once"
            )
        seen.add(name)


def _of_parameters(parameters: Sequence[Parameter]) -> Iterator[DefinitionProblem]:
    for parameter in parameters:
        if parameter.name in PAGE_PARAMETERS:
            yield DefinitionProblem(
                f"params.{parameter.name}",
                "is what callers of an endpoint with pages ask for a page with",
                hint="give the parameter another name",
                code=Code.RESERVED_PARAMETER,
            )


def _only_for_get(field: str, method: str) -> DefinitionProblem:
    return DefinitionProblem(
        field,
        f"is only for GET endpoints, and this one is {method}",
        hint=f"leave out {field}",
    )
