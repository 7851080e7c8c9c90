"""The platform's own database goes away and comes back: no request and no record is lost."""

import os
import threading
from pathlib import Path

import httpx
import psycopg

from dbapi_platform.demo.processes import free_port, running, wait_for
from tests.faults.conftest import Arena
from tests.faults.load import loaded
from tests.faults.places import answering, once_each, paused, until

# A run by hand may be longer, and harder.
AWAY_S = float(os.environ.get("FAULTS_AWAY_S", "2"))
CALLERS = int(os.environ.get("FAULTS_CALLERS", "8"))
PAUSE_S = float(os.environ.get("FAULTS_PAUSE_S", "0.005"))
CANARY = "canary-5f2e"


def test_every_answered_request_has_one_record(arena: Arena) -> None:
    with loaded(arena.url, "/api/plain", callers=CALLERS, pause_s=PAUSE_S) as load:
        load.wait_for(lambda answers: len(answers) > 50)
        arena.store.halt()
        load.wait_for(lambda answers: len(answers) > 600)
        threading.Event().wait(AWAY_S)
        until(lambda: arena.platform.measures()["dbapi_access_records_spooled",] > 0)
        arena.store.start()
        load.wait_for(lambda answers: len(answers) > 50)
    assert (load.broken, set(load.statuses())) == (0, {200})
    once_each(arena.database, load)
    until(lambda: arena.platform.measures()["dbapi_access_records_spooled",] == 0)
    assert arena.platform.measures()["dbapi_access_records_dropped_total",] == 0
    assert list(arena.platform.spool.glob("*.json")) == []


def test_values_that_are_secret_are_nowhere_in_it(arena: Arena) -> None:
    arena.platform.publish("secret", "SELECT {{ pin }} AS pin, {{ plain }} AS plain")
    queries = [f"pin={CANARY}", f"a=1&API-Key={CANARY}&b=2", f"%70in={CANARY}", f"PIN={CANARY}"]
    before = _count(arena)
    with httpx.Client(base_url=arena.url) as http:
        for query in queries:
            http.get(f"/api/secret?{query}")
            http.get(f"/api/nowhere?{query}", headers={"X-Pin": CANARY})
        arena.store.halt()
        for number in range(800):
            http.get(f"/api/nowhere?{queries[number % 4]}")
        until(lambda: any(arena.platform.spool.glob("*.json")))
        on_disk = [file.read_text() for file in arena.platform.spool.glob("*.json")]
        assert not any(CANARY in text for text in on_disk)
        arena.store.start()
    until(lambda: _count(arena) >= before + 808)
    everything = _everything(arena)
    assert CANARY not in everything
    assert "a=1&API-Key=***&b=2" in everything


def _count(arena: Arena) -> int:
    with psycopg.connect(arena.database) as connection:
        row = connection.execute("SELECT count(*) FROM access_record").fetchone()
    assert row
    return int(row[0])


def _everything(arena: Arena) -> str:
    """All tables of it, as text."""
    with psycopg.connect(arena.database) as connection:
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        return "\n".join(
            str(connection.execute(f'SELECT t::text FROM "{name}" t').fetchall())
            for (name,) in names
        )


def test_endpoints_answer_and_management_says_what_is_wrong(arena: Arena) -> None:
    platform = arena.platform
    private = platform.publish("private", "SELECT 1 AS one", access="private")
    credentials = platform.client(private)
    with httpx.Client(base_url=arena.url, timeout=10) as http:
        arena.store.halt()
        for _ in range(3):
            assert http.get("/api/plain").status_code == 200
            token = http.post("/token/generate", json=credentials).json()["access_token"]
            bearer = {"Authorization": f"Bearer {token}"}
            assert http.get("/api/private", headers=bearer).status_code == 200
            assert http.get("/api/private").status_code == 401
            assert http.get("/health/live").json() == {"status": "ok"}
            for refused in _management_calls(http, platform.platform.token):
                assert refused.status_code == 503, refused.text
                assert int(refused.headers["retry-after"]) > 0
                assert refused.json()["error"]["code"] == "store_unavailable"
        until(lambda: http.get("/health/ready").json()["snapshot"]["age_seconds"] > 1)
        ready = http.get("/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        assert (ready.json()["database"], ready.json()["limits"]) == ("away", "shared")
        assert ready.json()["records"]["queued"] + ready.json()["records"]["spooled"] > 0
        arena.store.start()
        until(lambda: http.get("/health/ready").json()["status"] == "ok")
        until(lambda: http.get("/health/ready").json()["records"]["queued"] == 0)
        until(lambda: _management_calls(http, platform.platform.token)[0].status_code == 200)
    platform.publish("after", "SELECT 2 AS two")


def _management_calls(http: httpx.Client, token: str) -> list[httpx.Response]:
    bearer = {"Authorization": f"Bearer {token}"}
    draft = {"method": "GET", "path": "x", "engine": "sql", "datasource": "shop", "content": "x"}
    login = {"username": "admin", "password": "wrong"}
    return [
        http.get("/api/v1/endpoints", headers=bearer),
        http.put("/api/v1/drafts", headers=bearer, json=draft),
        http.get("/api/v1/access-records", headers=bearer),
        http.post("/api/v1/login/access-token", data=login),
    ]


def test_a_database_that_says_nothing_is_away_too(arena: Arena) -> None:
    """Stopped and not gone: it takes connections, and never answers."""
    token = arena.platform.platform.token
    with httpx.Client(base_url=arena.url, timeout=30) as http:
        with paused(arena.store):
            until(lambda: http.get("/health/ready").json()["database"] == "away")
            until(lambda: http.get("/health/ready").json()["snapshot"]["age_seconds"] > 6)
            for _ in range(6):
                assert http.get("/api/plain").status_code == 200
                refused = http.get(
                    "/api/v1/endpoints", headers={"Authorization": f"Bearer {token}"}
                )
                assert refused.status_code == 503
        until(lambda: http.get("/health/ready").json()["status"] == "ok")
        until(lambda: _management_calls(http, token)[0].status_code == 200)


def test_a_platform_that_starts_meanwhile_waits(arena: Arena, tmp_path: Path) -> None:
    home, port = arena.platform.platform.home, free_port(0)
    variables = home.variables(arena.platform.platform.secrets, port=port) | {
        "DBAPI_DATABASE_URL": arena.database, "DBAPI_SCRIPT_WORKERS": "2",
    }  # fmt: skip
    arguments = ["dbapi_platform.cli", "serve", "--port", str(port)]
    log = tmp_path / "log"
    arena.store.halt()
    with running(arguments, environment=variables, log=log) as process:
        until(lambda: "Waiting for the platform's database" in log.read_text())
        assert process.poll() is None
        arena.store.start()
        wait_for(f"http://127.0.0.1:{port}/health/ready", process, log)
        assert httpx.get(f"http://127.0.0.1:{port}/api/plain").status_code == 200


def test_a_worker_that_dies_meanwhile_does_not_take_the_others_with_it(arena: Arena) -> None:
    arena.store.halt()
    lost = arena.platform.workers()[0]
    lost.kill()
    until(lambda: lost.pid not in [worker.pid for worker in arena.platform.workers()])
    until(lambda: len(arena.platform.workers()) == 2)
    for _ in range(20):
        assert httpx.get(f"{arena.url}/api/plain").status_code == 200
    arena.store.start()
    until(lambda: len(answering(arena.url)) == 2)
    assert answering(arena.url) == {worker.pid for worker in arena.platform.workers()}
