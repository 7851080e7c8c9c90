"""Databases that cannot be reached are left alone for a while: callers are told so at once."""

from asyncio import CancelledError
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic
from types import TracebackType

from ..datasources.errors import ConnectFailed, QueryFailed, QueryTimeout
from ..datasources.types import (
    Datasource,
    JsonRows,
    Outcome,
    PoolState,
    Rows,
    ServerInfo,
    Statement,
    Table,
    Transaction,
)

# So many failures one after the other open a circuit for so long; then one request tries, and the
# others wait so long for what it finds.
FAILURES = 3
OPEN_S = 1.0
TRY_S = 5.0


@dataclass(slots=True)
class _Circuit:
    failures: int = 0
    next_try_at: float = 0.0


class Circuits:
    """One for each datasource that failed last; those that are well cost a look into a dict."""

    def __init__(self, *, open_s: float = OPEN_S, try_s: float = TRY_S) -> None:
        self._open_s = open_s
        self._try_s = try_s
        self._failing: dict[str, _Circuit] = {}
        self._guarded: dict[str, Guarded] = {}

    def trying(self, datasource_id: str) -> "Trying":
        """What is put around calls, as often as one likes."""
        return Trying(self, datasource_id)

    def require_closed(self, datasource_id: str) -> None:
        """Raises ConnectFailed while callers are told at once that it cannot be reached."""
        if datasource_id in self._failing:
            self._require(self._failing[datasource_id])

    def failed(self, datasource_id: str, error: BaseException) -> None:
        """A call ended so."""
        if isinstance(error, ConnectFailed):
            circuit = self._failing.setdefault(datasource_id, _Circuit())
            circuit.failures += 1
            circuit.next_try_at = monotonic() + self._open_s
        elif isinstance(error, (QueryFailed, QueryTimeout)):
            self.reached(datasource_id)
        elif isinstance(error, CancelledError):
            self.untried(datasource_id)

    def reached(self, datasource_id: str) -> None:
        """It answered."""
        if self._failing:
            self._failing.pop(datasource_id, None)

    def is_open(self, datasource_id: str) -> bool:
        """Whether callers are told at once that it cannot be reached."""
        circuit = self._failing.get(datasource_id)
        return circuit is not None and circuit.failures >= FAILURES

    def untried(self, datasource_id: str) -> None:
        """Nobody knows whether it would have answered: another may try at once."""
        if circuit := self._failing.get(datasource_id):
            circuit.next_try_at = 0.0

    def guard(self, datasource: Datasource) -> Datasource:
        """The datasource behind its circuit, whoever asks it: a query or a script."""
        known = self._guarded.get(datasource.config.id)
        if known is None or known.behind is not datasource:
            known = self._guarded[datasource.config.id] = self._new_guard(datasource)
        return known

    def _new_guard(self, datasource: Datasource) -> "Guarded":
        return Guarded(datasource, self)

    def _require(self, circuit: _Circuit) -> None:
        if circuit.failures < FAILURES:
            return
        present = monotonic()
        if present < circuit.next_try_at:
            raise ConnectFailed("Not tried: it could not be reached a moment ago")
        circuit.next_try_at = present + self._try_s


class Trying:
    """Around a call: learns how it failed. Raises ConnectFailed while the circuit is open.

    A class, since a generator would cost as much as all else that is done for a call here.
    """

    __slots__ = ("_circuits", "_datasource_id")

    def __init__(self, circuits: Circuits, datasource_id: str) -> None:
        self._circuits = circuits
        self._datasource_id = datasource_id

    def __enter__(self) -> None:
        self._circuits.require_closed(self._datasource_id)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._circuits.failed(self._datasource_id, error)


class Guarded:
    """What a run asks of a datasource, through its circuit; all else as it is."""

    def __init__(self, behind: Datasource, circuits: Circuits) -> None:
        self.behind = behind
        self.config = behind.config
        self.dialect = behind.dialect
        self._circuits = circuits
        self._trying = circuits.trying(behind.config.id)

    async def execute(
        self, statements: Sequence[Statement], *, max_rows: int, timeout_s: float
    ) -> list[Outcome]:
        with self._trying:
            found = await self.behind.execute(statements, max_rows=max_rows, timeout_s=timeout_s)
        self._circuits.reached(self.config.id)
        return found

    async def execute_json(
        self, statement: Statement, *, max_rows: int, timeout_s: float
    ) -> JsonRows | None:
        with self._trying:
            rows = await self.behind.execute_json(statement, max_rows=max_rows, timeout_s=timeout_s)
        if rows is None:
            # It may say so without having asked: `execute` tries in its place.
            self._circuits.untried(self.config.id)
        else:
            self._circuits.reached(self.config.id)
        return rows

    async def stream(
        self, statement: Statement, *, max_rows: int, batch_rows: int, timeout_s: float
    ) -> AsyncGenerator[Rows]:
        with self._trying:
            rows = self.behind.stream(
                statement, max_rows=max_rows, batch_rows=batch_rows, timeout_s=timeout_s
            )
            async with aclosing(rows):
                async for batch in rows:
                    self._circuits.reached(self.config.id)
                    yield batch

    async def begin(self, *, timeout_s: float) -> Transaction:
        with self._trying:
            begun = await self.behind.begin(timeout_s=timeout_s)
        self._circuits.reached(self.config.id)
        return begun

    async def open(self) -> None:
        await self.behind.open()

    async def close(self) -> None:
        await self.behind.close()

    async def test(self) -> ServerInfo:
        return await self.behind.test()

    async def introspect(self) -> list[Table]:
        return await self.behind.introspect()

    @property
    def pool(self) -> PoolState:
        return self.behind.pool
