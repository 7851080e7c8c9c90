"""A worker that is no longer ours: what it sends, and what a script leaves behind in it."""

import asyncio
import resource
import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from dbapi_platform.engines.script.engine import ScriptEngine
from dbapi_platform.engines.script.errors import MemoryLimit, ScriptBusy, ScriptError
from dbapi_platform.engines.script.limits import ScriptLimits, ScriptReach
from dbapi_platform.engines.script.links import Link, WorkerGone
from dbapi_platform.engines.script.outgoing import HttpReach, Outgoing, RequestFailed
from dbapi_platform.engines.script.worker.wire import MAX_MESSAGE, frame, pack, unpack
from tests.engines.script.conftest import Run, new_call


def test_keys_of_one_hash_are_refused() -> None:
    """Ten thousand of them would take seconds, and ten times as many minutes."""
    numbers = [msgspec.msgpack.Ext(2, str((2**61 - 1) * n).encode()) for n in range(1, 20_000)]
    body = b"".join(pack(number) + pack(None) for number in numbers)
    payload = b"\x92" + pack("db") + b"\xdf" + len(numbers).to_bytes(4, "big") + body
    with pytest.raises(ValueError, match="cannot be read"):
        unpack(payload)


def test_only_a_result_may_be_large() -> None:
    assert len(unpack(pack(["result", b"1" * (2 * MAX_MESSAGE), None, True]))[1]) == 2 * MAX_MESSAGE
    with pytest.raises(ValueError, match="too large"):
        unpack(pack(["log", "info", "x" * MAX_MESSAGE]))
    with pytest.raises(ValueError, match="cannot be read"):
        unpack(pack(["result", [[]] * MAX_MESSAGE, None, True]))
    with pytest.raises(ValueError, match="cannot be read"):
        unpack(pack(["db", [msgspec.msgpack.Ext(2, b"1")] * 50_000]))


@pytest_asyncio.fixture
async def pair() -> AsyncIterator[tuple[Link, socket.socket]]:
    """A link and the worker's end of it."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    loop = asyncio.get_running_loop()
    _, link = await loop.create_unix_connection(lambda: Link(1_000_000), sock=ours)
    link.is_called = True
    yield link, theirs
    link.close()
    theirs.close()


async def write(end: socket.socket, data: bytes, seconds: float = 0.5) -> int:
    """How much of it the other end takes in a while."""
    loop, sent = asyncio.get_running_loop(), 0
    try:
        async with asyncio.timeout(seconds):
            while sent < len(data):
                await loop.sock_sendall(end, data[sent : sent + 100_000])
                sent += 100_000
    except (TimeoutError, OSError):
        pass
    return sent


async def test_a_flood_is_not_kept(pair: tuple[Link, socket.socket]) -> None:
    link, theirs = pair
    flood = frame(b"x" * 900_000) * 60
    sent = await write(theirs, flood)
    assert 1_000_000 < sent < 10_000_000
    for _ in range(sent // 1_000_000):
        assert len(await link.receive()) == 900_000


async def test_who_speaks_without_being_called_is_hung_up_on(
    pair: tuple[Link, socket.socket],
) -> None:
    link, theirs = pair
    link.is_called = False
    await write(theirs, frame(b"x"))
    await asyncio.sleep(0.05)
    assert link.gone
    with pytest.raises(WorkerGone):
        await link.receive()


async def test_a_frame_that_is_too_large_ends_it(pair: tuple[Link, socket.socket]) -> None:
    link, theirs = pair
    await write(theirs, (2**31).to_bytes(4, "little"))
    await asyncio.sleep(0.05)
    assert link.gone


async def test_answers_that_nobody_reads_are_waited_with(
    pair: tuple[Link, socket.socket],
) -> None:
    link, theirs = pair
    sending = asyncio.create_task(link.send("ok", b"x" * 10_000_000))
    await asyncio.sleep(0.1)
    assert not sending.done()
    theirs.close()
    await asyncio.wait_for(sending, 2)


async def test_no_place_is_lost_when_waiting_calls_give_up_at_once() -> None:
    engine = ScriptEngine(ScriptLimits(workers=2, wait_s=0.3, cpu_s=5), ScriptReach())
    await engine.start()

    class Waiting:
        async def get(self, key: str) -> str | None:
            await asyncio.sleep(5)
            return None

    slow = engine.program([("content", "result = cache.get('a')")])
    quick = engine.program([("content", "result = 1")])

    async def run(program: Any, timeout_s: float) -> Any:
        return await engine.run(program, "execute", {"params": {}}, call=new_call(cache=Waiting()),
                                domain="tests", timeout_s=timeout_s)  # fmt: skip

    for _ in range(3):
        ended = await asyncio.gather(*(run(slow, 0.3) for _ in range(6)), return_exceptions=True)
        assert all(isinstance(end, ScriptError) for end in ended)
    for _ in range(4):
        try:
            assert (await run(quick, 3)).body == b"1"
        except ScriptBusy:
            pytest.fail("every place was lost")
    await engine.close()


async def test_a_program_that_a_worker_let_go_is_sent_again(engine: ScriptEngine) -> None:
    programs = [engine.program([("content", f"result = {number}")]) for number in range(230)]
    for program in (*programs, programs[0], programs[-1]):
        answer = await engine.run(program, "execute", {"params": {}}, call=new_call(),
                                  domain="programs", timeout_s=3)  # fmt: skip
        assert answer.body == program.sources[0][1].split()[-1].encode()


async def test_log_lines_of_a_kind_of_their_own_stay_small(engine: ScriptEngine, run: Run) -> None:
    text = (
        "class T(str):\n    def __getitem__(self, at): return 'x' * 10_000_000\n"
        "    def encode(self, *a): return self\n    def decode(self): return 'x' * 10_000_000\n"
        "for _ in range(20):\n    log.info(T('a'))\n    print(T('b'))\nraise ValueError('end')"
    )
    with pytest.raises(ScriptError) as caught:
        await run(text)
    assert {line.message for line in caught.value.logs} <= {"a", "b"}


LEFT_BEHIND = """
def chain():
    try:
        yield
    finally:
        log.warning('left behind')
        again = chain()
        next(again)
        box = [again]
        box.append(box)
first = chain()
next(first)
box = [first]
box.append(box)
result = 1
"""


async def test_what_a_script_leaves_behind_does_not_run_in_later_calls(
    engine: ScriptEngine, run: Run
) -> None:
    assert await run(LEFT_BEHIND) == 1
    program = engine.program([("content", "x = [[n] for n in range(50_000)]\nresult = 2")])
    for _ in range(5):
        answer = await engine.run(program, "execute", {"params": {}}, call=new_call(),
                                  domain="tests", timeout_s=3)  # fmt: skip
        assert (answer.body, answer.logs) == (b"2", ())


async def test_an_error_whose_text_has_no_end_ends_in_time(run: Run) -> None:
    with pytest.raises(ScriptError, match="processor time"):
        await run(
            "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E()"
        )


async def test_no_answer_is_taken_for_another_when_memory_runs_out(run: Run) -> None:
    class Large:
        async def get(self, key: str) -> str | None:
            return '"' + "x" * (90_000_000 if key == "large" else 1) + '"'

    text = (
        "try:\n    cache.get('large')\n    cache.get('large')\nexcept MemoryError:\n    pass\n"
        "result = cache.get('small')"
    )
    with pytest.raises(MemoryLimit):
        await run(text, call=new_call(cache=Large()))
    assert await run("result = 1") == 1


async def test_a_slow_name_server_holds_up_nobody_else(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "dbapi_platform.engines.script.resolving.look_up", lambda *_: time.sleep(1.5) or []
    )
    outgoing = Outgoing(HttpReach(hosts=("*",)))
    asked = [outgoing.request("GET", "http://slow.test/", {"timeout": 0.05}) for _ in range(12)]
    ended = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(end, RequestFailed) for end in ended)
    async with asyncio.timeout(1):
        await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 80)
    await outgoing.close()


@pytest.mark.parametrize(
    "text",
    [
        "http.get('http://' + '\\u0660a' * 500_000)",
        "http.get('http://a.test/', headers={'Host ': 'x'})",
        "http.get('http://a.test/', headers={'': 'x'})",
        "http.get('http://a.test/', headers={'Transfer-Encoding\\t': 'x'})",
        "http.get('http://a.test/', timeout=10 ** 400)",
        "http.get('http://evil.com%2f.a.test/')",
        "http.get('http://a b.a.test/')",
        "db.query('SELECT 1', 5)",
        "db.query('a;' * 500_000)",
        "cache.get('k' * 10_000)",
    ],
)
async def test_a_wrong_question_is_an_error_of_the_script(run: Run, text: str) -> None:
    with pytest.raises(ScriptError):
        await run(f"{text}\nresult = 1")
    assert await run("result = 1") == 1


def test_nothing_here_filled_the_memory() -> None:
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2_000_000
