"""Whatever a script does, it ends within its limits, and the next call succeeds."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from dbapi_platform.engines.script.engine import ScriptEngine
from dbapi_platform.engines.script.errors import (
    CpuLimit,
    MemoryLimit,
    OutputLimit,
    QueryLimit,
    ScriptBusy,
    ScriptError,
    ScriptTimeout,
    WorkerLost,
)
from tests.engines.script.conftest import LIMITS, TIMEOUT_S, Run, new_call

CATCH_ALL = "while True:\n    try:\n        {}\n    except:\n        pass\nresult = 1"
HOSTILE: dict[str, tuple[str, tuple[type[ScriptError], ...]]] = {
    "an endless loop": ("while True: pass\nresult = 1", (CpuLimit,)),
    "catching everything in a loop": (CATCH_ALL.format("1 / 0"), (CpuLimit,)),
    "catching a lack of memory": (CATCH_ALL.format("x = 'a' * 10 ** 9"), (CpuLimit, MemoryLimit)),
    "catching deep recursion": (
        "def f():\n    try:\n        return f()\n    except:\n        return f()\nresult = f()",
        (CpuLimit, ScriptError),
    ),
    "a loop in C": ("import itertools\nresult = sum(itertools.count())", (CpuLimit,)),
    "a power that takes years": ("result = len(str(10 ** 10 ** 9))", (CpuLimit, MemoryLimit)),
    "a slow pattern": ("result = re.match('(a+)+$', 'a' * 50 + 'b')", (CpuLimit,)),
    "a memory bomb": ("x = []\nwhile True:\n    x.append('a' * 10 ** 6 + str(len(x)))\nresult = 1",
                      (MemoryLimit,)),
    "a doubling list": ("x = [1]\nwhile True:\n    x += x\nresult = 1", (MemoryLimit,)),
    "a string of a gigabyte": ("result = len('a' * 10 ** 9)", (MemoryLimit,)),
    "deep recursion": ("def f(n):\n    return f(n + 1)\nresult = f(0)", (ScriptError,)),
    "deep data": (
        "x = []\nfor i in range(100_000):\n    x = [x]\nresult = x", (ScriptError,)
    ),
    "deep data as text": (
        "x = []\nfor i in range(100_000):\n    x = [x]\nresult = str(x)", (ScriptError,)
    ),
    "a large answer": ("result = 'a' * 2_000_000", (OutputLimit,)),
    "a flood of questions": ("while True:\n    cache.get('a')\nresult = 1", (QueryLimit,)),
    "a flood of questions, caught": (CATCH_ALL.format("cache.get('a')"), (QueryLimit,)),
    "a flood of log": ("while True: print('x' * 1000)\nresult = 1", (CpuLimit, ScriptTimeout)),
    "its own end": ("raise SystemExit\nresult = 1", (ScriptError,)),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
async def test_it_ends_and_the_next_call_succeeds(run: Run, what: str) -> None:
    text, kinds = HOSTILE[what]
    # Not a measurement: what does not end is what this guards against.
    async with asyncio.timeout(TIMEOUT_S + 1):
        with pytest.raises(kinds):
            await run(text)
    assert await run("result = 1") == 1


async def test_waiting_counts_as_time(run: Run, engine: ScriptEngine) -> None:
    class Slow:
        async def get(self, key: str) -> str | None:
            await asyncio.sleep(30)
            return None

    with pytest.raises(ScriptTimeout, match=r"longer than 0\.3 seconds"):
        await run("result = cache.get('a')", call=new_call(cache=Slow()), timeout_s=0.3)
    assert await run("result = 1") == 1


async def test_what_was_logged_before_the_end_is_told(run: Run) -> None:
    with pytest.raises(CpuLimit) as caught:
        await run("print('begun')\nwhile True: pass\nresult = 1")
    assert [line.message for line in caught.value.logs] == ["begun"]


async def test_a_long_log_is_cut(engine: ScriptEngine) -> None:
    program = engine.program(
        [("content", "for i in range(5000): print('x' * 20_000 if i == 0 else i)\nresult = 1")]
    )
    answer = await engine.run(
        program, "execute", {"params": {}}, call=new_call(), domain="tests", timeout_s=3
    )
    assert len(answer.logs) == 1_000
    assert len(answer.logs[0].message) == 10_000
    assert answer.logs[-1].message == "no more than 1,000 lines are kept"


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def quiet(engine: ScriptEngine) -> None:
    """Every worker was given back; one that is started ahead counts as busy until it is there."""
    for _ in range(100):
        if engine.workers.busy == 0:
            return
        await asyncio.sleep(0.05)
    assert engine.workers.busy == 0


def workers_of(engine: ScriptEngine) -> list[int]:
    """The process numbers of every worker, as this machine counts."""
    assert engine._nursery._process is not None
    pending, leaves = [engine._nursery._process.pid], []
    while pending:
        pid = pending.pop()
        below = children_of(pid)
        pending += below
        leaves += [pid] if not below else []
    return leaves


async def test_a_worker_killed_in_the_middle_fails_one_call_and_no_more(
    run: Run, engine: ScriptEngine
) -> None:
    asked = asyncio.Event()

    class Waiting:
        async def get(self, key: str) -> str | None:
            asked.set()
            await asyncio.sleep(20)
            return None

    before = set(workers_of(engine))
    call = asyncio.create_task(run("result = cache.get('a')", call=new_call(cache=Waiting())))
    await asked.wait()
    assert before
    for pid in workers_of(engine):
        os.kill(pid, signal.SIGKILL)
    with pytest.raises((WorkerLost, ScriptTimeout)):
        await call
    for _ in range(5):
        assert await run("result = 1") == 1


async def test_a_killed_nursery_is_started_again(run: Run, engine: ScriptEngine) -> None:
    await quiet(engine)
    idle = list(engine.workers._idle)
    assert engine._nursery._process is not None
    os.kill(engine._nursery._process.pid, signal.SIGKILL)
    for _ in range(100):
        # Its workers end with it.
        if all(worker.link.gone for worker in idle):
            break
        await asyncio.sleep(0.05)
    for _ in range(3):
        assert await run("result = 1") == 1


async def test_calls_beyond_the_workers_wait_and_are_then_refused(engine: ScriptEngine) -> None:
    release = asyncio.Event()

    class Waiting:
        async def get(self, key: str) -> str | None:
            await release.wait()
            return None

    program = engine.program([("content", "result = cache.get('a')")])

    def start(timeout_s: float) -> "asyncio.Task[object]":
        return asyncio.create_task(
            engine.run(program, "execute", {"params": {}}, call=new_call(cache=Waiting()),
                       domain="tests", timeout_s=timeout_s)
        )  # fmt: skip

    held = [start(10) for _ in range(LIMITS.workers)]
    await asyncio.sleep(0.5)
    late, refused = start(10), start(0.2)
    with pytest.raises(ScriptBusy, match="in use"):
        await refused
    release.set()
    await asyncio.gather(*held, late)
    await quiet(engine)


async def test_a_caller_who_goes_away_frees_the_worker(engine: ScriptEngine, run: Run) -> None:
    class Waiting:
        async def get(self, key: str) -> str | None:
            await asyncio.sleep(30)
            return None

    for _ in range(LIMITS.workers + 1):
        call = asyncio.create_task(run("result = cache.get('a')", call=new_call(cache=Waiting())))
        await asyncio.sleep(0.05)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
    assert await run("result = 1") == 1
    await quiet(engine)


async def test_a_worker_serves_one_datasource(engine: ScriptEngine) -> None:
    program = engine.program([("content", "result = 1")])
    for number in range(2 * LIMITS.workers):
        await engine.run(program, "execute", {"params": {}}, call=new_call(),
                         domain=f"other {number}", timeout_s=3)  # fmt: skip
    domains = [worker.domain for worker in engine.workers._idle]
    assert len(set(domains)) == len(domains) <= LIMITS.workers


async def test_memory_stays_where_it_was(engine: ScriptEngine) -> None:
    """Ten thousand calls take no more memory than one thousand did, but for a fifth."""
    program = engine.program(
        [("content", "class A:\n    def __init__(self):\n        self.me = self\n"
          "def execute(params):\n    return [str(A()) for _ in range(5)] + [cache.get('x')]")]
    )  # fmt: skip

    async def call_often(times: int) -> None:
        for _ in range(times):
            await engine.run(program, "execute", {"params": {}}, call=new_call(),
                             domain="memory", timeout_s=3)  # fmt: skip

    def resident() -> int:
        pids = workers_of(engine)
        return max(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)

    await call_often(1_000)
    first = resident()
    await call_often(9_000)
    assert resident() <= first * 1.2


async def test_workers_are_kept(engine: ScriptEngine, run: Run) -> None:
    """One serves call after call, and one that is started ahead waits for another datasource."""
    await run("result = 1")
    await quiet(engine)
    before = set(workers_of(engine))
    for _ in range(20):
        await run("result = 1")
    await quiet(engine)
    assert before <= set(workers_of(engine))
