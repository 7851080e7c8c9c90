"""Scripts as endpoints use them: run, transform, validate, test, each with what it may reach."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ...datasources.types import Datasource, DatasourceConfig
from .cache import Scoped, Store
from .calls import Call, Caller
from .database import Database
from .engine import ScriptEngine
from .envelope import Envelope, read_envelope
from .errors import LogLine, ScriptError, TransformFailed
from .outgoing import Outgoing
from .programs import ScriptAnswer, ScriptProgram

NOBODY: Mapping[str, Any] = {"id": None, "name": None, "groups": [], "claims": {}}


# Not frozen: made in every call, and to freeze it would take most of the time of that.
@dataclass(slots=True)
class Place:
    """Where and for whom an endpoint runs; `deadline` is a time of the event loop."""

    datasource: Datasource
    client: Mapping[str, object] | None
    max_rows: int
    deadline: float

    def left(self) -> float:
        """Seconds until the deadline, and a little where it has passed."""
        return max(0.001, self.deadline - asyncio.get_running_loop().time())


class Scripts:
    """The script engine with the ways out of it. Belongs to one event loop."""

    def __init__(self, engine: ScriptEngine, *, outgoing: Outgoing, cache: Store) -> None:
        self.engine = engine
        self._outgoing = outgoing
        self._cache = cache
        # A test holds a worker while what it calls may need another.
        self._tests = asyncio.Semaphore(engine.limits.workers // 2)

    async def close(self) -> None:
        """End every worker and every connection."""
        await self.engine.close()
        await self._outgoing.close()
        await self._cache.close()

    async def execute(
        self, program: ScriptProgram, values: Mapping[str, object], place: Place
    ) -> ScriptAnswer:
        """What `execute(params)` or `result` is. Raises ScriptError, DatasourceError."""
        arguments = {"params": dict(values), "req": dict(values)}
        return await self._run(program, "execute", arguments, place)

    async def transform(
        self, program: ScriptProgram, result: Any, values: Mapping[str, object], place: Place
    ) -> ScriptAnswer:
        """What `transform(result, params)` made. Raises TransformFailed, ScriptError."""
        arguments = {"result": result, "params": dict(values)}
        try:
            return await self._run(program, "transform", arguments, place)
        except ScriptError as error:
            if type(error) is not ScriptError:
                raise
            failed = TransformFailed(error.message, where=error.where, line=error.line)
            failed.logs = error.logs
            raise failed from None

    async def validate(
        self, program: ScriptProgram, value: object, values: Mapping[str, object], place: Place
    ) -> str | None:
        """What is wrong with a value, in the validator's words. Raises ScriptError."""
        arguments = {"value": value, "params": dict(values)}
        problem = value_of(await self._run(program, "validate", arguments, place))
        return problem if problem is None else str(problem)

    async def test(
        self, program: ScriptProgram, caller: Caller, *, domain: str, timeout_s: float
    ) -> Sequence[LogLine]:
        """Run a test's assertions. Raises ScriptError for one that does not hold."""
        call = Call(
            database=None, outgoing=self._outgoing, cache=Scoped(self._cache, domain),
            environment={}, caller=caller,
        )  # fmt: skip
        async with self._tests:
            answer = await self.engine.run(
                program, "test", {}, call=call, domain=domain, timeout_s=timeout_s
            )
        return answer.logs

    async def _run(
        self, program: ScriptProgram, entry: str, arguments: Mapping[str, Any], place: Place
    ) -> ScriptAnswer:
        config = place.datasource.config
        rows = min(place.max_rows, self.engine.limits.max_rows)
        call = Call(
            database=Database(place.datasource, max_rows=rows, deadline=place.deadline),
            outgoing=self._outgoing,
            cache=Scoped(self._cache, config.id),
            environment=self.engine.reach.environment,
        )
        client = dict(NOBODY if place.client is None else place.client)
        given = {**arguments, "ds": _described(config), "client": client}
        return await self.engine.run(
            program, entry, given, call=call, domain=config.id, timeout_s=place.left()
        )


def _described(config: DatasourceConfig) -> dict[str, object]:
    return {
        "name": config.name,
        "product_type": str(config.product_type),
        "host": config.host,
        "port": config.port,
        # Of a file its name: where files are is the platform's own.
        "database": config.database.rpartition("/")[2],
    }


def envelope_of(answer: ScriptAnswer) -> Envelope:
    """The answer as it is sent. Raises ScriptError for what is no JSON."""
    try:
        return read_envelope(answer.body, answer.rows)
    except ValueError as error:
        raise _unreadable(answer, error) from None


def value_of(answer: ScriptAnswer) -> Any:
    """The answer as Python values, numbers as the script had them. Raises ScriptError."""
    try:
        return msgspec.json.decode(answer.body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise _unreadable(answer, error) from None


def _unreadable(answer: ScriptAnswer, error: Exception) -> ScriptError:
    failed = ScriptError(str(error))
    failed.logs = answer.logs
    return failed
