"""What Prometheus reads, of one process and of several workers."""

import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families

from dbapi_platform.access.secrets import new_secret
from dbapi_platform.datasources import ConnectFailed
from dbapi_platform.settings import Settings, SettingsError
from tests.platforms import PlatformProcess, serve_platform
from tests.world import World, make_settings, open_world

TOKEN = new_secret()
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest_asyncio.fixture(scope="module")
async def measured(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with open_world(tmp_path_factory.mktemp("world"), metrics_token=TOKEN) as opened:
        yield opened


def values(text: str, name: str) -> dict[tuple[str, ...], float]:
    """A measure's numbers, by the values of its labels in their order."""
    return {
        tuple(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


async def read(world: World) -> str:
    answer = await world.http.get("/metrics", headers=BEARER)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


async def test_requests_are_counted_by_endpoint_and_status(measured: World) -> None:
    await measured.publish("GET", "measured/{id}", "SELECT {{ id | sql_int }} AS id")
    before = await read(measured)
    for path in ("measured/1", "measured/2", "measured/x", "nowhere"):
        await measured.call("GET", path)
    after = await read(measured)

    def more(name: str, *labels: str) -> float:
        return values(after, name)[labels] - values(before, name).get(labels, 0)

    assert more("dbapi_requests_total", "GET measured/{id}", "200") == 2
    assert more("dbapi_requests_total", "GET measured/{id}", "400") == 1
    assert more("dbapi_requests_total", "", "404") == 1
    assert more("dbapi_request_seconds_count", "GET measured/{id}") == 3
    assert more("dbapi_request_seconds_bucket", "GET measured/{id}", "+Inf") == 3
    assert 0 < more("dbapi_request_seconds_sum", "GET measured/{id}") < 60


async def test_the_state_is_told(measured: World) -> None:
    state = measured.platform.state()
    assert state.snapshot_age_s >= 0
    assert state.endpoints == len((await measured.manage("GET", "/endpoints", status=200))["items"])
    assert (state.are_limits_degraded, state.records_dropped) == (False, 0)
    assert state.pools["shop"][2] == 0
    text = await read(measured)
    assert values(text, "dbapi_limits_degraded") == {(): 0}
    assert {"dbapi_snapshot_age_seconds", "dbapi_access_records_queued", "dbapi_endpoints"} <= {
        family.name for family in text_string_to_metric_families(text)
    }


async def test_a_circuit_that_is_open_is_told(measured: World) -> None:
    circuits = measured.platform.circuits
    (shop,) = (
        config.id
        for config in measured.platform.snapshots.current.datasources
        if config.name == "shop"
    )
    assert measured.platform.state().open_circuits == frozenset()
    for _ in range(3):
        with suppress(ConnectFailed), circuits.trying(shop):
            raise ConnectFailed("away")
    assert measured.platform.state().open_circuits == {"shop"}
    circuits.reached(shop)
    assert measured.platform.state().open_circuits == frozenset()


@pytest.mark.parametrize("given", ["", "Bearer wrong", "TOKEN", "Basic TOKEN", "Bearer TOKENx"])
async def test_nobody_reads_without_the_token(measured: World, given: str) -> None:
    header = {"Authorization": given.replace("TOKEN", TOKEN)}
    refused = await measured.http.get("/metrics", headers=header)
    assert refused.status_code == 401
    assert "dbapi_" not in refused.text


async def test_there_is_nothing_where_no_token_is_set(world: World) -> None:
    refused = await world.http.get("/metrics", headers={"Authorization": "Bearer "})
    assert (refused.status_code, "DBAPI_METRICS_TOKEN" in refused.text) == (404, True)


def test_a_token_that_is_guessed_is_refused(tmp_path: Path) -> None:
    settings: Settings = make_settings(tmp_path, metrics_token="short")
    with pytest.raises(SettingsError, match="DBAPI_METRICS_TOKEN"):
        settings.require_secrets()


def test_workers_measure_together(tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("platform")
    with serve_platform(directory, workers=2, DBAPI_METRICS_TOKEN=TOKEN) as served:
        for _ in range(20):
            assert httpx.get(f"{served.url}/api/nowhere").status_code == 404
        text = metrics(served)
        assert values(text, "dbapi_requests_total")["", "404"] == 20
        # Not each worker's own.
        assert "pid=" not in text
        assert len(re.findall(r"^dbapi_snapshot_age_seconds ", text, re.MULTILINE)) == 1


def metrics(served: PlatformProcess) -> str:
    answer = httpx.get(f"{served.url}/metrics", headers=BEARER)
    assert answer.status_code == 200, answer.text
    return answer.text
