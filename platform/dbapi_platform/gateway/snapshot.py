"""The gateway's view of the store: one immutable object, replaced whole when anything changed."""

import asyncio
import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.firewall import Firewall, list_rules
from ..access.secrets import DecryptionFailed
from ..datasources import DatasourceConfig, Datasources
from ..publishing.datasources import DatasourceRules, list_datasources
from ..store import (
    Client,
    ClientEndpoint,
    ClientGroup,
    Database,
    Group,
    GroupEndpoint,
    Served,
    changed_endpoints,
    current_change,
    polled_change,
)
from ..store.waiting import AWAY
from .listed import Listed
from .loading import Loader
from .routes import Routes

log = logging.getLogger(__name__)

# How long the database may take to tell whether there is something new.
ASK_S = 5.0


@dataclass(frozen=True, slots=True)
class GatewayClient:
    """A client as a request needs it; `endpoints` are those it may call, by whichever way.

    `previous_until` is when the secret before this one, and tokens given for it, end: in seconds
    since 1970, and 0 when there is none.
    """

    id: uuid.UUID
    client_id: str
    name: str
    secret_hash: str
    generation: int
    rate_limit: int | None
    max_concurrent: int | None
    token_seconds: int | None
    groups: tuple[str, ...]
    endpoints: frozenset[uuid.UUID]
    previous_secret_hash: str | None = None
    previous_until: float = 0.0
    # Its id as the text that limits are counted by.
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", str(self.id))

    def accepts(self, generation: int, present: float) -> bool:
        """Whether a token of this generation is good at a time."""
        if generation == self.generation:
            return True
        return generation == self.generation - 1 and present < self.previous_until


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that requests are answered from."""

    change: int = -1
    routes: Routes = field(default_factory=lambda: Routes(()))
    listed: tuple[Listed, ...] = ()
    datasources: tuple[DatasourceConfig, ...] = ()
    clients: Mapping[uuid.UUID, GatewayClient] = field(default_factory=dict)
    clients_by_client_id: Mapping[str, GatewayClient] = field(default_factory=dict)
    firewall: Firewall = field(default_factory=Firewall)


class Snapshots:
    """Holds the current snapshot and replaces it when the change counter moves."""

    def __init__(
        self,
        database: Database,
        rules: DatasourceRules,
        datasources: Datasources,
        *,
        poll_s: float,
        served: Served,
    ) -> None:
        self.current = Snapshot()
        self._served = served
        self.poll_s = poll_s
        self._database = database
        self._rules = rules
        self._datasources = datasources
        self._loader = Loader()

    async def refresh(self) -> bool:
        """Load a new snapshot if anything changed since this one; tells whether it did."""
        # A server that is stopped, and not gone, says nothing at all.
        async with asyncio.timeout(ASK_S):
            change = await polled_change(self._database)
        self._served.known_at = monotonic()
        self._served.is_store_away = False
        if change == self.current.change:
            return False
        async with self._database.session() as session:
            change = await current_change(session)
            self.current = await self._load_some(session, change) or await self._load(
                session, change
            )
            self._served.change = change
            # Connections of datasources that are gone are closed once their calls have ended.
            self._datasources.keep({config.id for config in self.current.datasources})
            return True

    async def follow(self) -> None:
        """Refresh for ever. While the database is away, the last snapshot goes on serving."""
        failing = False
        while True:
            await asyncio.sleep(self.poll_s)
            try:
                await self.refresh()
                if failing:
                    log.warning("The snapshot is refreshed again")
                failing = False
            except Exception as error:  # noqa: BLE001 - nothing may end the poll
                self._served.is_store_away = isinstance(error, AWAY)
                if not failing:
                    log.warning("The snapshot cannot be refreshed: %s", type(error).__name__)
                failing = True

    async def _load(self, session: AsyncSession, change: int) -> Snapshot:
        configs = await self._configs(session)
        clients = await _load_clients(session)
        loaded = await self._loader.load(session, configs)
        return Snapshot(
            change=change,
            routes=loaded.routes,
            listed=loaded.listed,
            datasources=tuple(configs.values()),
            clients={client.id: client for client in clients},
            clients_by_client_id={client.client_id: client for client in clients},
            firewall=Firewall(await list_rules(session)),
        )

    async def _load_some(self, session: AsyncSession, change: int) -> Snapshot | None:
        """With the few endpoints that changed, where nothing else did."""
        endpoints = await changed_endpoints(session, self.current.change, change)
        if endpoints is None:
            return None
        configs = {config.id: config for config in self.current.datasources}
        loaded = await self._loader.load_some(session, endpoints, configs)
        if loaded is None:
            return None
        return replace(self.current, change=change, routes=loaded.routes, listed=loaded.listed)

    async def _configs(self, session: AsyncSession) -> dict[str, DatasourceConfig]:
        known = {config.id: config for config in self.current.datasources}
        configs = {}
        for row in await list_datasources(session):
            # One password that cannot be read must not take the other endpoints away.
            try:
                config = self._rules.config(row)
            except DecryptionFailed as error:
                log.warning("The datasource %s cannot be used. %s", row.name, error)
                continue
            # The same object as before tells at once that nothing has changed.
            configs[config.id] = known[config.id] if known.get(config.id) == config else config
        return configs


async def _load_clients(session: AsyncSession) -> list[GatewayClient]:
    members = _collect(
        await session.exec(
            select(ClientGroup.client_id, Group.id, Group.name)
            .join(Group, col(Group.id) == ClientGroup.group_id)
            .where(col(Group.is_active))
        )
    )
    in_group: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for group_id, endpoint_id in await session.exec(
        select(GroupEndpoint.group_id, GroupEndpoint.endpoint_id)
    ):
        in_group[group_id].add(endpoint_id)
    direct: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for client_id, endpoint_id in await session.exec(
        select(ClientEndpoint.client_id, ClientEndpoint.endpoint_id)
    ):
        direct[client_id].add(endpoint_id)
    rows = await session.exec(select(Client).where(col(Client.is_active)))
    return [_client(row, members[row.id], in_group, direct[row.id]) for row in rows]


def _collect(
    rows: Iterable[tuple[uuid.UUID, uuid.UUID, str]],
) -> dict[uuid.UUID, list[tuple[uuid.UUID, str]]]:
    collected: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = defaultdict(list)
    for client_id, group_id, name in rows:
        collected[client_id].append((group_id, name))
    return collected


def _client(
    row: Client,
    groups: list[tuple[uuid.UUID, str]],
    in_group: Mapping[uuid.UUID, set[uuid.UUID]],
    direct: set[uuid.UUID],
) -> GatewayClient:
    by_group = (in_group.get(group_id, set()) for group_id, _ in groups)
    return GatewayClient(
        id=row.id,
        client_id=row.client_id,
        name=row.name,
        secret_hash=row.secret_hash,
        generation=row.generation,
        rate_limit=row.rate_limit_per_minute,
        max_concurrent=row.max_concurrent,
        token_seconds=row.token_seconds,
        groups=tuple(sorted(name for _, name in groups)),
        endpoints=frozenset(direct.union(*by_group)),
        previous_secret_hash=row.previous_secret_hash,
        previous_until=row.previous_secret_until.timestamp() if row.previous_secret_until else 0.0,
    )
