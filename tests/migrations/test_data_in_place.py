"""Every migration, there and back, with rows in every table: what has a place stays as it is."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import TypeVar

from alembic import command
from sqlalchemy import Connection

from dbapi_platform.bootstrap import migrate
from dbapi_platform.store import Database
from dbapi_platform.store.revisions import alembic_config, known_revisions
from tests.migrations.filling import fill, lost, rows_of

T = TypeVar("T")

# Rows that one revision alone knows: permissions for what it brought.
GOES = {"0003": {"permission", "role_permission"}}
BROUGHT = ("firewall_rule", "audit_entry", "settings")


async def on(url: str, work: Callable[[Connection], T]) -> T:
    database = Database(url)
    async with database.engine.begin() as connection:
        done = await connection.run_sync(work)
    await database.close()
    return done


async def to(url: str, step: Callable[..., None], revision: str) -> None:
    await asyncio.to_thread(step, alembic_config(url), revision)


async def test_what_is_stored_stays_there_and_back_at_every_revision(url: str) -> None:
    await migrate(url)
    await on(url, fill)
    known = known_revisions()
    for older, revision in reversed(list(pairwise(known))):
        newer = await on(url, rows_of)
        await to(url, command.downgrade, older)
        back = await on(url, rows_of)
        assert lost(newer, back).keys() <= GOES.get(revision, set()), revision
        await to(url, command.upgrade, revision)
        again = await on(url, rows_of)
        assert lost(back, again) == {}, revision
        # The same tables and columns as before, whatever is in those that were away.
        assert {name: columns for name, (columns, _) in again.items()} == {
            name: columns for name, (columns, _) in newer.items()
        }
        await to(url, command.downgrade, older)
        assert lost(again, await on(url, rows_of)).keys() <= GOES.get(revision, set()), revision
    oldest = await on(url, rows_of)
    await migrate(url)
    assert lost(oldest, await on(url, rows_of)) == {}


async def test_going_back_takes_no_permission_but_those_for_what_goes(url: str) -> None:
    await migrate(url)
    await on(url, fill)

    def permissions(connection: Connection) -> list[tuple[str, str, int]]:
        found = connection.exec_driver_sql(
            "SELECT p.resource_type, p.action, count(r.role_id) FROM permission p "
            "LEFT JOIN role_permission r ON r.permission_id = p.id "
            "GROUP BY p.id, p.resource_type, p.action ORDER BY 1, 2, 3"
        )
        return [tuple(row) for row in found]

    before = await on(url, permissions)
    await to(url, command.downgrade, "0002")
    kept = [row for row in before if row[0] not in BROUGHT]
    assert len(kept) < len(before)
    assert await on(url, permissions) == kept


def test_revisions_are_numbered_in_their_order() -> None:
    """A release tells by its number that one it does not know is newer."""
    assert known_revisions() == [f"{n + 1:04}" for n in range(len(known_revisions()))]
