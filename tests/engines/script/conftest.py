"""A script engine of the tests' own, and a way to run a text in it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from dbapi_platform.engines.errors import InvalidDefinition
from dbapi_platform.engines.script.cache import ProcessCache, Scoped
from dbapi_platform.engines.script.calls import Call
from dbapi_platform.engines.script.engine import ScriptEngine
from dbapi_platform.engines.script.limits import ScriptLimits, ScriptReach
from dbapi_platform.engines.script.outgoing import HttpReach, Outgoing

LIMITS = ScriptLimits(workers=3, cpu_s=0.4, memory_bytes=96 * 1024 * 1024, output_bytes=1_000_000)
REACH = ScriptReach(environment={"REGION": "eu", "SIZE": "7", "OPEN": "yes"})
TIMEOUT_S = 6.0

Run = Callable[..., Awaitable[Any]]


@pytest_asyncio.fixture(scope="module")
async def engine() -> AsyncIterator[ScriptEngine]:
    made = ScriptEngine(LIMITS, REACH)
    await made.start()
    yield made
    await made.close()


def new_call(**changes: Any) -> Call:
    """What a script may reach: a cache of its own, and no host."""
    parts = {
        "database": None, "outgoing": Outgoing(HttpReach()),
        "cache": Scoped(ProcessCache(), "tests"), "environment": REACH.environment,
    }  # fmt: skip
    return Call(**(parts | changes))


@pytest.fixture
def run(engine: ScriptEngine) -> Run:
    """Check a text and run it; answers its value. Raises what the platform would raise."""

    async def run(
        text: str, *, call: Call | None = None, timeout_s: float = TIMEOUT_S, **params: Any
    ) -> Any:
        (checked,) = await engine.check([("content", text)])
        if checked.problems:
            raise InvalidDefinition(checked.problems)
        answer = await engine.run(
            engine.program([("content", text)]),
            "execute",
            {"params": params, "req": params, "client": {"id": None}},
            call=call or new_call(),
            domain="tests",
            timeout_s=timeout_s,
        )
        return msgspec.json.decode(answer.body)

    return run
