"""What is done to access records in the background: added up soon, deleted late."""

import asyncio
import logging
from datetime import timedelta
from time import monotonic

from sqlalchemy import Select, delete, func, select
from sqlmodel import col

from ..store import AccessRecord, Database, TrafficMark
from ..store.base import now
from ..store.finishing import finish
from .rollup import Rollup

log = logging.getLogger(__name__)

PERIOD_S = 2.0
CLEANING_S = 600.0
# Deleted in one transaction: others that write wait for no more than these.
BATCH = 2_000


class Upkeep:
    """`run` does it for ever; workers that do it at once only share the work."""

    def __init__(self, database: Database, *, keep_days: int) -> None:
        self._database = database
        self._keep_days = keep_days
        self._cleaned_at: float | None = None
        self.rollup = Rollup(database)

    async def run(self) -> None:
        """Look every two seconds; what fails is tried again."""
        failing = False
        while True:
            try:
                await self.rollup.catch_up()
                await self._clean_now_and_then()
                failing = False
            except Exception as error:  # noqa: BLE001 - nothing may end the upkeep
                if not failing:
                    log.warning("Access records cannot be added up: %s", type(error).__name__)
                failing = True
            await asyncio.sleep(PERIOD_S)

    async def _clean_now_and_then(self) -> None:
        if self._cleaned_at is None or monotonic() - self._cleaned_at >= CLEANING_S:
            await self.clean()
            self._cleaned_at = monotonic()

    async def clean(self) -> int:
        """Delete records that are older than is kept; tells how many. Zero days keeps all."""
        if not self._keep_days:
            return 0
        limit, deleted = now() - timedelta(days=self._keep_days), 0
        # Only what has been added up, and never the newest: SQLite would give its id again.
        newest = select(func.max(col(AccessRecord.id))).scalar_subquery()
        mark = select(col(TrafficMark.record_id)).scalar_subquery()
        old = (
            select(col(AccessRecord.id))
            .where(
                col(AccessRecord.created_at) < limit,
                col(AccessRecord.id) <= mark,
                col(AccessRecord.id) < newest,
            )
            .order_by(col(AccessRecord.created_at), col(AccessRecord.id))
            .limit(BATCH)
        )
        while True:
            gone = await finish(self._delete(old))
            deleted += gone
            if gone < BATCH:
                return deleted
            await asyncio.sleep(0)

    async def _delete(self, old: Select[int | None]) -> int:
        async with self._database.engine.begin() as connection:
            gone = await connection.execute(
                delete(AccessRecord).where(col(AccessRecord.id).in_(old))
            )
        return gone.rowcount
