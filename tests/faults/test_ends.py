"""The platform is ended or killed under load: what was answered is recorded."""

import shutil
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

from tests.faults.conftest import new_database
from tests.faults.load import loaded
from tests.faults.places import Served, once_each, recorded, served, until
from tests.services.postgres import PostgresServer

QUERY = "SELECT 1 AS one"
# For about a second: scripts do not sleep.
SLOW = """
from datetime import datetime, timedelta

def execute(params):
    until = datetime.now() + timedelta(seconds=1)
    while datetime.now() < until:
        pass
    return 1
"""


def end_under_load(platform: Served, database: str) -> None:
    """Ask it to end; all that was answered has its record, and what was begun was answered."""
    platform.publish("recorded", QUERY)
    platform.publish("slow", SLOW, engine="script")
    main = platform.main
    with (
        loaded(platform.url, "/api/recorded") as load,
        loaded(platform.url, "/api/slow", callers=2) as slow,
    ):
        load.wait_for(lambda answers: len(answers) > 100)
        slow.wait_for(bool)
        answered = slow.wait_under_way()
        main.send_signal(signal.SIGTERM)
        slow.end()
        assert main.wait(30) == 0
    assert len(slow.answers) > answered
    assert set(load.statuses()) | set(slow.statuses()) == {200}
    once_each(database, load)
    once_each(database, slow)


def test_one_worker(store: PostgresServer, tmp_path: Path) -> None:
    database = new_database(store, "one")
    with served(tmp_path, workers=1, DBAPI_DATABASE_URL=database) as platform:
        end_under_load(platform, database)


def test_two_workers_and_records_that_were_left(store: PostgresServer, tmp_path: Path) -> None:
    """The database is away when the platform ends: the next one writes what it left."""
    database = new_database(store, "left")
    with served(tmp_path, DBAPI_DATABASE_URL=database) as platform:
        platform.publish("recorded", QUERY)
        with loaded(platform.url, "/api/recorded") as load:
            load.wait_for(lambda answers: len(answers) > 50)
            store.halt()
            load.wait_for(lambda answers: len(answers) > 200)
        main = platform.main
        main.terminate()
        try:
            assert main.wait(40) == 0
        finally:
            store.start()
    kept = list(platform.spool.glob("*.json"))
    assert kept
    assert all(file.stat().st_mode & 0o077 == 0 for file in kept)
    again = shutil.copytree(platform.spool, tmp_path / "again")
    with served(tmp_path, DBAPI_DATABASE_URL=database) as platform:
        once_each(database, load)
        # As if it had been killed after it wrote a batch, and before it took the file away.
        shutil.copytree(again, platform.spool, dirs_exist_ok=True)
        until(lambda: not list(platform.spool.glob("*.json")))
        once_each(database, load)
        end_under_load(platform, database)


def test_workers_end_with_the_process_that_started_them(
    store: PostgresServer, tmp_path: Path
) -> None:
    database = new_database(store, "orphaned")
    with served(tmp_path, DBAPI_DATABASE_URL=database) as platform:
        platform.publish("recorded", QUERY)
        with loaded(platform.url, "/api/recorded") as load:
            load.wait_for(lambda answers: len(answers) > 100)
            platform.main.kill()
            # Another can have the port, and nobody who answers is left.
            until(lambda: _is_free(urlsplit(platform.url).port))
            load.end()
    # They ended in order: all that was answered is written.
    once_each(database, load)


def _is_free(port: int | None) -> bool:
    with socket.socket() as listening:
        # As servers do: connections that are over do not hold it.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port or 0))
        except OSError:
            return False
        return True


def test_a_kill_takes_only_the_last_records(store: PostgresServer, tmp_path: Path) -> None:
    database = new_database(store, "killed")
    with served(tmp_path, DBAPI_DATABASE_URL=database) as platform:
        platform.publish("recorded", QUERY)
        with loaded(platform.url, "/api/recorded") as load:
            load.wait_for(lambda answers: len(answers) > 500)
            workers, main = platform.workers(), platform.main
            assert len(workers) == 2
            # Their parent first: it would start others.
            for process in (main, *workers):
                process.kill()
            load.end()
        assert main.wait(10) == -signal.SIGKILL
    stored = recorded(database, [answer.request_id for answer in load.answers])
    assert set(stored.values()) == {1}
    # A caller's calls went to one worker, one after the other: where they are lost begins once.
    for caller in range(load.callers):
        kept = [a.request_id in stored for a in load.answers if a.caller == caller]
        assert kept == sorted(kept, reverse=True)
