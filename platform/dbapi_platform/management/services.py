"""What every route needs, made once by the composition root."""

import asyncio
from dataclasses import dataclass

from ..access.tokens import TokenSigner
from ..datasources import Datasources
from ..publishing.compiled import Engines
from ..publishing.datasources import DatasourceRules
from ..settings import Settings
from ..store import Database

# What loading a snapshot takes beyond the poll's period, generously.
LOAD_S = 0.1


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of the platform that management works with."""

    settings: Settings
    database: Database
    signer: TokenSigner
    rules: DatasourceRules
    datasources: Datasources
    engines: Engines

    async def settle(self) -> None:
        """Wait until every worker has polled: what was committed before is live after this.

        So a notebook may publish in one cell and call in the next.
        """
        await asyncio.sleep(self.settings.snapshot_poll_ms / 1000 + LOAD_S)
