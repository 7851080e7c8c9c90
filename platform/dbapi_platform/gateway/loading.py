"""What the gateway serves, read from the store: all of it, or only the endpoints that changed."""

import asyncio
import operator
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..datasources import DatasourceConfig
from ..publishing.definition import Definition
from ..store import Version
from .listed import Listed, Listings
from .pinning import CHUNK, Row, pinnable_rows, published_rows, with_pins, with_row
from .routes import Route, Routes

Configs = Mapping[str, DatasourceConfig]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The routes, and what the catalogue tells of them."""

    routes: Routes
    listed: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    """A route and what it was made from.

    That is the published version, those that can be asked for, and where each of them runs.
    """

    route: Route
    row: Row
    pins: tuple[Row, ...]
    configs: tuple[DatasourceConfig | None, ...]

    def is_from(
        self, row: Row, pins: tuple[Row, ...], configs: tuple[DatasourceConfig | None, ...]
    ) -> bool:
        """Datasources are the same only as the same object: to compare them would cost more."""
        return (
            (self.row, self.pins) == (row, pins)
            and len(self.configs) == len(configs)
            and all(map(operator.is_, self.configs, configs))
        )


class Loader:
    """Reads what is published. What has not changed stays as it was made: there may be much."""

    def __init__(self) -> None:
        # Versions never change, so they are read once.
        self._definitions: dict[uuid.UUID, Definition] = {}
        self._listings = Listings()
        self._made: dict[uuid.UUID, _Made] = {}
        self._listed: dict[uuid.UUID, Listed] = {}
        self._routes = Routes(())

    async def load(self, session: AsyncSession, configs: Configs) -> Loaded:
        """Everything; `configs` are the datasources by their ids."""
        found = await self._read(session, None)
        made: dict[uuid.UUID, _Made] = {}
        listed: dict[uuid.UUID, Listed] = {}
        routes = Routes(())
        for number, (row, pins) in enumerate(found):
            if number % CHUNK == 0:
                await asyncio.sleep(0)
            if one := self._make(row, pins, configs):
                made[row.endpoint_id] = one
                listed[row.endpoint_id] = self._listings.listed(row, one.route)
                routes.add(one.route)
        # From here on nothing is waited for: it is all there, or nothing is.
        self._made, self._listed, self._routes = made, listed, routes
        self._keep(each.version_id for row, pins in found for each in (row, *pins))
        return Loaded(routes, tuple(listed.values()))

    async def load_some(
        self, session: AsyncSession, endpoints: Collection[uuid.UUID], configs: Configs
    ) -> Loaded | None:
        """These endpoints, and all others as before; None if one runs where nobody knows of."""
        found = await self._read(session, endpoints)
        if not all(
            self._definitions[each.version_id].datasource_id in configs
            for row, pins in found
            for each in (row, *pins)
        ):
            return None
        old = [self._made.pop(each).route for each in endpoints if each in self._made]
        for each in endpoints:
            self._listed.pop(each, None)
        new = []
        for row, pins in found:
            if one := self._make(row, pins, configs):
                self._made[row.endpoint_id] = one
                self._listed[row.endpoint_id] = self._listings.listed(row, one.route)
                new.append(one.route)
        self._routes = self._routes.replaced(old, new)
        return Loaded(self._routes, tuple(self._listed.values()))

    async def _read(
        self, session: AsyncSession, only: Collection[uuid.UUID] | None
    ) -> list[tuple[Row, tuple[Row, ...]]]:
        """What is published, with what may be asked for beside it, and all that they need."""
        rows = await published_rows(session, only)
        pinnable = await pinnable_rows(session, only)
        found = [(row, tuple(pinnable.get(row.endpoint_id, ()))) for row in rows]
        wanted = [each.version_id for row, pins in found for each in (row, *pins)]
        await self._read_definitions(session, wanted)
        await self._listings.read(session, rows)
        return found

    async def _read_definitions(self, session: AsyncSession, wanted: list[uuid.UUID]) -> None:
        missing = [version_id for version_id in wanted if version_id not in self._definitions]
        for start in range(0, len(missing), CHUNK):
            rows = await session.exec(
                select(Version.id, Version.definition).where(
                    col(Version.id).in_(missing[start : start + CHUNK])
                )
            )
            for version_id, stored in rows:
                self._definitions[version_id] = Definition.from_dict(dict(stored))

    def _keep(self, versions: Iterable[uuid.UUID]) -> None:
        """Forget what else was read. What some endpoints leave stays until all are read anew."""
        kept = set(versions)
        for version_id in [known for known in self._definitions if known not in kept]:
            del self._definitions[version_id]
        self._listings.keep(kept)

    def _make(self, row: Row, pins: tuple[Row, ...], configs: Configs) -> _Made | None:
        """The route, as it was if it is still the same; None where its datasource is unknown."""
        used = tuple(
            configs.get(self._definitions[each.version_id].datasource_id) for each in (row, *pins)
        )
        known = self._made.get(row.endpoint_id)
        if known is not None and known.is_from(row, pins, used):
            return known
        route = self._route(row, used[0])
        if route is None:
            return None
        others = map(self._route, pins, used[1:])
        return _Made(with_pins(route, filter(None, others)), row, pins, used)

    def _route(self, row: Row, config: DatasourceConfig | None) -> Route | None:
        if config is None:
            return None
        definition = self._definitions[row.version_id]
        route = Route(row.endpoint_id, row.version_id, row.number, definition, config, row.epoch)
        return with_row(route, row)
