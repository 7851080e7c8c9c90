"""Writes that are not cut short."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def finish(work: Coroutine[Any, Any, T]) -> T:
    """Do the work to its end, also when the task that waits for it is cancelled meanwhile.

    A write that is cut short leaves SQLite's file locked by a connection that nothing closes any
    more, and on any database nobody knows whether it was stored.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()):
            raise asyncio.CancelledError from error
        raise
