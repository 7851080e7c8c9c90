"""Access records added up by the database: the statements, and how a record is sorted in.

The live remainder is sorted in by the same expressions, so that no request counts differently
before and after.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ..store.traffic import ALL, NONE
from .buckets import bucket_sql

HOUR = {
    "sqlite": "CAST(strftime('%s', created_at) AS INTEGER) / 3600",
    "postgresql": "CAST(floor(extract(epoch FROM created_at) / 3600) AS INTEGER)",
}
_UUID = {"sqlite": "'{0.hex}'", "postgresql": "CAST('{0}' AS uuid)"}
BUCKET = bucket_sql("duration_ms")
_RANGE = "WHERE id > :after AND id <= :upto"
_DAY = "hour / 24"
_ERRORS = "SUM(CASE WHEN status >= 400 THEN requests ELSE 0 END)"
# What a row becomes that is there already.
_SUM = "{old} + {new}"
_LATER = "CASE WHEN {new} > {old} THEN {new} ELSE {old} END"

# The statuses of who was not let in.
REFUSED = (401, 403)

# Spans, in days, that endpoints are ranked over as records are added up; others are looked through.
RANKED_DAYS = (1, 7, 30)


_RANK = text(
    "INSERT INTO traffic_rank (days, endpoint_id, requests, errors) "
    "SELECT :days, subject_id, SUM(requests), SUM(errors) FROM traffic_day "
    "WHERE kind = 'endpoint' AND day BETWEEN :first_day AND :last_day GROUP BY subject_id"
)


async def add_up(connection: AsyncConnection, after: int, upto: int, ranked_day: int) -> None:
    """Add the records of a range of ids to the traffic; the caller commits."""
    span = {"after": after, "upto": upto, "last_day": ranked_day}
    for statement in _statements(connection.dialect.name):
        await connection.execute(statement, span)


async def rank(connection: AsyncConnection, day: int) -> None:
    """Rank anew, over spans that end with this day; the caller commits."""
    await connection.execute(text("DELETE FROM traffic_rank"))
    for days in RANKED_DAYS:
        span = {"days": days, "first_day": day - days + 1, "last_day": day}
        await connection.execute(_RANK, span)


@lru_cache
def _statements(dialect: str) -> tuple[TextClause, ...]:
    return tuple(text(statement) for statement in _texts(dialect))


def _texts(dialect: str) -> Iterator[str]:
    every, none = (_UUID[dialect].format(known) for known in (ALL, NONE))
    endpoint, client = (f"COALESCE({name}_id, {none})" for name in ("endpoint", "client"))
    if dialect == "sqlite":
        source = "temp.added"
        yield from _collected()
    else:
        source = f"(SELECT {_selected(_sorted_in(dialect))} FROM access_record {_RANGE}) AS added"  # noqa: S608 - nothing of a caller's is in it

    def statement(
        table: str,
        key: Mapping[str, str],
        sums: Mapping[str, str],
        where: str = "TRUE",
        merged: str = _SUM,
    ) -> str:
        return _statement(table, key, sums, f"{source} WHERE {where}", merged)

    count = {"requests": "SUM(requests)"}
    for one, other in ((endpoint, client), (every, every)):
        key = {"endpoint_id": one, "hour": "hour", "client_id": other} | {
            "method": "method", "status": "status",
        }  # fmt: skip
        yield statement("traffic", key, count | {"duration_ms": "SUM(duration_ms)"})
    for one in (endpoint, every):
        key = {"endpoint_id": one, "day": _DAY, "bucket": "bucket"}
        yield statement("traffic_latency", key, count)
    for kind, column, one in (
        ("endpoint", "endpoint_id", endpoint),
        ("client", "client_id", client),
    ):
        key = {"kind": f"'{kind}'", "subject_id": one, "day": _DAY}
        where = f"{column} IS NOT NULL"
        yield statement("traffic_day", key, count | {"errors": _ERRORS}, where)
    for days in RANKED_DAYS:
        where = f"endpoint_id IS NOT NULL AND {_DAY} BETWEEN :last_day - {days - 1} AND :last_day"
        key = {"days": str(days), "endpoint_id": "endpoint_id"}
        yield statement("traffic_rank", key, count | {"errors": _ERRORS}, where)
    # Whoever was not let in is no caller of it; that somebody asked is told all the same.
    refused = f"status IN ({', '.join(map(str, REFUSED))})"
    caller = f"CASE WHEN {refused} THEN {none} ELSE {client} END"
    key = {"endpoint_id": "endpoint_id", "client_id": caller}
    last = {"last_called_at": "MAX(last_called_at)"}
    yield statement("traffic_caller", key, last, "endpoint_id IS NOT NULL", _LATER)


def _sorted_in(dialect: str) -> dict[str, str]:
    """What is told of each record."""
    return {
        "endpoint_id": "endpoint_id", "client_id": "client_id", "hour": HOUR[dialect],
        "method": "method", "status": "status", "bucket": BUCKET, "requests": "1",
        "duration_ms": "duration_ms", "last_called_at": "created_at",
    }  # fmt: skip


def _collected() -> Iterator[str]:
    """SQLite reads the records once: it would sort each of them in anew for every statement."""
    told = _sorted_in("sqlite")
    kinds = ", ".join(told)
    yield f"CREATE TEMP TABLE IF NOT EXISTS added ({kinds})"
    yield "DELETE FROM temp.added"
    told |= {
        "requests": "COUNT(*)", "duration_ms": "SUM(duration_ms)",
        "last_called_at": "MAX(created_at)",
    }  # fmt: skip
    yield (
        f"INSERT INTO temp.added SELECT {_selected(told)} "  # noqa: S608 - see below
        f"FROM access_record {_RANGE} GROUP BY 1, 2, 3, 4, 5, 6"
    )


def _selected(values: Mapping[str, str]) -> str:
    return ", ".join(f"{value} AS {name}" for name, value in values.items())


def _statement(
    table: str, key: Mapping[str, str], sums: Mapping[str, str], source: str, merged: str
) -> str:
    """Literals need no grouping, and PostgreSQL takes numbers for the columns' places."""
    chosen = {**key, **sums}
    places = [str(place) for place, value in enumerate(key.values(), 1) if not _is_literal(value)]
    added = ", ".join(
        f"{name} = " + merged.format(old=f"{table}.{name}", new=f"excluded.{name}") for name in sums
    )
    return (
        f"INSERT INTO {table} ({', '.join(chosen)}) "  # noqa: S608 - nothing of a caller's is in it
        f"SELECT {', '.join(chosen.values())} FROM {source} GROUP BY {', '.join(places)} "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added}"
    )


def _is_literal(value: str) -> bool:
    return value.isdigit() or value.startswith(("'", "CAST('"))
