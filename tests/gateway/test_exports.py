"""Answers sent while they are made, by a real process from a real PostgreSQL."""

import csv
import io
import json
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.platforms import PlatformProcess, serve_platform
from tests.services.fixtures import PostgresDatabase
from tests.services.postgres import PostgresServer

ROWS = 200_000
EVERY = (
    "SELECT n AS id, 'customer ' || n AS name, n * 1.5 AS total, now() AS at"
    " FROM generate_series(1, {rows}) AS n"
)
_OURS = "FROM pg_stat_activity WHERE application_name = 'pydbapi' AND datname = current_database()"


class Exporting:
    """A platform of one worker with endpoints on PostgreSQL, whose sessions can be looked at."""

    def __init__(self, platform: PlatformProcess, database: PostgresDatabase) -> None:
        self.platform = platform
        self._database = database
        self.api = httpx.Client(
            base_url=f"{platform.url}/api/v1",
            headers={"Authorization": f"Bearer {platform.token}"},
            timeout=60,
        )

    def manage(self, method: str, path: str, **kwargs: Any) -> Any:
        answer = self.api.request(method, path, **kwargs)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def publish(self, path: str, content: str, **fields: Any) -> str:
        body = {
            "method": "GET", "path": path, "engine": "sql", "datasource": "exports",
            "content": content, "access": "public", **fields,
        }  # fmt: skip
        endpoint = self.manage("PUT", "/drafts", json=body)
        self.manage("POST", f"/endpoints/{endpoint['id']}/publish", json={})
        url = f"{self.platform.url}/api/{path}"
        self.until(lambda: httpx.get(f"{url}?format=nothing").status_code == 406)
        return url

    @property
    def address(self) -> tuple[str, int]:
        url = httpx.URL(self.platform.url)
        return url.host, url.port or 80

    def sessions(self) -> list[str]:
        """What the platform's connections are at, those that do nothing left out."""
        rows = self._database.run(f"SELECT state {_OURS} AND state <> 'idle'")
        return [row[0] for row in rows]

    def end_sessions(self) -> None:
        """As a restart of the server would."""
        self._database.run(f"SELECT pg_terminate_backend(pid) {_OURS}")

    def until(self, happened: Callable[[], bool]) -> None:
        for _ in range(400):
            if happened():
                return
            time.sleep(0.025)
        raise AssertionError("it did not happen")

    def last_record(self, path: str, error_code: str | None) -> dict[str, Any]:
        """The newest of a path's records that ended so; one broken off may come after others."""
        found: list[dict[str, Any]] = []

        def came() -> bool:
            records = self.manage("GET", "/access-records", params={"path": path})["items"]
            found[:] = [record for record in records if record["error_code"] == error_code]
            return bool(found)

        self.until(came)
        return found[0]

    def rss_mb(self) -> float:
        """Of the largest of the platform's processes: the one worker."""
        port = str(self.address[1])
        (parent,) = [
            process for process in psutil.Process().children() if port in process.cmdline()
        ]
        family = [parent, *parent.children(recursive=True)]
        return max(process.memory_info().rss for process in family) / 1_048_576


@pytest.fixture(scope="module")
def exporting(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Exporting]:
    database = PostgresDatabase(postgres, "exports")
    PostgresDatabase(postgres, "postgres").run("CREATE DATABASE exports")
    directory = tmp_path_factory.mktemp("exports")
    with serve_platform(
        directory, DBAPI_MAX_ROWS="1000000", DBAPI_DEFAULT_MAX_CONCURRENT="2"
    ) as served:
        made = Exporting(served, database)
        made.manage(
            "POST", "/datasources",
            json={
                "name": "exports", "product_type": "postgresql", "host": postgres.host,
                "port": postgres.port, "database": database.name, "username": postgres.username,
                "password": postgres.password,
            },
        )  # fmt: skip
        yield made
        made.api.close()


def read_ndjson(body: bytes) -> int:
    return len({json.loads(line)["id"] for line in body.splitlines()})


def read_csv(body: bytes) -> int:
    return len({row["id"] for row in csv.DictReader(io.StringIO(body.decode(), newline=""))})


def read_arrow(body: bytes) -> int:
    return len(set(pa.ipc.open_stream(body).read_all().column("id").to_pylist()))


def read_parquet(body: bytes) -> int:
    return len(set(pq.read_table(io.BytesIO(body)).column("id").to_pylist()))


@pytest.mark.parametrize("read", [read_ndjson, read_csv, read_arrow, read_parquet])
def test_a_long_answer_is_complete_and_the_worker_stays_small(
    exporting: Exporting, read: Callable[[bytes], int]
) -> None:
    form = read.__name__.removeprefix("read_")
    url = exporting.publish("exports/all", EVERY.format(rows=ROWS), max_rows=ROWS)
    before, peak = exporting.rss_mb(), 0.0
    body = bytearray()
    with httpx.stream("GET", f"{url}?format={form}", timeout=60) as answer:
        assert "content-length" not in answer.headers
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) // 4_000_000 != (len(body) - len(chunk)) // 4_000_000:
                peak = max(peak, exporting.rss_mb())
    assert read(bytes(body)) == ROWS
    # All rows as Python's values would be several times as much.
    assert max(peak, exporting.rss_mb()) - before < 150
    record = exporting.last_record("exports/all", None)
    assert record["rows"] == ROWS
    assert exporting.sessions() == []


def test_head_tells_the_headers_and_reads_no_more_than_they_need(exporting: Exporting) -> None:
    url = exporting.publish("exports/head", EVERY.format(rows=ROWS), max_rows=ROWS)
    with httpx.Client() as client:
        long = client.head(f"{url}?format=csv")
        assert (long.status_code, long.content) == (200, b"")
        assert long.headers["content-type"] == "text/csv; charset=utf-8"
        assert "content-length" not in long.headers
        short = client.head(f"{url}?format=pdf")
        assert (short.status_code, short.content) == (406, b"")
        # The connection is as good as before.
        assert (
            client.get(f"{url}?format=pdf").headers["content-length"]
            == (short.headers["content-length"])
        )
    assert exporting.last_record("exports/head", "not_acceptable")["method"] in ("GET", "HEAD")
    assert exporting.last_record("exports/head", None)["method"] == "HEAD"
    assert exporting.sessions() == []


def test_an_answer_over_its_limit_is_broken_off_and_not_cut(exporting: Exporting) -> None:
    url = exporting.publish("exports/limited", EVERY.format(rows=30_000), max_rows=20_000)
    with (
        pytest.raises(httpx.RemoteProtocolError, match="incomplete"),
        httpx.stream("GET", f"{url}?format=csv", timeout=60) as answer,
    ):
        answer.read()
    assert exporting.last_record("exports/limited", "row_limit_reached")["rows"] == 20_000
    assert exporting.sessions() == []


def test_a_reader_who_goes_away_frees_his_slot_and_ends_the_query(exporting: Exporting) -> None:
    url = exporting.publish("exports/left", EVERY.format(rows=ROWS), max_rows=ROWS)
    # More often than there are slots for a caller.
    for _ in range(4):
        with httpx.stream("GET", f"{url}?format=ndjson", timeout=60) as answer:
            assert answer.status_code == 200, answer.read()
            next(answer.iter_raw())
        exporting.until(lambda: exporting.sessions() == [])
    assert exporting.last_record("exports/left", "client_disconnected")["status"] == 200


def test_a_slot_is_the_callers_as_long_as_he_reads(exporting: Exporting) -> None:
    url = exporting.publish("exports/held", EVERY.format(rows=ROWS), max_rows=ROWS)
    with (
        httpx.stream("GET", f"{url}?format=ndjson", timeout=60) as first,
        httpx.stream("GET", f"{url}?format=ndjson", timeout=60) as second,
    ):
        assert (first.status_code, second.status_code) == (200, 200)
        third = httpx.get(f"{url}?format=ndjson", timeout=60)
        assert (third.status_code, third.json()["error"]["code"]) == (503, "too_many_concurrent")


def test_a_caller_who_does_not_wait_ends_his_query(exporting: Exporting) -> None:
    exporting.publish("exports/slow", "SELECT 1 AS one FROM pg_sleep(30)")
    with socket.create_connection(exporting.address) as caller:
        caller.sendall(b"GET /api/exports/slow HTTP/1.1\r\nHost: x\r\n\r\n")
        exporting.until(lambda: exporting.sessions() == ["active"])
    exporting.until(lambda: exporting.sessions() == [])
    assert exporting.last_record("exports/slow", "client_disconnected")["status"] == 499


def test_a_database_that_goes_away_breaks_the_answer_off(exporting: Exporting) -> None:
    url = exporting.publish("exports/gone", EVERY.format(rows=ROWS), max_rows=ROWS)
    with httpx.stream("GET", f"{url}?format=csv", timeout=60) as answer:
        chunks = answer.iter_raw()
        next(chunks)
        exporting.end_sessions()
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
            list(chunks)
    assert exporting.last_record("exports/gone", "datasource_unavailable")["status"] == 200
    assert httpx.get(f"{url}?format=csv&x=1", timeout=60).status_code == 200
