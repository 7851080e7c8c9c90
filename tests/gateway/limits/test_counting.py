"""Slots and windows count alike in a process and in Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbapi_platform.gateway.errors import Refused
from dbapi_platform.gateway.limits.demand import Demand, Held, Slots, Window
from dbapi_platform.gateway.limits.process import ProcessLimits
from dbapi_platform.gateway.limits.shared import SharedLimits
from tests.services.redis import RedisServer

SPAN_S = 0.5


class Counting(Protocol):
    async def take(self, demand: Demand) -> Held: ...
    async def give_back(self, held: Held) -> None: ...


class InProcess:
    def __init__(self) -> None:
        self.limits = ProcessLimits(window_s=SPAN_S)

    async def take(self, demand: Demand) -> Held:
        return self.limits.take(demand)

    async def give_back(self, held: Held) -> None:
        self.limits.give_back(held)


class InRedis:
    def __init__(self, url: str) -> None:
        self.limits = SharedLimits(url, window_s=SPAN_S)

    async def take(self, demand: Demand) -> Held:
        return await self.limits.take(demand)

    async def give_back(self, held: Held) -> None:
        self.limits.give_back(held)
        await self.limits.free()


@asynccontextmanager
async def counting(kind: str, redis: RedisServer) -> AsyncIterator[Counting]:
    if kind == "process":
        yield InProcess()
        return
    shared = InRedis(redis.url)
    await shared.limits._redis.flushdb()
    yield shared
    await shared.limits.close()


@pytest.fixture(params=["process", "redis"])
async def limits(request: pytest.FixtureRequest, redis: RedisServer) -> AsyncIterator[Counting]:
    async with counting(request.param, redis) as opened:
        yield opened


def demand(
    *slots: tuple[str, int], window: tuple[str, int] | None = None, lease_s: float = 30
) -> Demand:
    return Demand(
        tuple(Slots(*each) for each in slots), Window(*window) if window else None, lease_s
    )


async def refusal(limits: Counting, wanted: Demand) -> Refused:
    with pytest.raises(Refused) as caught:
        await limits.take(wanted)
    return caught.value


async def test_slots_are_full_until_one_is_given_back(limits: Counting) -> None:
    wanted = demand(("ann", 2))
    held = [await limits.take(wanted) for _ in range(2)]
    refused = await refusal(limits, wanted)
    assert (refused.status, refused.code) == (503, "too_many_concurrent")
    assert dict(refused.headers)[b"retry-after"] == b"2"
    await limits.take(demand(("bob", 1)))
    await limits.give_back(held[0])
    await limits.take(wanted)
    await refusal(limits, wanted)


async def test_all_slots_are_taken_or_none(limits: Counting) -> None:
    held = await limits.take(demand(("endpoint", 1)))
    for _ in range(3):
        await refusal(limits, demand(("ann", 2), ("endpoint", 1)))
    await limits.give_back(held)
    both = await limits.take(demand(("ann", 2), ("endpoint", 1)))
    await limits.give_back(both)
    await limits.take(demand(("ann", 1), ("endpoint", 1)))


async def test_a_window_lets_as_many_through_as_it_says(limits: Counting) -> None:
    wanted = demand(window=("ann", 3))
    left = []
    for _ in range(3):
        standing = (await limits.take(wanted)).standing
        assert standing is not None
        assert 0 <= standing.reset_s <= SPAN_S
        left.append(standing.left)
    assert left == [2, 1, 0]
    refused = await refusal(limits, wanted)
    assert (refused.status, refused.code) == (429, "rate_limited")
    headers = dict(refused.headers)
    assert (headers[b"ratelimit-limit"], headers[b"ratelimit-remaining"]) == (b"3", b"0")
    assert int(headers[b"retry-after"]) >= 1
    await limits.take(demand(window=("bob", 3)))
    await asyncio.sleep(SPAN_S + 0.05)
    await limits.take(wanted)


async def test_what_is_refused_takes_nothing(limits: Counting) -> None:
    await limits.take(demand(window=("ann", 1)))
    for _ in range(3):
        await refusal(limits, demand(("ann", 1), window=("ann", 1)))
    held = await limits.take(demand(("ann", 1)))
    # No slot, no count: after the window one may begin.
    for _ in range(3):
        await refusal(limits, demand(("ann", 1), window=("ann", 1)))
    await limits.give_back(held)
    await asyncio.sleep(SPAN_S + 0.05)
    await limits.take(demand(("ann", 1), window=("ann", 1)))


async def test_a_limit_that_was_lowered_holds_at_once(limits: Counting) -> None:
    for _ in range(5):
        await limits.take(demand(window=("ann", 5)))
    await refusal(limits, demand(window=("ann", 2)))
    await asyncio.sleep(SPAN_S + 0.05)
    await limits.take(demand(window=("ann", 2)))
    await limits.take(demand(window=("ann", 2)))
    await refusal(limits, demand(window=("ann", 2)))


# When a request was asked for, and when it was let through: it was counted between the two.
Passed = list[tuple[float, float]]


async def flood(limits: Counting, wanted: Demand, until: float, passed: Passed) -> None:
    while monotonic() < until:
        began = monotonic()
        with suppress(Refused):
            await limits.take(wanted)
            passed.append((began, monotonic()))
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("kind", ["process", "redis"])
async def test_a_flood_gets_what_is_its_own_in_any_window(kind: str, redis: RedisServer) -> None:
    passed: Passed = []
    async with counting(kind, redis) as limits:
        until = monotonic() + 4 * SPAN_S
        await asyncio.gather(
            *(flood(limits, demand(window=("ann", 50)), until, passed) for _ in range(4))
        )
    for start, _ in passed:
        within = [1 for began, ended in passed if began >= start and ended < start + SPAN_S - 0.002]
        assert len(within) <= 50
    # And no less: what a window has let through is let through again after it.
    assert len(passed) >= 150


async def test_a_worker_that_died_leaves_no_slot_taken(redis: RedisServer) -> None:
    dead, alive = SharedLimits(redis.url), SharedLimits(redis.url)
    await dead._redis.flushdb()
    await dead.take(demand(("ann", 1), lease_s=0.2))
    await dead._redis.aclose()
    with pytest.raises(Refused):
        await alive.take(demand(("ann", 1)))
    await asyncio.sleep(0.25)
    held = await alive.take(demand(("ann", 1)))
    alive.give_back(held)
    await alive.close()


async def test_workers_share_slots_and_windows(redis: RedisServer) -> None:
    one, other = SharedLimits(redis.url), SharedLimits(redis.url)
    await one._redis.flushdb()
    wanted = demand(("ann", 3), window=("ann", 4))
    held = [await limits.take(wanted) for limits in (one, other, one)]
    with pytest.raises(Refused, match="at once"):
        await other.take(wanted)
    one.give_back(held[0])
    await one.free()
    await other.take(wanted)
    one.give_back(held[2])
    await one.free()
    with pytest.raises(Refused, match="in a minute"):
        await one.take(wanted)
    assert await one._redis.pttl("dbapi:limits:slots:ann") > 0
    assert await one._redis.pttl("dbapi:limits:window:ann") > 0
    await asyncio.gather(one.close(), other.close())


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), max_size=40),
    st.integers(min_value=1, max_value=4),
)
def test_slots_never_exceed_their_number(steps: list[tuple[str, bool]], most: int) -> None:
    limits = ProcessLimits()
    held: dict[str, list[Held]] = {"a": [], "b": []}
    for key, takes in steps:
        if takes:
            with suppress(Refused):
                held[key].append(limits.take(demand((key, most))))
        elif held[key]:
            limits.give_back(held[key].pop())
        assert len(held[key]) <= most
        assert limits._busy.get(key, 0) == len(held[key])
