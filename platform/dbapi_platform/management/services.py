"""What every route needs, made once by the composition root."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from ..access.logins import Logins
from ..datasources import Datasources
from ..publishing.compiled import Engines
from ..publishing.datasources import DatasourceRules
from ..settings import Settings
from ..store import Database, Served, current_change

# What loading a snapshot takes beyond the poll's period, generously.
LOAD_S = 0.1
LONGEST_S = 5.0


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of the platform that management works with."""

    settings: Settings
    database: Database
    logins: Logins
    rules: DatasourceRules
    datasources: Datasources
    engines: Engines
    served: Served = field(default_factory=Served)

    async def settle(self) -> None:
        """Wait until every worker has polled: what was committed before is live after this.

        So a notebook may publish in one cell and call in the next. Of this worker it is known; on
        a machine that is busy, others may take a moment longer.
        """
        async with self.database.session() as session:
            change = await current_change(session)
        await asyncio.sleep(self.settings.snapshot_poll_ms / 1000 + LOAD_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_S):
                while self.served.change is not None and self.served.change < change:  # noqa: ASYNC110
                    await asyncio.sleep(LOAD_S / 10)
