"""Redis and a datasource go away and come back under load."""

import httpx

from tests.faults.conftest import Arena
from tests.faults.leaks import nothing_left
from tests.faults.load import loaded
from tests.faults.places import until
from tests.services.redis import start_redis


def test_redis_is_killed_and_comes_back(arena: Arena) -> None:
    """No request fails for it; all workers count together again by themselves."""
    with nothing_left(arena), loaded(arena.url, "/api/plain", "/api/sold") as load:
        load.wait_for(lambda answers: len(answers) > 100)
        arena.redis.stop()
        load.wait_for(lambda answers: len(answers) > 300)
        arena.redis = start_redis(arena.redis.port)
        until(lambda: all(_limits(arena) == "shared" for _ in range(10)))
        load.wait_for(lambda answers: len(answers) > 100)
        load.end()
    assert (load.broken, set(load.statuses())) == (0, {200})


def test_a_datasource_is_restarted(arena: Arena) -> None:
    """Its endpoints say so, at once and with when to try again; the others know nothing of it."""
    with nothing_left(arena), loaded(arena.url, "/api/plain", "/api/sold") as load:
        load.wait_for(lambda answers: len(answers) > 100)
        arena.sales.halt()
        load.wait_for(lambda answers: sum(answer.status == 503 for answer in answers) > 200)
        arena.sales.start()
        load.wait_for(
            lambda answers: sum(a.status == 200 and a.path == "/api/sold" for a in answers) > 100
        )
        load.end()
    assert load.broken == 0
    assert set(load.statuses("/api/plain")) == {200}
    # A query that was under way when its server stopped failed: that one was no refusal.
    failed = {answer.status for answer in load.answers if answer.status not in (200, 503)}
    assert failed <= {500}
    assert load.statuses()[500] <= load.callers
    refused = [answer for answer in load.answers if answer.status == 503]
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
    assert all(b"datasource_unavailable" in answer.body for answer in refused)


def _limits(arena: Arena) -> str:
    with httpx.Client(base_url=arena.url) as http:
        http.get("/api/plain")
        found: str = http.get("/health/ready").json()["limits"]
    return found
