"""The platform's own database goes away and comes back: no request and no record is lost."""

import os
import threading

import httpx
import psycopg

from tests.faults.conftest import Arena
from tests.faults.load import loaded
from tests.faults.places import once_each, until

# A run by hand may be longer, and harder.
AWAY_S = float(os.environ.get("FAULTS_AWAY_S", "6"))
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
