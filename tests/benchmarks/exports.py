"""`make bench-exports`: five million rows out of PostgreSQL, and what a worker holds meanwhile."""

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import httpx
import psutil
import psycopg

from tests.benchmarks.load import LoadFailed
from tests.platforms import PlatformProcess, serve_platform
from tests.services.postgres import PostgresServer, start_postgres

ROWS = int(os.environ.get("BENCH_ROWS", "5_000_000"))
FORMATS = ("ndjson", "csv", "arrow", "parquet")
MB = 1_048_576
TABLE = f"""
CREATE TABLE item AS
SELECT i AS id, 'item ' || i AS name, (i * 1.25)::numeric(12, 2) AS price,
       timestamptz '2026-01-01' + i * interval '1 second' AS created_at
FROM generate_series(1, {ROWS}) AS i
"""


def main() -> int:
    """Measure and print; exit status 1 when an export is not whole."""
    server = start_postgres()
    try:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(TABLE)
        with (
            tempfile.TemporaryDirectory(prefix="dbapi-bench-") as directory,
            serve_platform(
                Path(directory),
                DBAPI_MAX_EXPORT_ROWS=str(ROWS),
                DBAPI_MAX_EXPORT_SECONDS="3600",
            ) as platform,
        ):
            _publish(platform, server)
            for name in FORMATS:
                _export(platform, name)
    except LoadFailed as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        server.stop()
    return 0


def _publish(platform: PlatformProcess, server: PostgresServer) -> None:
    headers = {"Authorization": f"Bearer {platform.token}"}
    with httpx.Client(base_url=f"{platform.url}/api/v1", headers=headers, timeout=30) as http:
        source = {
            "name": "bench", "product_type": "postgresql", "database": "postgres",
            "host": server.host, "port": server.port,
            "username": server.username, "password": server.password,
        }  # fmt: skip
        http.post("/datasources", json=source).raise_for_status()
        draft = {
            "method": "GET", "path": "bench/items", "engine": "sql", "datasource": "bench",
            "access": "public", "content": "SELECT * FROM item", "max_export_rows": ROWS,
        }  # fmt: skip
        endpoint = http.put("/drafts", json=draft).raise_for_status().json()
        http.post(f"/endpoints/{endpoint['id']}/publish", json={}).raise_for_status()


def _export(platform: PlatformProcess, name: str) -> None:
    size, url = 0, f"{platform.url}/api/bench/items?format={name}"
    with _watched(_worker(platform)) as seen:
        started = perf_counter()
        with httpx.stream("GET", url, timeout=600) as answer:
            try:
                for chunk in answer.raise_for_status().iter_raw():
                    size += len(chunk)
            except httpx.RemoteProtocolError as error:
                raise LoadFailed(f"{name} was broken off after {size:,} bytes") from error
        seconds = perf_counter() - started
    print(
        f"{name:8} {ROWS:,} rows, {size / MB:,.0f} MB in {seconds:.0f} s: "
        f"{ROWS / seconds:,.0f} rows a second, "
        f"{(max(seen) - seen[0]) / MB:.0f} MB more than before",
        flush=True,
    )


def _worker(platform: PlatformProcess) -> psutil.Process:
    """The process that listens: with one worker it is the server itself."""
    port = int(platform.url.rpartition(":")[2])
    for process in psutil.Process().children(recursive=True):
        if any(each.laddr.port == port for each in process.net_connections("tcp")):
            return process
    raise LoadFailed("nobody listens")


@contextmanager
def _watched(process: psutil.Process) -> Iterator[list[int]]:
    """Resident bytes, before and then ten times a second."""
    seen, is_over = [process.memory_info().rss], threading.Event()

    def watch() -> None:
        while not is_over.wait(0.1):
            seen.append(process.memory_info().rss)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        is_over.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
