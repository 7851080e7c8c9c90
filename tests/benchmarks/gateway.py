"""`make bench`: the gateway beside hand-written endpoints, in one run, as ratios."""

import os
import platform as machine
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psycopg

from dbapi_platform.demo.processes import free_port, running, wait_for
from tests.benchmarks.load import CONNECTIONS, LoadFailed, Measured, measure
from tests.benchmarks.peers import LIST, LOOKUP
from tests.platforms import PlatformProcess, serve_platform
from tests.services.postgres import PostgresServer, start_postgres

ROWS = 100_000
POOL = 8
WORKERS = 2
ROUNDS = 3
SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
CASES = {"lookup": "lookup by key, public", "list": "100 rows, public"}
HAND_WRITTEN = ("plain", "typed", "bare")
PEERS = (*HAND_WRITTEN, "gateway")
SCRIPT = f"""
def execute(params):
    return db.query_one("{LOOKUP}", [params["id"]])
"""

TABLE = f"""
CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL, price numeric(10, 2) NOT NULL,
                   created_at timestamptz NOT NULL);
INSERT INTO item
SELECT i, 'item ' || i, i * 1.25, timestamptz '2026-01-01' + i * interval '1 minute'
FROM generate_series(1, {ROWS + 200}) AS i;
ANALYZE item;
-- The tests' server is odd on purpose; what is measured here should not be.
ALTER DATABASE postgres SET datestyle = 'ISO';
ALTER DATABASE postgres SET timezone = 'UTC';
"""


def main() -> int:
    """Measure and print the table; exit status 1 when something does not answer."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dbapi-bench-")))
        server = start_postgres()
        stack.callback(server.stop)
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(TABLE)
        addresses = stack.enter_context(_peers(server, directory))
        try:
            results = {case: _measure(case, addresses, PEERS) for case in CASES}
            # The same lookup by a script beside the one by SQL.
            scripts = {
                "gateway": addresses["gateway"],
                "script": f"{addresses['gateway']}/script",
            }
            by_script = _measure("lookup", scripts, tuple(scripts))
        except LoadFailed as error:
            print(error, file=sys.stderr)
            return 1
    print(_table(results))
    print(_script_line(by_script))
    return 0


@contextmanager
def _peers(server: PostgresServer, directory: Path) -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        served = stack.enter_context(
            serve_platform(directory, workers=WORKERS, DBAPI_POOL_SIZE=str(POOL))
        )
        _publish(served, server)
        addresses = {"gateway": f"{served.url}/api/bench"}
        for name in HAND_WRITTEN:
            addresses[name] = stack.enter_context(_peer(name, server, directory))
        yield addresses


@contextmanager
def _peer(name: str, server: PostgresServer, directory: Path) -> Iterator[str]:
    port, log = free_port(0), directory / f"{name}.log"
    arguments = ["uvicorn", f"tests.benchmarks.peers:{name}", "--factory", f"--port={port}",
                 f"--workers={WORKERS}", "--no-access-log"]  # fmt: skip
    environment = {"BENCH_DSN": server.url(), "BENCH_POOL": str(POOL)}
    with running(arguments, environment=environment, log=log) as process:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/lookup/1", process, log)
        yield url


def _publish(served: PlatformProcess, server: PostgresServer) -> None:
    headers = {"Authorization": f"Bearer {served.token}"}
    with httpx.Client(base_url=f"{served.url}/api/v1", headers=headers, timeout=30) as http:
        source = {
            "name": "bench", "product_type": "postgresql", "database": "postgres",
            "host": server.host, "port": server.port,
            "username": server.username, "password": server.password,
        }  # fmt: skip
        http.post("/datasources", json=source).raise_for_status()
        for name, query in (("lookup", LOOKUP), ("list", LIST)):
            draft = {
                "method": "GET", "path": f"bench/{name}/{{id}}", "engine": "sql",
                "datasource": "bench", "access": "public",
                "content": query.replace("%s", "{{ id | sql_int }}"),
            }  # fmt: skip
            endpoint = http.put("/drafts", json=draft).raise_for_status().json()
            http.post(f"/endpoints/{endpoint['id']}/publish", json={}).raise_for_status()
        draft |= {
            "path": "bench/script/lookup/{id}", "engine": "script", "content": SCRIPT,
            "params": {"id": {"type": "integer"}},
        }  # fmt: skip
        endpoint = http.put("/drafts", json=draft).raise_for_status().json()
        http.post(f"/endpoints/{endpoint['id']}/publish", json={}).raise_for_status()


def _measure(case: str, addresses: dict[str, str], peers: Sequence[str]) -> dict[str, Measured]:
    """Peers take turns, so that a noisy minute meets them all; the median round counts."""
    rounds: dict[str, list[Measured]] = {name: [] for name in peers}
    for name in peers:
        measure(f"{addresses[name]}/{case}/", ids=ROWS, seconds=1)
    for _ in range(ROUNDS):
        for name in peers:
            rounds[name].append(measure(f"{addresses[name]}/{case}/", ids=ROWS, seconds=SECONDS))
    return {
        name: Measured(
            statistics.median(m.rate for m in found), statistics.median(m.p99_ms for m in found)
        )
        for name, found in rounds.items()
    }


def _table(results: dict[str, dict[str, Measured]]) -> str:
    lines = [
        f"{os.cpu_count()} cores, {machine.platform()}, Python {machine.python_version()}; "
        f"{WORKERS} workers each, pools of {POOL}, {CONNECTIONS} connections, "
        f"median of {ROUNDS} rounds of {SECONDS} s; requests a second (99th percentile)",
        "",
        "| work | FastAPI + psycopg | with return types | bare ASGI, JSON by the database "
        "| gateway | to FastAPI | to typed | to bare |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for case, found in results.items():
        cells = [f"{found[name].rate:,.0f} ({found[name].p99_ms:.0f} ms)" for name in PEERS]
        gateway = found["gateway"].rate
        ratios = [f"{gateway / found[name].rate:.2f}" for name in HAND_WRITTEN]
        lines.append(f"| {' | '.join([CASES[case], *cells, *ratios])} |")
    return "\n".join(lines)


def _script_line(found: dict[str, Measured]) -> str:
    script, sql = found["script"], found["gateway"]
    return (
        f"\nThe same lookup by a script: {script.rate:,.0f} ({script.p99_ms:.0f} ms), "
        f"{script.rate / sql.rate:.2f} of {sql.rate:,.0f} ({sql.p99_ms:.0f} ms) by SQL"
    )


if __name__ == "__main__":
    sys.exit(main())
