"""The columns of an answer, as runs showed them: JSON types, and whether there were nulls.

They are seen and not declared, so they are no part of a definition or of its hash. Of scripts and
transforms nothing is known: what they answer need not be rows.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..datasources.types import Rows
from ..engines.answers import Answer
from ..store import Draft

log = logging.getLogger(__name__)

ANY = "any"
_JSON: Mapping[type, str] = {
    bool: "boolean", int: "integer", float: "number", Decimal: "number", str: "string",
    dict: "object", list: "array", tuple: "array",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeenColumn:
    """A column and the JSON types of its values; of several results `0.id`, by their place."""

    name: str
    types: frozenset[str]
    nullable: bool

    @property
    def type(self) -> str:
        """One type for all; `any` when they differ, or when none was seen."""
        if self.types == {"integer", "number"}:
            return "number"
        return next(iter(self.types)) if len(self.types) == 1 else ANY


Columns = tuple[SeenColumn, ...]


def columns_of(answer: Answer) -> Columns | None:
    """What a run showed; None when it answered no rows of a query."""
    if answer.envelope is not None:
        return None
    results = [
        (place, outcome)
        for place, outcome in enumerate(answer.outcomes)
        if isinstance(outcome, Rows)
    ]
    if not results:
        return None
    prefixes = [f"{place}." if len(answer.outcomes) > 1 else "" for place, _ in results]
    return tuple(
        column
        for prefix, (_, rows) in zip(prefixes, results, strict=True)
        for column in _of_rows(prefix, rows)
    )


def _of_rows(prefix: str, rows: Rows) -> Iterable[SeenColumn]:
    for place, name in enumerate(rows.columns):
        kinds = {type(row[place]) for row in rows.rows}
        types = frozenset(_JSON.get(kind, "string") for kind in kinds - {type(None)})
        yield SeenColumn(f"{prefix}{name}", types, type(None) in kinds)


def merge(one: Columns | None, other: Columns | None) -> Columns | None:
    """What both showed, in the order that it was seen in."""
    if one is None or other is None:
        return other if one is None else one
    merged = {column.name: column for column in one}
    for column in other:
        known = merged.get(column.name, column)
        merged[column.name] = SeenColumn(
            column.name, known.types | column.types, known.nullable or column.nullable
        )
    return tuple(merged.values())


def dump_columns(columns: Columns | None) -> list[dict[str, Any]] | None:
    """For a JSON column."""
    if columns is None:
        return None
    return [
        {"name": column.name, "types": sorted(column.types), "nullable": column.nullable}
        for column in columns
    ]


def load_columns(stored: Sequence[Mapping[str, Any]] | None) -> Columns | None:
    """From a JSON column."""
    if stored is None:
        return None
    return tuple(
        SeenColumn(column["name"], frozenset(column["types"]), column["nullable"])
        for column in stored
    )


def known_columns(shape: Mapping[str, Any] | None, digest: str) -> Columns | None:
    """What a draft keeps, if it is of the definition with this hash."""
    if shape is None or shape["hash"] != digest:
        return None
    return load_columns(shape["columns"])


async def remember_columns(
    session: AsyncSession, draft: Draft, digest: str, seen: Columns | None
) -> None:
    """Keep what a run of the draft showed, beside what is known of the same definition.

    It must not fail the run: where the draft is another by now, or cannot be written, nothing is
    kept, and of two runs at once what one of them showed may be lost.
    """
    if seen is None:
        return
    try:
        await _keep(session, draft, digest, seen)
    except SQLAlchemyError as error:
        log.info("What a draft's run answered is not kept: %s", type(error).__name__)
    finally:
        await session.close()


async def _keep(session: AsyncSession, draft: Draft, digest: str, seen: Columns) -> None:
    is_same = (col(Draft.id) == draft.id) & (col(Draft.hash) == draft.hash)
    found = (await session.exec(select(Draft.id, Draft.shape).where(is_same))).first()
    known = known_columns(found[1], digest) if found else None
    merged = merge(known, seen)
    if found is None or merged == known:
        return
    shape = {"hash": digest, "columns": dump_columns(merged)}
    connection = await session.connection()
    await connection.execute(update(Draft).where(is_same).values(shape=shape))
    await session.commit()
