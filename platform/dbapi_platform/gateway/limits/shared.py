"""Limits that all workers count together, in Redis: one round trip a request."""

import asyncio
import uuid
from itertools import count
from typing import Any, Final

from ...store.finishing import finish
from .demand import WINDOW_S, Demand, Held, Slots, Standing, too_many, too_often

_TIMEOUT_S: Final = 0.25
_PREFIX: Final = "dbapi:limits:"

_PROBE: Final = Demand((Slots("probe", 1_000),), None, 1.0)

# A slot is a member of a sorted set with the time of its end: those of a worker that died end by
# themselves. A window is a list of the times at which its last requests began, newest first: it
# is exact, and never longer than its limit. Redis's own clock counts, not those of the workers.
_TAKE: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ticket, lease, span, most = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local slots = #ARGV - 4
for i = 1, slots do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
  if redis.call('ZCARD', KEYS[i]) >= tonumber(ARGV[4 + i]) then return {'slots', i} end
end
local left, reset = 0, 0
if most > 0 then
  local window = KEYS[slots + 1]
  local oldest = redis.call('LINDEX', window, -1)
  while oldest and tonumber(oldest) <= now - span do
    redis.call('RPOP', window)
    oldest = redis.call('LINDEX', window, -1)
  end
  local begun = redis.call('LLEN', window)
  if begun >= most then
    return {'window', tonumber(redis.call('LINDEX', window, most - 1)) + span - now}
  end
  redis.call('LPUSH', window, string.format('%.0f', now))
  redis.call('PEXPIRE', window, span)
  left, reset = most - begun - 1, (tonumber(oldest) or now) + span - now
end
for i = 1, slots do
  redis.call('ZADD', KEYS[i], now + lease, ticket)
  if redis.call('PTTL', KEYS[i]) < lease then redis.call('PEXPIRE', KEYS[i], lease) end
end
return {'taken', left, reset}
"""

_RENEW: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 1, #KEYS do
  redis.call('ZADD', KEYS[i], now + ARGV[2], ARGV[1])
  if redis.call('PTTL', KEYS[i]) < tonumber(ARGV[2]) then
    redis.call('PEXPIRE', KEYS[i], ARGV[2])
  end
end
"""


class SharedLimits:
    """Slots and sliding windows in Redis. What cannot reach it raises RedisError or OSError."""

    def __init__(self, url: str, *, window_s: float = WINDOW_S) -> None:
        from ...redis_client import connect  # noqa: PLC0415 - only where one is set

        # A request waits for one try and no more.
        self._redis: Any = connect(url, timeout_s=_TIMEOUT_S, decode_responses=True)
        self._script = self._redis.register_script(_TAKE)
        self._renewing = self._redis.register_script(_RENEW)
        self._window_ms = round(window_s * 1000)
        self._worker = uuid.uuid4().hex
        self._numbers = count()
        self._returned: list[tuple[str, str]] = []
        self._is_returned = asyncio.Event()

    async def take(self, demand: Demand) -> Held:
        """Take slots and be counted, or neither. Raises Refused with 503 or 429."""
        ticket = f"{self._worker}:{next(self._numbers)}"
        window = demand.window
        keys = [_slots_key(slots.key) for slots in demand.slots]
        if window:
            keys.append(f"{_PREFIX}window:{window.key}")
        arguments: tuple[str | int, ...] = (
            ticket,
            round(demand.lease_s * 1000),
            self._window_ms,
            window.most if window else 0,
            *(slots.most for slots in demand.slots),
        )
        outcome, *numbers = await self._script(keys, arguments)
        if outcome == "slots":
            raise too_many(demand.slots[numbers[0] - 1])
        if outcome == "window" and window:
            raise too_often(window, numbers[0] / 1000)
        standing = Standing(window.most, numbers[0], numbers[1] / 1000) if window else None
        return Held(demand, standing, ticket)

    async def renew(self, held: Held) -> None:
        """Hold the slots for another lease."""
        keys = [_slots_key(slots.key) for slots in held.demand.slots]
        await self._renewing(keys, [held.ticket, round(held.demand.lease_s * 1000)])

    def give_back(self, held: Held) -> None:
        """Free the slots soon, together with those of others; nobody waits for it."""
        self._returned += [(_slots_key(slots.key), held.ticket) for slots in held.demand.slots]
        self._is_returned.set()

    async def run(self) -> None:
        """Free for ever what is given back; what Redis does not learn ends with its lease."""
        while True:
            await self._is_returned.wait()
            # Cut short, nobody would know which are free.
            await finish(self.free())

    async def free(self) -> None:
        """Free what was given back until now."""
        from ...redis_client import AWAY  # noqa: PLC0415

        self._is_returned.clear()
        returned, self._returned = self._returned, []
        if not returned:
            return
        pipeline = self._redis.pipeline(transaction=False)
        for key, ticket in returned:
            pipeline.zrem(key, ticket)
        try:
            await pipeline.execute()
        except AWAY:
            # The workers count in their own processes meanwhile.
            return

    async def probe(self) -> None:
        """Take and give back a slot of nobody's. Raises what keeps Redis from counting.

        A Redis that has no memory left answers a ping, and counts nothing.
        """
        # Of those that are open some may be to a server that is gone: each would fail once.
        await self._redis.connection_pool.disconnect(inuse_connections=False)
        self.give_back(await self.take(_PROBE))

    async def close(self) -> None:
        """Free what was given back, and hang up."""
        await self.free()
        await self._redis.aclose()


def _slots_key(key: str) -> str:
    return f"{_PREFIX}slots:{key}"
