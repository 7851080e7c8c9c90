"""Compiled versions: made on first use, off the event loop, and kept by how lately they served."""

import asyncio
import uuid
from collections import OrderedDict

from ..datasources import dialect_of
from ..publishing.compiled import CompiledEndpoint, Engines
from ..publishing.examining import compile_definition
from .routes import Route


class CompiledVersions:
    """A version never changes, so what was compiled of it stays right for ever."""

    def __init__(self, engines: Engines, *, capacity: int) -> None:
        self._engines = engines
        self._capacity = capacity
        self._ready: OrderedDict[uuid.UUID, CompiledEndpoint] = OrderedDict()
        self._under_way: dict[uuid.UUID, asyncio.Task[CompiledEndpoint]] = {}

    def ready(self, route: Route) -> CompiledEndpoint | None:
        """The route's version, if it has been compiled."""
        compiled = self._ready.get(route.version_id)
        if compiled is not None:
            self._ready.move_to_end(route.version_id)
        return compiled

    async def get(self, route: Route) -> CompiledEndpoint:
        """The route's version, compiled first where it is not yet. Raises InvalidDefinition."""
        return self.ready(route) or await self._compile(route)

    async def _compile(self, route: Route) -> CompiledEndpoint:
        task = self._under_way.get(route.version_id)
        if task is None:
            task = asyncio.create_task(self._run(route))
            self._under_way[route.version_id] = task
        # Shielded: a caller who goes away must not take the compilation from the others.
        return await asyncio.shield(task)

    async def _run(self, route: Route) -> CompiledEndpoint:
        try:
            compiled = await compile_definition(
                route.definition,
                dialect=dialect_of(route.datasource.product_type),
                engines=self._engines,
            )
        finally:
            del self._under_way[route.version_id]
        self._ready[route.version_id] = compiled
        if len(self._ready) > self._capacity:
            self._ready.popitem(last=False)
        return compiled
