"""`make bench`: the gateway beside hand-written endpoints, in one run, as ratios."""

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from dbapi_platform.demo.processes import free_port, running, wait_for
from tests.benchmarks.load import CONNECTIONS, LoadFailed, Measured, measure
from tests.benchmarks.peers import LIST, LONG, LOOKUP
from tests.machine import described
from tests.platforms import PlatformProcess, serve_platform
from tests.services.postgres import PostgresServer, start_postgres

ROWS = 100_000
POOL = 8
WORKERS = 2
# Many short rounds: how fast a machine is that others share changes within seconds.
ROUNDS = 9
SECONDS = 2
HAND_WRITTEN = ("plain", "typed", "bare")
PEERS = (*HAND_WRITTEN, "gateway")
PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
SCRIPT = f"""
def execute(params):
    return db.query_one("{LOOKUP}", [params["id"]])
"""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Work that is measured: at the peers under `peers`, at the gateway under `path`.

    `ids` are how many different things are asked for; `fields` are of the endpoint's definition.
    """

    title: str
    path: str
    query: str
    peers: str
    ids: int = ROWS
    fields: Mapping[str, Any] = field(default_factory=dict)
    is_private: bool = False
    # Where a peer takes seconds for an answer, a short round would see none.
    seconds: int = SECONDS
    rounds: int = ROUNDS


CASES = (
    Case("lookup by key, public", "lookup", LOOKUP, "lookup"),
    Case(
        "lookup by key, private, limited, logged",
        "private",
        LOOKUP,
        "lookup",
        fields={"access": "private", "rate_limit": 100_000_000, "max_concurrent": 1_000},
        is_private=True,
    ),
    Case("100 rows", "list", LIST, "list"),
    Case("10,000 rows", "long", LONG, "long", ids=ROWS - 10_000, seconds=15, rounds=3),
    Case("lookup by key, kept", "kept", LOOKUP, "lookup", ids=1_000, fields={"cache": 3_600}),
)

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
        served = stack.enter_context(_served(server, directory))
        try:
            results = {case: _measure(case, served) for case in CASES}
            script = _measure_script(served)
        except LoadFailed as error:
            print(error, file=sys.stderr)
            return 1
    table = f"{_table(results)}\n\n{_script_line(script)}"
    print(table)
    # What other benchmarks gave is written below by hand, and stays.
    others = PAGE.read_text().partition("\n## ")
    PAGE.write_text(f"{_INTRODUCTION}{table}\n{''.join(others[1:])}")
    return 0


@dataclass(frozen=True, slots=True)
class Served:
    """Where the peers are, and a client's token for the gateway."""

    addresses: Mapping[str, str]
    token: str


@contextmanager
def _served(server: PostgresServer, directory: Path) -> Iterator[Served]:
    with ExitStack() as stack:
        platform = stack.enter_context(
            serve_platform(directory, workers=WORKERS, DBAPI_POOL_SIZE=str(POOL))
        )
        token = _publish(platform, server)
        addresses = {"gateway": f"{platform.url}/api/bench"}
        for name in HAND_WRITTEN:
            addresses[name] = stack.enter_context(_peer(name, server, directory))
        yield Served(addresses, token)


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


def _publish(platform: PlatformProcess, server: PostgresServer) -> str:
    """Publish every case's endpoint; answers the token of a client that may call them."""
    headers = {"Authorization": f"Bearer {platform.token}"}
    with httpx.Client(base_url=f"{platform.url}/api/v1", headers=headers, timeout=30) as http:

        def ask(method: str, path: str, body: Any = None) -> Any:
            answer = http.request(method, path, json=body).raise_for_status()
            return answer.json() if answer.content else None

        source = {
            "name": "bench", "product_type": "postgresql", "database": "postgres",
            "host": server.host, "port": server.port,
            "username": server.username, "password": server.password,
        }  # fmt: skip
        ask("POST", "/datasources", source)
        client = ask("POST", "/clients", {"name": "bench"})
        for case in CASES:
            draft = {
                "method": "GET", "path": f"bench/{case.path}/{{id}}", "engine": "sql",
                "datasource": "bench", "access": "public",
                "content": case.query.replace("%s", "{{ id | sql_int }}"), **case.fields,
            }  # fmt: skip
            endpoint = ask("PUT", "/drafts", draft)
            ask("POST", f"/endpoints/{endpoint['id']}/publish", {})
            ask("PUT", f"/clients/{client['id']}/endpoints/{endpoint['id']}")
        draft = {
            "method": "GET", "path": "bench/script/{id}", "engine": "script",
            "datasource": "bench", "access": "public", "content": SCRIPT,
            "params": {"id": {"type": "integer"}},
        }  # fmt: skip
        endpoint = ask("PUT", "/drafts", draft)
        ask("POST", f"/endpoints/{endpoint['id']}/publish", {})
        secrets = {name: client[name] for name in ("client_id", "client_secret")}
        given = httpx.post(f"{platform.url}/token/generate", json=secrets).raise_for_status()
        token: str = given.json()["access_token"]
        return token


def _measure(case: Case, served: Served) -> dict[str, Measured]:
    """Peers take turns, so that a noisy minute meets them all; the median round counts."""

    def turn(name: str) -> Measured:
        is_ours = name == "gateway"
        url = f"{served.addresses[name]}/{case.path if is_ours else case.peers}/"
        token = served.token if is_ours and case.is_private else None
        return measure(url, ids=case.ids, seconds=case.seconds, token=token)

    return _rounds(PEERS, turn, case.rounds)


def _measure_script(served: Served) -> dict[str, Measured]:
    """A lookup by a script beside the one by SQL."""

    def turn(name: str) -> Measured:
        url = f"{served.addresses['gateway']}/{name}/"
        return measure(url, ids=ROWS, seconds=SECONDS)

    return _rounds(("lookup", "script"), turn, ROUNDS)


def _rounds(
    names: Sequence[str], turn: Callable[[str], Measured], count: int
) -> dict[str, Measured]:
    rounds: dict[str, list[Measured]] = {name: [] for name in names}
    for name in names:
        turn(name)
    for _ in range(count):
        for name in names:
            rounds[name].append(turn(name))
    return {
        name: Measured(
            statistics.median(m.rate for m in found), statistics.median(m.p99_ms for m in found)
        )
        for name, found in rounds.items()
    }


def _table(results: Mapping[Case, Mapping[str, Measured]]) -> str:
    lines = [
        f"{described()}; "
        f"{WORKERS} workers each, pools of {POOL}, {CONNECTIONS} connections, "
        f"median of {ROUNDS} rounds of {SECONDS} s{_other_rounds()}; "
        "requests a second (99th percentile).",
        "",
        "| work | FastAPI + psycopg | with return types | bare ASGI, JSON by the database "
        "| gateway | to FastAPI | to typed | to bare |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for case, found in results.items():
        cells = [f"{found[name].rate:,.0f} ({found[name].p99_ms:.0f} ms)" for name in PEERS]
        gateway = found["gateway"].rate
        ratios = [f"{gateway / found[name].rate:.2f}" for name in HAND_WRITTEN]
        lines.append(f"| {' | '.join([case.title, *cells, *ratios])} |")
    return "\n".join(lines)


def _other_rounds() -> str:
    return "".join(
        f" ({case.rounds} of {case.seconds} s for {case.title})"
        for case in CASES
        if (case.rounds, case.seconds) != (ROUNDS, SECONDS)
    )


def _script_line(found: Mapping[str, Measured]) -> str:
    script, sql = found["script"], found["lookup"]
    return (
        f"The same lookup by a script: {script.rate:,.0f} ({script.p99_ms:.0f} ms), "
        f"{script.rate / sql.rate:.2f} of {sql.rate:,.0f} ({sql.p99_ms:.0f} ms) by SQL."
    )


_INTRODUCTION = """# Benchmarks

`make bench` wrote this page: endpoints on PostgreSQL beside the same endpoints written by hand, in one run on one machine, which the database and the load share. Access records and metrics are on. The private lookup checks a token and a grant, takes two slots and is counted in a window, in the worker; the hand-written peers of it do none of that. The kept lookup asks for 1,000 different keys of an endpoint with `cache`; its peers ask the database.

Trust the ratios on your own machine, not these numbers.

"""  # noqa: E501


if __name__ == "__main__":
    sys.exit(main())
