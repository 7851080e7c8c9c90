"""Who works at the command line: the system's user, who may do everything, and is noted."""

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import OPERATOR, Caller
from ..creating import create_services
from ..management.services import Services
from ..store import Actor, act_as
from .running import load_store_settings, open_session


def operator() -> str:
    """The system's user who runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def caller() -> Caller:
    """Who has the platform's keys may do everything."""
    return replace(OPERATOR, username=operator())


def actor(action: str) -> Actor:
    """For the audit log: `cli.client.create`."""
    return Actor(name=operator(), via="cli", action=f"cli.{action}")


@asynccontextmanager
async def acting(action: str) -> AsyncIterator[AsyncSession]:
    """A session on the platform's database, whose changes are the operator's."""
    async with open_session(load_store_settings()) as session:
        act_as(session, actor(action))
        yield session


@asynccontextmanager
async def open_services() -> AsyncIterator[Services]:
    """All that the platform works with, on a database at the newest revision."""
    services = create_services(load_store_settings())
    try:
        await services.database.require_revision()
        yield services
    finally:
        await services.engines.scripts.close()
        await services.datasources.close()
        await services.database.close()


@asynccontextmanager
async def open_acting(action: str) -> AsyncIterator[tuple[Services, AsyncSession]]:
    """Both: the services, and a session whose changes are the operator's."""
    async with open_services() as services, services.database.session() as session:
        act_as(session, actor(action))
        yield services, session
