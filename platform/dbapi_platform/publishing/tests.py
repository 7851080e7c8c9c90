"""Tests of an endpoint: assertions that its author wrote, and that a publish has to pass."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

import msgspec
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller
from ..datasources import Datasources
from ..datasources.types import Datasource
from ..engines.errors import InvalidDefinition
from ..engines.script.engine import ScriptEngine
from ..engines.script.errors import LogLine, ScriptError
from ..errors import Conflict, Detail, NotFound
from ..store import Action, Draft, EndpointTest, ResourceType
from ..store.base import now
from .columns import Columns, columns_of, merge, remember_columns
from .compiled import CompiledEndpoint, Engines, freeze
from .datasources import DatasourceRules, get_datasource
from .definition import Definition
from .drafts import compile_for
from .failures import RunError, failure_of

LONGEST_S: Final = 60.0
_encoder: Final = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


class TestsFailed(Conflict):
    """A test does not hold, so that the draft is not published."""

    code = "tests_failed"


@dataclass(frozen=True, slots=True)
class TestResult:
    """How one test ended; `line` counts in its text, `calls` are those it made."""

    name: str
    message: str | None
    line: int | None
    elapsed_ms: float
    calls: int
    logs: tuple[LogLine, ...]

    @property
    def passed(self) -> bool:
        """Whether everything held."""
        return self.message is None


@dataclass(frozen=True, slots=True)
class TestRun:
    """The results by name, and the hash of the draft that they are about."""

    hash: str
    results: tuple[TestResult, ...]

    @property
    def passed(self) -> bool:
        """Whether all did."""
        return all(result.passed for result in self.results)

    def require(self) -> None:
        """Raises TestsFailed, naming each that failed."""
        failed = [result for result in self.results if not result.passed]
        if failed:
            details = [
                Detail(f"tests.{result.name}", result.message or "", result.line)
                for result in failed
            ]
            count = f"{len(failed)} of {len(self.results)} tests failed"
            raise TestsFailed(f"{count}: {', '.join(result.name for result in failed)}", *details)


async def list_tests(
    session: AsyncSession, endpoint_id: uuid.UUID, names: Sequence[str] | None = None
) -> list[EndpointTest]:
    """By name; all, or those that are named. Raises NotFound for a name that is none."""
    rows = await session.exec(
        select(EndpointTest)
        .where(EndpointTest.endpoint_id == endpoint_id)
        .order_by(EndpointTest.name)
    )
    found = list(rows)
    if names is None:
        return found
    missing = sorted(set(names) - {test.name for test in found})
    if missing:
        raise NotFound(f"There is no test '{missing[0]}'")
    return [test for test in found if test.name in names]


async def save_test(
    session: AsyncSession,
    caller: Caller,
    endpoint_id: uuid.UUID,
    *,
    name: str,
    content: str,
    engine: ScriptEngine,
) -> tuple[EndpointTest, bool, bool]:
    """The test, whether it is new, and whether anything changed.

    Raises InvalidDefinition, and Forbidden: whoever publishes runs it, so it takes the right to
    query the datasource, as the draft does.
    """
    of_draft = select(Draft.datasource_id).where(Draft.endpoint_id == endpoint_id)
    used = (await session.exec(of_draft)).one()
    caller.require(ResourceType.DATASOURCE, Action.EXECUTE, used, known=True)
    (checked,) = await engine.check([("content", content)])
    if checked.problems:
        raise InvalidDefinition(checked.problems)
    found = [test for test in await list_tests(session, endpoint_id) if test.name == name]
    if found and found[0].content == content:
        return found[0], False, False
    test = found[0] if found else EndpointTest(
        endpoint_id=endpoint_id, name=name, content="", updated_at=now()
    )  # fmt: skip
    test.content, test.updated_at, test.updated_by = content, now(), caller.username
    session.add(test)
    await session.commit()
    return test, not found, True


async def delete_test(session: AsyncSession, endpoint_id: uuid.UUID, name: str) -> None:
    """Raises NotFound."""
    (test,) = await list_tests(session, endpoint_id, [name])
    await session.delete(test)
    await session.commit()


async def run_tests(
    session: AsyncSession,
    draft: Draft,
    tests: Sequence[EndpointTest],
    *,
    caller: Caller,
    rules: DatasourceRules,
    datasources: Datasources,
    engines: Engines,
) -> TestRun:
    """Run them on the draft, one after the other. Raises InvalidDefinition, Forbidden."""
    row = await get_datasource(session, draft.datasource_id)
    compiled = await compile_for(Definition.from_dict(draft.definition), row, engines)
    digest = freeze(compiled).hash()
    if not tests:
        return TestRun(digest, ())
    caller.require(ResourceType.DATASOURCE, Action.EXECUTE, row.id, known=True)
    datasource = datasources.get(rules.config(row))
    texts = [(test.name, test.content) for test in tests]
    # They may take long: no connection of the platform's own database waits with them.
    await session.close()
    subject = _Subject(compiled, datasource)
    results = [await _run(name, text, subject, engines) for name, text in texts]
    await remember_columns(session, draft, digest, subject.columns)
    return TestRun(digest, tuple(results))


@dataclass(slots=True)
class _Subject:
    """What is tested, and the columns that it has answered until now."""

    compiled: CompiledEndpoint
    datasource: Datasource
    columns: Columns | None = None


async def _run(name: str, text: str, subject: _Subject, engines: Engines) -> TestResult:
    calls = 0

    async def call(params: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        nonlocal calls
        calls += 1
        return await _answer(subject, params)

    scripts = engines.scripts
    program = scripts.engine.program([("content", text)])
    timeout_s = min(engines.limits.max_timeout, LONGEST_S)
    started = perf_counter()
    message, line = None, None
    try:
        logs = await scripts.test(
            program, call, domain=subject.datasource.config.id, timeout_s=timeout_s
        )
    except ScriptError as error:
        message, line, logs = error.message, error.line, error.logs
    elapsed_ms = (perf_counter() - started) * 1000
    return TestResult(name, message, line, elapsed_ms, calls, tuple(logs))


async def _answer(subject: _Subject, params: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
    """Status and envelope, as a consumer would read them."""
    try:
        values = subject.compiled.binder.bind_flat(params)
        answer = await subject.compiled.run(values, datasource=subject.datasource)
    except RunError as error:
        failed = failure_of(error)
        # The author reads this: what consumers are not told is told here.
        message = failed.internal or failed.message
        return failed.status, {"success": False, "message": message, "data": None,
                               "error": {"code": failed.code}}  # fmt: skip
    subject.columns = merge(subject.columns, columns_of(answer))
    envelope: dict[str, Any] = {"success": True, "message": None, "data": answer.data()}
    if answer.envelope is not None:
        envelope |= {"success": answer.envelope.success, "message": answer.envelope.message}
        envelope |= {key: msgspec.json.decode(raw) for key, raw in answer.envelope.more.items()}
    return 200, msgspec.json.decode(_encoder.encode(envelope))
