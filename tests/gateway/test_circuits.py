"""A database that cannot be reached is left alone for a while, and the others go on."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from dbapi_platform.datasources.errors import ConnectFailed, QueryFailed
from dbapi_platform.gateway.circuits import FAILURES, Circuits
from tests.world import World


@dataclass
class Deaf:
    """A server that hangs up on everybody."""

    port: int = 0
    calls: list[bool] = field(default_factory=list)

    async def hear(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls.append(True)
        writer.close()


@pytest_asyncio.fixture
async def deaf() -> AsyncIterator[Deaf]:
    heard = Deaf()
    server = await asyncio.start_server(heard.hear, "127.0.0.1", 0)
    heard.port = server.sockets[0].getsockname()[1]
    yield heard
    server.close()


async def test_callers_are_told_at_once_and_others_are_served(
    world: World, deaf: Deaf, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Time stands still: nobody tries again meanwhile.
    monkeypatch.setattr("dbapi_platform.gateway.circuits.monotonic", lambda: 0.0)
    source = {
        "name": "deaf", "product_type": "postgresql", "host": "127.0.0.1", "port": deaf.port,
        "database": "x", "username": "x", "password": "x",
    }  # fmt: skip
    await world.manage("POST", "/datasources", json=source, status=201)
    draft = await world.draft("GET", "deaf/{id}", "SELECT {{ id | sql_int }}", datasource="deaf")
    path = f"/endpoints/{draft['id']}/publish"
    await world.manage("POST", path, json={}, status=200)
    await world.publish("GET", "hearing", "SELECT 1 AS one")
    statuses = [(await world.call("GET", "deaf/1")).status_code for _ in range(FAILURES)]
    assert statuses == [503] * FAILURES
    tried = len(deaf.calls)
    assert tried >= FAILURES
    refused = await world.call("GET", "deaf/1")
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "datasource_unavailable")
    assert 1 <= int(refused.headers["retry-after"]) <= 6
    assert len(deaf.calls) == tried
    # What is wrong with the call itself is told all the same.
    assert (await world.call("GET", "deaf/x")).status_code == 400
    assert (await world.call("GET", "hearing")).status_code == 200
    script = "def execute(params):\n    return params['asks'] and db.query('SELECT 1')\n"
    await world.draft("GET", "mute", script, datasource="deaf", engine="script",
                      params={"asks": {"type": "boolean"}})  # fmt: skip
    mute = (await world.manage("GET", "/endpoints?path=mute", status=200))["items"][0]
    await world.manage("POST", f"/endpoints/{mute['id']}/publish", json={}, status=200)
    # A script that asks nothing of its database goes on.
    assert (await world.call("GET", "mute?asks=false")).status_code == 200
    tried = len(deaf.calls)
    assert (await world.call("GET", "mute?asks=true")).status_code >= 500
    assert len(deaf.calls) == tried
    assert (await world.records(error_code="datasource_unavailable", limit="1"))[0]["error"]


def attempt(circuits: Circuits, error: Exception | None = None) -> str:
    try:
        with circuits.trying("a"):
            if error:
                raise error
    except (ConnectFailed, QueryFailed) as failed:
        return "tried" if failed is error else "refused"
    circuits.reached("a")
    return "well"


async def test_one_request_tries_again_and_the_others_wait_for_it() -> None:
    circuits = Circuits(open_s=0.05, try_s=0.05)
    lost = ConnectFailed("gone")
    assert [attempt(circuits, lost) for _ in range(FAILURES + 2)] == [
        *["tried"] * FAILURES, "refused", "refused",
    ]  # fmt: skip
    await asyncio.sleep(0.06)
    assert [attempt(circuits, lost), attempt(circuits)] == ["tried", "refused"]
    await asyncio.sleep(0.06)
    assert [attempt(circuits) for _ in range(3)] == ["well"] * 3


async def test_who_hangs_is_waited_for_longer_than_who_failed() -> None:
    circuits = Circuits(open_s=0.05, try_s=60)
    for _ in range(FAILURES):
        attempt(circuits, ConnectFailed("gone"))
    await asyncio.sleep(0.06)
    with circuits.trying("a"):
        await asyncio.sleep(0.06)
        assert attempt(circuits) == "refused"


async def test_who_goes_away_leaves_the_try_to_the_next() -> None:
    circuits = Circuits(open_s=0.05, try_s=60)
    for _ in range(FAILURES):
        attempt(circuits, ConnectFailed("gone"))
    await asyncio.sleep(0.06)
    with pytest.raises(asyncio.CancelledError), circuits.trying("a"):
        raise asyncio.CancelledError
    assert attempt(circuits) == "well"


async def test_who_did_not_ask_leaves_the_try_to_the_next() -> None:
    circuits = Circuits(open_s=0.05)
    for _ in range(FAILURES):
        attempt(circuits, ConnectFailed("gone"))
    await asyncio.sleep(0.06)
    with circuits.trying("a"):
        circuits.untried("a")
    assert [attempt(circuits) for _ in range(2)] == ["well", "well"]


async def test_a_query_that_fails_shows_that_the_database_is_there() -> None:
    circuits = Circuits(open_s=0.05)
    for _ in range(FAILURES):
        attempt(circuits, ConnectFailed("gone"))
    await asyncio.sleep(0.06)
    assert attempt(circuits, QueryFailed("no such table")) == "tried"
    assert attempt(circuits) == "well"


@pytest.mark.parametrize("between", [None, QueryFailed("no such table")])
def test_failures_count_one_after_the_other(between: Exception | None) -> None:
    circuits = Circuits()
    for _ in range(3):
        for _ in range(FAILURES - 1):
            assert attempt(circuits, ConnectFailed("gone")) == "tried"
        assert attempt(circuits, between) != "refused"
