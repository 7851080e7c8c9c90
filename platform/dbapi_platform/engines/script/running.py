"""Scripts as endpoints use them: run, transform, validate, test, each with what it may reach."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ...datasources.types import Datasource
from .cache import Scoped, Store
from .calls import Call, Caller
from .database import Database
from .engine import ScriptAnswer, ScriptEngine, ScriptProgram
from .envelope import Envelope, read_envelope
from .errors import LogLine, ScriptError, TransformFailed
from .outgoing import Outgoing

NOBODY: Mapping[str, Any] = {"id": None, "name": None, "groups": [], "claims": {}}


class Scripts:
    """The script engine with the ways out of it. Belongs to one event loop."""

    def __init__(self, engine: ScriptEngine, *, outgoing: Outgoing, cache: Store) -> None:
        self.engine = engine
        self._outgoing = outgoing
        self._cache = cache

    async def close(self) -> None:
        """End every worker and every connection."""
        await self.engine.close()
        await self._outgoing.close()
        await self._cache.close()

    async def execute(
        self,
        program: ScriptProgram,
        values: Mapping[str, object],
        *,
        datasource: Datasource,
        max_rows: int,
        timeout_s: float,
        client: Mapping[str, object] | None,
    ) -> ScriptAnswer:
        """What `execute(params)` or `result` is. Raises ScriptError, DatasourceError."""
        arguments = {"params": dict(values), "req": dict(values), **self._given(datasource, client)}
        return await self.engine.run(
            program, "execute", arguments, call=self._call(datasource, max_rows, timeout_s),
            domain=datasource.config.id, timeout_s=timeout_s,
        )  # fmt: skip

    async def transform(
        self,
        program: ScriptProgram,
        result: Any,
        values: Mapping[str, object],
        *,
        datasource: Datasource,
        max_rows: int,
        timeout_s: float,
        client: Mapping[str, object] | None,
    ) -> ScriptAnswer:
        """What `transform(result, params)` made. Raises TransformFailed, ScriptError."""
        arguments = {"result": result, "params": dict(values), **self._given(datasource, client)}
        try:
            return await self.engine.run(
                program, "transform", arguments, call=self._call(datasource, max_rows, timeout_s),
                domain=datasource.config.id, timeout_s=timeout_s,
            )  # fmt: skip
        except ScriptError as error:
            if type(error) is not ScriptError:
                raise
            failed = TransformFailed(error.message, where=error.where, line=error.line)
            failed.logs = error.logs
            raise failed from None

    async def validate(
        self,
        program: ScriptProgram,
        value: object,
        values: Mapping[str, object],
        *,
        datasource: Datasource,
        timeout_s: float,
        client: Mapping[str, object] | None,
    ) -> str | None:
        """What is wrong with a value, in the validator's words. Raises ScriptError."""
        arguments = {"value": value, "params": dict(values), **self._given(datasource, client)}
        answer = await self.engine.run(
            program, "validate", arguments, call=self._call(datasource, 1_000, timeout_s),
            domain=datasource.config.id, timeout_s=timeout_s,
        )  # fmt: skip
        problem = value_of(answer)
        return problem if problem is None else str(problem)

    async def test(
        self, program: ScriptProgram, caller: Caller, *, domain: str, timeout_s: float
    ) -> Sequence[LogLine]:
        """Run a test's assertions. Raises ScriptError for one that does not hold."""
        call = Call(
            database=None, outgoing=self._outgoing, cache=Scoped(self._cache, domain),
            environment={}, caller=caller,
        )  # fmt: skip
        answer = await self.engine.run(
            program, "test", {}, call=call, domain=domain, timeout_s=timeout_s
        )
        return answer.logs

    def _call(self, datasource: Datasource, max_rows: int, timeout_s: float) -> Call:
        deadline = asyncio.get_running_loop().time() + timeout_s
        rows = min(max_rows, self.engine.limits.max_rows)
        return Call(
            database=Database(datasource, max_rows=rows, deadline=deadline),
            outgoing=self._outgoing,
            cache=Scoped(self._cache, datasource.config.id),
            environment=self.engine.reach.environment,
        )

    def _given(
        self, datasource: Datasource, client: Mapping[str, object] | None
    ) -> dict[str, object]:
        config = datasource.config
        described = {
            "name": config.name,
            "product_type": str(config.product_type),
            "host": config.host,
            "port": config.port,
            # Of a file its name: where files are is the platform's own.
            "database": config.database.rpartition("/")[2],
        }
        return {"ds": described, "client": dict(NOBODY if client is None else client)}


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
