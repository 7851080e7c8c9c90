"""What the release before wrote and read, and what a migration must not do to it.

`make release-schema` records the present schema, at a release.
"""

import asyncio
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Connection, inspect

from dbapi_platform.store import Database
from dbapi_platform.store.revisions import alembic_config, newest_revision

RECORD = Path(__file__).with_suffix(".json")
# A wider type takes and gives all that the narrower one did.
WIDER = {("INTEGER", "BIGINT"), ("VARCHAR", "TEXT")}
# Rows of older tables can be deleted although newer ones refer to them.
YIELDING = {"CASCADE", "SET NULL"}


def describe(connection: Connection) -> dict[str, Any]:
    """Tables with what bounds the rows that may be written to them."""
    inspector = inspect(connection)
    return {
        name: {
            "columns": {
                column["name"]: {
                    "type": str(column["type"]),
                    "nullable": column["nullable"],
                    "default": column["default"] is not None,
                }
                for column in inspector.get_columns(name)
            },
            "unique": sorted(_unique(inspector, name)),
            "checks": sorted(
                check["name"] or "" for check in inspector.get_check_constraints(name)
            ),
            "refers_to": {
                ", ".join(key["constrained_columns"]): [
                    key["referred_table"],
                    key["options"].get("ondelete"),
                ]
                for key in inspector.get_foreign_keys(name)
            },
        }
        for name in sorted(set(inspector.get_table_names()) - {"alembic_version"})
    }


def breaks(before: dict[str, Any], after: dict[str, Any], *, types: bool = True) -> Iterator[str]:
    """What a release that knows `before` stumbles over in `after`."""
    for name, table in before.items():
        if name not in after:
            yield f"{name}: the table is gone"
            continue
        there = after[name]
        yield from _broken_columns(name, table["columns"], there["columns"], types=types)
        for kind in ("unique", "checks"):
            yield from (f"{name}: new: {kind} {new}" for new in _more(kind, table, there))
        yield from (f"{name}: gone: unique {old}" for old in _more("unique", there, table))
        for columns in there["refers_to"].keys() - table["refers_to"].keys():
            if set(columns.split(", ")) <= table["columns"].keys():
                yield f"{name}.{columns}: refers to another table now"
    for name in after.keys() - before.keys():
        for columns, (referred, ondelete) in after[name]["refers_to"].items():
            if referred in before and ondelete not in YIELDING:
                yield f"{name}.{columns}: {referred} cannot be deleted from any more"


def _broken_columns(
    table: str, before: dict[str, Any], after: dict[str, Any], *, types: bool
) -> Iterator[str]:
    for name, column in before.items():
        there = after.get(name)
        if there is None:
            yield f"{table}.{name}: the column is gone"
            continue
        if column["nullable"] and not there["nullable"]:
            yield f"{table}.{name}: may not be NULL any more"
        if column["default"] and not there["default"] and not there["nullable"]:
            yield f"{table}.{name}: has no default any more"
        if types and not _fits(column["type"], there["type"]):
            yield f"{table}.{name}: is {there['type']} and was {column['type']}"
    for name in after.keys() - before.keys():
        if not after[name]["nullable"] and not after[name]["default"]:
            yield f"{table}.{name}: new, and needs a value that nobody gives"


def _fits(before: str, after: str) -> bool:
    if before == after:
        return True
    old, new = (re.fullmatch(r"(\w+)(?:\((\d+)\))?", kind) for kind in (before, after))
    if not old or not new:
        return False
    if (old[1], new[1]) in WIDER:
        return True
    return old[1] == new[1] and int(new[2] or 10**9) >= int(old[2] or 10**9)


def _more(kind: str, before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """What `after` has of it on columns of `before`, and `before` has not."""
    found = set(after[kind]) - set(before[kind])
    return {one for one in found if kind != "unique" or set(one.split(", ")) <= _columns(before)}


def _columns(table: dict[str, Any]) -> set[str]:
    return set(table["columns"])


def _unique(inspector: Any, table: str) -> Iterator[str]:
    keys = [inspector.get_pk_constraint(table)["constrained_columns"]]
    keys += [one["column_names"] for one in inspector.get_unique_constraints(table)]
    keys += [one["column_names"] for one in inspector.get_indexes(table) if one["unique"]]
    yield from {", ".join(columns) for columns in keys}


async def record(revision: str, commit: str) -> dict[str, Any]:
    """The schema at this revision, on SQLite."""
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite+aiosqlite:///{directory}/app.sqlite3"
        await asyncio.to_thread(command.upgrade, alembic_config(url), revision)
        database = Database(url)
        async with database.engine.connect() as connection:
            tables = await connection.run_sync(describe)
        await database.close()
    return {"commit": commit, "revision": revision, "tables": tables}


def main() -> None:
    """Record it: the present one, or the revision and the commit that are named."""
    commit = subprocess.check_output(["git", "rev-parse", "HEAD"], text=True).strip()
    revision, commit = sys.argv[1:] if len(sys.argv) == 3 else (newest_revision(), commit)
    RECORD.write_text(_written(asyncio.run(record(revision, commit))), encoding="utf-8")


def _written(found: dict[str, Any]) -> str:
    """A line for each table, so that two releases can be compared."""
    tables = ",\n".join(f'"{name}": {json.dumps(t)}' for name, t in found["tables"].items())
    head = json.dumps({key: found[key] for key in ("commit", "revision")})
    return f'{head[:-1]}, "tables": {{\n{tables}\n}}}}\n'


if __name__ == "__main__":
    main()
