"""After a fault nothing is left of it: no slot, no connection, no memory, and answers are right."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from redis import Redis

from tests.faults.conftest import Arena
from tests.faults.places import until

MOST_MORE = 30 * 1024 * 1024
# Connections of pools come and go.
MORE_FILES = 40


@contextmanager
def nothing_left(arena: Arena, *, most_more: int = MOST_MORE) -> Iterator[None]:
    """Compares the workers before and after."""
    for _ in range(40):
        answers(arena)
    before, opened = memory(arena), open_files(arena)
    yield
    until(lambda: answers(arena))
    until(lambda: slots_taken(arena) == 0)
    until(lambda: connections_in_use(arena) == 0)
    until(lambda: open_files(arena) <= opened + MORE_FILES)
    present = memory(arena)
    grown = {pid: present[pid] - before[pid] for pid in before}
    assert max(grown.values()) < most_more, grown


def answers(arena: Arena) -> bool:
    """A plain call is answered rightly, and one of each kind of body."""
    with httpx.Client(base_url=arena.url, timeout=10) as http:
        plain = http.get("/api/plain")
        echoed = http.post("/api/echo", json={"text": "a", "data": {"b": [1]}})
    assert plain.json()["data"] == [{"one": 1}], plain.text
    assert echoed.json()["data"] == [{"text": "a", "data": '{"b":[1]}'}], echoed.text
    return True


def memory(arena: Arena) -> dict[int, int]:
    """Resident bytes of each worker."""
    return {worker.pid: worker.memory_info().rss for worker in arena.platform.workers()}


def open_files(arena: Arena) -> int:
    """Of all workers: connections are the most of them."""
    return sum(worker.num_fds() for worker in arena.platform.workers())


def slots_taken(arena: Arena) -> int:
    """Slots that are held in Redis now."""
    with Redis.from_url(arena.redis.url) as redis:
        now = redis.time()[0] * 1000
        return sum(redis.zcount(key, now, "+inf") for key in redis.keys("dbapi:limits:slots:*"))


def connections_in_use(arena: Arena) -> float:
    measured = arena.platform.measures()
    return sum(
        number
        for name, number in measured.items()
        if name[0] == "dbapi_pool_connections" and name[2] in ("busy", "waiting")
    )
