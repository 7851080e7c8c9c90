"""`dbapi prestart | migrate`: the platform's database, made ready for this release."""

from typing import Annotated

import typer

from ..access.rotation import check_keys
from ..bootstrap import FirstAdmin, go, has_admin, plan_move
from ..bootstrap import migrate as run_migrations
from ..creating import create_cipher
from ..settings import Settings
from ..store import Database
from ..store.revisions import Schema
from ..store.waiting import wait_for_store
from .output import Yes, confirm, say
from .running import load_store_settings, run


def prestart(
    wait: Annotated[
        float | None,
        typer.Option(min=0, help="Seconds; otherwise DBAPI_DATABASE_WAIT_SECONDS."),
    ] = None,
) -> None:
    """Wait for the database, migrate it, seed roles and the first administrator, and end.

    What has to end well before `serve` starts. It may run again, and several at once.
    """
    settings = load_store_settings()
    if wait is not None:
        settings.database_wait_seconds = wait
    run(lambda: _prestart(settings))


def migrate(
    to: Annotated[
        str | None,
        typer.Option(help="Another revision than the newest: its number, or -1 for one back."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Only tell the revision; status 1 if it is not this one's."),
    ] = False,
    yes: Yes = False,
) -> None:
    """Bring the platform's database to the newest revision, and seed roles."""
    settings = load_store_settings()
    if check:
        run(lambda: _check(settings))
    elif to is not None:
        _move(settings, to, yes=yes)
    else:
        run(lambda: run_migrations(settings.async_database_url))
        say(run(lambda: _schema(settings)).told())


def _move(settings: Settings, to: str, *, yes: bool) -> None:
    url = settings.async_database_url
    move = run(lambda: plan_move(url, to))
    if move.is_back:
        confirm(
            f"Go back from revision {move.start} to {move.end}? What the newer one keeps, "
            "and the older has no place for, is lost.",
            yes=yes,
        )
    run(lambda: go(url, move))
    say(run(lambda: _schema(settings)).told())


async def _schema(settings: Settings) -> Schema:
    database = Database(settings.async_database_url)
    try:
        return await database.schema()
    finally:
        await database.close()


async def _check(settings: Settings) -> None:
    schema = await _schema(settings)
    schema.require()
    say(schema.told())


async def _prestart(settings: Settings) -> None:
    settings.require_secrets()
    cipher = create_cipher(settings)
    database = Database(settings.async_database_url)
    wait_s = settings.database_wait_seconds
    try:
        say(f"Waiting for the database, {wait_s:g} seconds at most …")
        await wait_for_store(database.schema, within_s=wait_s)
        before = await database.schema()
        say("The database answers. Migrating …")
        await run_migrations(
            settings.async_database_url, first_admin=_first_admin(settings), within_s=wait_s
        )
        schema = await database.schema()
        schema.require()
        moved = f" It was at {before.revision or 'none'}." if before != schema else ""
        say(schema.told() + moved)
        for warning in await check_keys(database, cipher):
            say(warning)
        if not await has_admin(database):
            say(
                "Nobody can administer yet: run `dbapi create-admin`, or set "
                "DBAPI_FIRST_ADMIN_PASSWORD and run this again."
            )
        say("Ready to serve.")
    finally:
        await database.close()


def _first_admin(settings: Settings) -> FirstAdmin | None:
    password = settings.first_admin_password.get_secret_value()
    return FirstAdmin(settings.first_admin_username, password) if password else None
