"""Quick questions share a connection; each gets its own answer, whatever becomes of the others."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from math import inf
from time import monotonic

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import AsyncConnection

from dbapi_platform.datasources.postgresql_errors import Lost, ServerError
from dbapi_platform.datasources.postgresql_json import JsonQueries, JsonQuery, worked_s
from dbapi_platform.datasources.postgresql_json_text import JsonText
from dbapi_platform.datasources.postgresql_lane import DEPTH, Lanes, Overtaken
from dbapi_platform.datasources.postgresql_link import LOOK_S, Link
from dbapi_platform.datasources.postgresql_parameters import Parameters, dump
from dbapi_platform.datasources.postgresql_pool import Pool
from dbapi_platform.datasources.postgresql_session import connect_parameters
from dbapi_platform.datasources.postgresql_values import Types
from dbapi_platform.lookout import Lookout
from tests.services.fixtures import PostgresDatabase

ECHO = "SELECT $1::int"
PID = "SELECT pg_backend_pid()"
INVERSE = "SELECT 12 / $1::int"
SLEEP = "SELECT pg_sleep($1::float8)::text || 'awake'"
HELD = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query ~ 'pg_sleep[(]'"


def loop_time() -> float:
    return asyncio.get_running_loop().time()


@dataclass(slots=True)
class Questions:
    """Lanes on a pool of their own."""

    pool: Pool
    lanes: Lanes

    async def ask(self, text: str, *values: object, timeout_s: float = 20) -> str:
        deadline = loop_time() + timeout_s
        result = await self.lanes.run(text, dump(values), deadline=deadline)
        return (result.get_value(0, 0) or b"").decode()


def open_questions(database: PostgresDatabase, size: int) -> Questions:
    waits, types, config = Lookout(LOOK_S), Types(), database.config()

    async def connect(_deadline: float) -> Link:
        parameters = connect_parameters(config)
        return Link(await AsyncConnection.connect(**parameters, autocommit=True), types, waits)

    pool = Pool(connect, size=size, wait_s=20)
    return Questions(pool, Lanes(pool, waits))


@pytest.fixture
async def questions(postgres_database: PostgresDatabase) -> AsyncIterator[Questions]:
    """With one connection, so that they have to share it."""
    opened = open_questions(postgres_database, 1)
    yield opened
    await opened.pool.close()


@pytest.fixture
async def many(postgres_database: PostgresDatabase) -> AsyncIterator[Questions]:
    """With as many connections as anybody asks for."""
    opened = open_questions(postgres_database, 8)
    yield opened
    await opened.pool.close()


async def test_a_full_lane_takes_another_connection(many: Questions) -> None:
    await many.ask(PID)
    pids = await asyncio.gather(*(many.ask(PID) for _ in range(DEPTH)))
    assert len(set(pids)) == 1
    pids = await asyncio.gather(*(many.ask(PID) for _ in range(DEPTH + 1)))
    assert len(set(pids)) == 2
    assert many.pool.state.idle == 2


@given(numbers=st.lists(st.integers(-3, 3), max_size=DEPTH), wave=st.integers(1, 5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
async def test_each_gets_its_own_answer_or_its_own_error(
    questions: Questions, numbers: list[int], wave: int
) -> None:
    for _ in range(wave):
        asked = [questions.ask(INVERSE if n == 0 else ECHO, n) for n in numbers]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        for number, answer in zip(numbers, answers, strict=True):
            if number == 0:
                assert isinstance(answer, ServerError)
                assert answer.message == "division by zero"
            else:
                assert answer == str(number)
    assert questions.pool.lent == 0


async def test_each_is_a_transaction_of_its_own(questions: Questions) -> None:
    now = "SELECT now() || ' ' || txid_current()"
    answers = await asyncio.gather(*(questions.ask(now) for _ in range(DEPTH)))
    assert len(set(answers)) == DEPTH


async def test_what_cannot_be_prepared_spoils_nothing(questions: Questions) -> None:
    for _ in range(3):
        good, bad, after = await asyncio.gather(
            questions.ask(ECHO, 1), questions.ask("SELECT nothing"), questions.ask(ECHO, 2),
            return_exceptions=True,
        )  # fmt: skip
        assert (good, after) == ("1", "2")
        assert isinstance(bad, ServerError)
        assert bad.is_refused


async def test_more_statements_than_a_connection_keeps_are_let_go(questions: Questions) -> None:
    for number in range(230):
        assert await questions.ask(f"SELECT {number}") == str(number)
    kept = int(await questions.ask("SELECT count(*) FROM pg_prepared_statements"))
    assert 190 <= kept <= 201


async def test_one_that_is_slow_is_overtaken_by_those_behind_it(questions: Questions) -> None:
    await questions.ask(ECHO, 1)
    slow = asyncio.create_task(questions.ask(SLEEP, 30))
    await asyncio.sleep(0)
    assert await questions.ask(ECHO, 2) == "2"
    with pytest.raises(Overtaken):
        await slow
    assert await questions.ask(HELD) == "0"


async def test_one_that_is_slow_and_alone_goes_on(questions: Questions) -> None:
    slow = asyncio.create_task(questions.ask(SLEEP, LOOK_S * 6))
    await asyncio.sleep(LOOK_S * 4)
    # It is known to be slow: this one does not wait behind it, but for its connection.
    after = asyncio.create_task(questions.ask(ECHO, 2))
    assert await slow == "awake"
    assert await after == "2"


async def test_at_its_deadline_it_is_stopped(many: Questions) -> None:
    with pytest.raises(TimeoutError):
        await many.ask(SLEEP, 30, timeout_s=0.2)
    await ended(many)


async def test_what_nobody_waits_for_any_more_is_stopped(many: Questions) -> None:
    task = asyncio.create_task(many.ask(SLEEP, 30))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await ended(many)


async def ended(questions: Questions) -> None:
    """Return once the server has ended what slept, and its connection is let go of."""
    while await questions.ask(HELD) != "0" or questions.pool.lent:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def test_whoever_gives_up_takes_no_answer_of_others(questions: Questions) -> None:
    for _ in range(20):
        tasks = [asyncio.create_task(questions.ask(ECHO, number)) for number in range(DEPTH)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert answers[0] == "0"
        assert answers[2:] == ["2", "3"]
    assert questions.pool.lent == 0


async def test_all_learn_that_the_connection_is_lost(
    questions: Questions, postgres_database: PostgresDatabase
) -> None:
    pid = await questions.ask(PID)
    asked = asyncio.gather(*(questions.ask(SLEEP, 0.04) for _ in range(3)), return_exceptions=True)
    await asyncio.sleep(0.01)
    await asyncio.to_thread(postgres_database.run, f"SELECT pg_terminate_backend({pid}, 5000)")
    assert all(isinstance(answer, Lost | Overtaken) or answer == "awake" for answer in await asked)
    assert await questions.ask(PID) != pid
    assert questions.pool.state.open == 1


async def test_a_connection_that_is_gone_when_it_is_passed_on_keeps_no_place(
    questions: Questions,
) -> None:
    link = await questions.pool.acquire(loop_time() + 20)
    waiting = asyncio.create_task(questions.ask(ECHO, 1))
    await asyncio.sleep(0)
    questions.pool.release(link)
    link.close()
    with pytest.raises(Lost) as lost:
        await waiting
    assert lost.value.is_unsent
    assert questions.pool.lent == 0
    assert await questions.ask(ECHO, 2) == "2"


async def test_what_cannot_be_sent_shifts_no_answers(questions: Questions) -> None:
    await questions.ask(ECHO, 1)
    deadline = loop_time() + 20
    broken = Parameters(["no bytes"], (23,))  # type: ignore[list-item]
    answers = await asyncio.gather(
        questions.ask(ECHO, 1),
        questions.lanes.run(ECHO, broken, deadline=deadline),
        questions.ask(ECHO, 3),
        return_exceptions=True,
    )
    assert isinstance(answers[0], Lost)
    assert isinstance(answers[1], TypeError)
    assert isinstance(answers[2], Lost) or answers[2] == "3"
    assert questions.pool.lent == 0


async def test_a_lane_lets_go_of_its_connection_for_who_waits(questions: Questions) -> None:
    stop = False

    async def flood() -> None:
        while not stop:
            await questions.ask(ECHO, 1)

    floods = [asyncio.create_task(flood()) for _ in range(DEPTH * 2)]
    await questions.ask(ECHO, 1)
    link = await questions.pool.acquire(loop_time() + 20)
    assert link.is_idle
    questions.pool.release(link)
    stop = True
    await asyncio.gather(*floods)


async def test_a_statement_whose_table_was_altered_is_prepared_anew(
    questions: Questions, postgres_database: PostgresDatabase
) -> None:
    postgres_database.run("CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
    assert await questions.ask("SELECT * FROM t") == "1"
    postgres_database.run("ALTER TABLE t ALTER a TYPE text USING 'one'")
    with pytest.raises(ServerError) as refused:
        await questions.ask("SELECT * FROM t")
    assert refused.value.is_stale
    assert await questions.ask("SELECT * FROM t") == "one"


async def test_closing_the_pool_ends_what_is_under_way(many: Questions) -> None:
    await many.ask(ECHO, 1)
    asked = [asyncio.create_task(many.ask(SLEEP, 30)) for _ in range(2)]
    await asyncio.sleep(0.02)
    await many.pool.close()
    for answer in await asyncio.gather(*asked, return_exceptions=True):
        assert isinstance(answer, Lost | Overtaken) or is_cancelled(answer)


def is_cancelled(answer: object) -> bool:
    return isinstance(answer, ServerError) and answer.is_cancelled


async def test_a_large_question_is_sent_as_the_server_takes_it(questions: Questions) -> None:
    text = "x" * 3_000_000
    asked = [questions.ask("SELECT length($1::text)", text + "y" * i) for i in range(DEPTH)]
    assert await asyncio.gather(*asked) == [str(len(text) + i) for i in range(DEPTH)]


def test_quick_is_what_has_shown_to_be() -> None:
    known = JsonQuery((), JsonText("SELECT 1", 0), 0.0)
    assert not known.is_quick
    known.took(0.0003)
    assert known.is_quick
    known.took(0.005)
    assert known.is_quick, "once is no habit"
    for _ in range(3):
        known.took(0.005)
    assert not known.is_quick
    for _ in range(20):
        known.took(0.0003)
    assert known.is_quick


def test_what_is_asked_for_in_another_format_too_stays_quick() -> None:
    queries, key = JsonQueries(), ("SELECT 1 AS a", (), 5)
    queries.note(key, (("a", 23),), json_equal=True)
    known = queries.find(key)
    assert known is not None
    known.took(0.0003)
    queries.note(key, (("a", 23),), json_equal=True)
    again = queries.find(key)
    assert again is not None
    assert again.is_quick
    queries.note(key, (("a", 23),), json_equal=False)
    assert queries.find(key) is None


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("SELECT 'x' AS a", 0, 0.05),
        ("SELECT pg_sleep(0.2)::text AS a", 0.2, 5),
        ("SELECT a FROM (SELECT 'x' AS a) AS t WHERE a > 'x'", 0, 0.05),
    ],
)
async def test_the_server_tells_how_long_it_worked(
    questions: Questions, text: str, least: float, most: float
) -> None:
    queries = JsonQueries()
    queries.note((text, (), 5), (("a", 25),), json_equal=True)
    known = queries.find((text, (), 5))
    assert known is not None
    result = await questions.lanes.run(known.sent.text, dump(()), deadline=loop_time() + 20)
    assert least <= worked_s(result) < most


@pytest.mark.parametrize(
    ("told", "seconds"),
    [(b"PT0.000123S", 0.000123), (b"PT0S", 0), (b"PT-0.1S", -0.1), (b"PT59S", 59),
     (b"PT1M0.5S", inf), (b"P1DT1S", inf), (b"00:00:00.0001", inf)],
)  # fmt: skip
async def test_how_long_is_read_from_what_the_server_writes(
    questions: Questions, told: bytes, seconds: float
) -> None:
    text = f"SELECT '[]', 0, '{told.decode()}'"
    result = await questions.lanes.run(text, dump(()), deadline=loop_time() + 20)
    assert worked_s(result) == seconds


def test_what_held_up_others_is_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    known = JsonQuery((), JsonText("SELECT 1", 0), 0.0)
    known.took(0.0003)
    known.held_up()
    known.took(0.0003)
    assert not known.is_quick
    later = monotonic() + 60
    monkeypatch.setattr("dbapi_platform.datasources.postgresql_json.monotonic", lambda: later)
    assert known.is_quick


def test_the_driver_has_what_lanes_are_made_of() -> None:
    assert psycopg.capabilities.has_pipeline()
