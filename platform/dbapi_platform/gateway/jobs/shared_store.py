"""Jobs in Redis: every worker can run them, and answer for them."""

from collections.abc import AsyncIterator, Awaitable
from time import time
from typing import Any, Final

import msgspec

from ...redis_client import AWAY, connect
from .job import Answer, Asked, Kept, State, Status
from .store import HOLD_S, Begun, StoreAway

_PREFIX: Final = "dbapi:jobs:"
_TIMEOUT_S: Final = 5.0
# What an attempt has written is gone so long after it was last heard of.
_UNFINISHED_MS: Final = 120_000
# Whoever began to read an answer before it expired reads it to its end.
LINGER_MS: Final = 60_000

# A caller's jobs that are not over are members of a sorted set, with the time of their end.
_CREATE: Final = """
local time = redis.call('TIME')
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', time[1])
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], 'asked', ARGV[1], 'state', ARGV[2], 'status', 'queued')
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('ZADD', KEYS[2], time[1] + math.ceil(ARGV[4] / 1000), ARGV[5])
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[2], ARGV[4]) end
return 1
"""
_BEGIN: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = redis.call('HMGET', KEYS[1], 'status', 'until')
if found[1] == 'running' and tonumber(found[2]) > now then return 'held' end
if found[1] ~= 'queued' and found[1] ~= 'running' then return 'over' end
redis.call('HSET', KEYS[1], 'status', 'running', 'holder', ARGV[1], 'state', ARGV[2],
  'until', string.format('%.0f', now + ARGV[3]))
return 'begun'
"""
_CHANGE: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = redis.call('HMGET', KEYS[1], 'status', 'holder')
if found[1] ~= 'queued' and found[1] ~= 'running' then return 0 end
if ARGV[1] ~= '' and found[2] ~= ARGV[1] then return 0 end
if ARGV[2] == 'succeeded' and redis.call('LLEN', KEYS[3]) ~= tonumber(ARGV[6]) then return 0 end
redis.call('HSET', KEYS[1], 'status', ARGV[2], 'state', ARGV[3],
  'until', string.format('%.0f', now + ARGV[4]))
redis.call('PEXPIRE', KEYS[1], ARGV[5])
if ARGV[2] == 'succeeded' then redis.call('PEXPIRE', KEYS[3], ARGV[5] + ARGV[9]) end
if ARGV[2] == 'running' then redis.call('PEXPIRE', KEYS[3], ARGV[7]) end
if ARGV[2] ~= 'queued' and ARGV[2] ~= 'running' then redis.call('ZREM', KEYS[2], ARGV[8]) end
return 1
"""

_asked = msgspec.json.Decoder(Asked)
_state = msgspec.json.Decoder(State)
_encoder = msgspec.json.Encoder()


class SharedStore:
    """A hash for each job, and a list of chunks for each attempt; Redis ends both by itself."""

    def __init__(self, url: str) -> None:
        self._redis: Any = connect(url, timeout_s=_TIMEOUT_S, retries=1)
        self._create = self._redis.register_script(_CREATE)
        self._begin = self._redis.register_script(_BEGIN)
        self._change = self._redis.register_script(_CHANGE)

    async def ping(self) -> None:
        """Raises StoreAway."""
        await _there(self._redis.ping())

    async def create(self, key: str, kept: Kept, *, most: int) -> bool:
        """Keep a new job, unless its caller has as many that are not over."""
        asked, state = _encoder.encode(kept.asked), _encoder.encode(kept.state)
        keys = [_job(key), _caller(kept.asked.caller)]
        arguments: list[Any] = [asked, state, most, _left_ms(kept.state), key]
        return bool(await _there(self._create(keys, arguments)))

    async def get(self, key: str) -> Kept | None:
        """The job, or None when there is none any more."""
        asked, state = await _there(self._redis.hmget(_job(key), "asked", "state"))
        return Kept(_asked.decode(asked), _state.decode(state)) if asked and state else None

    async def begin(self, key: str, attempt: str, state: State) -> Begun:
        """Hold a job that nobody else holds."""
        arguments: list[Any] = [attempt, _encoder.encode(state), round(HOLD_S * 1000)]
        found: bytes = await _there(self._begin([_job(key)], arguments))
        return "begun" if found == b"begun" else "held" if found == b"held" else "over"

    async def change(self, key: str, asked: Asked, state: State, *, attempt: str = "") -> bool:
        """Put another state in the place of one that is not over."""
        hold_ms = round(HOLD_S * 1000) if state.status is Status.RUNNING else 0
        chunks = state.answer.chunks if state.answer else 0
        keys = [_job(key), _caller(asked.caller), _chunks(key, attempt)]
        arguments: list[Any] = [
            attempt, state.status.value, _encoder.encode(state), hold_ms, _left_ms(state),
            chunks, _UNFINISHED_MS, key, LINGER_MS,
        ]  # fmt: skip
        return bool(await _there(self._change(keys, arguments)))

    async def append(self, key: str, attempt: str, chunk: bytes) -> None:
        """Write a chunk."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.rpush(_chunks(key, attempt), chunk)
        pipeline.pexpire(_chunks(key, attempt), _UNFINISHED_MS)
        await _there(pipeline.execute())

    async def chunks(self, key: str, answer: Answer) -> AsyncIterator[bytes]:
        """What was written. Raises StoreAway when it is gone."""
        for number in range(answer.chunks):
            chunk: bytes | None = await _there(
                self._redis.lindex(_chunks(key, answer.attempt), number)
            )
            if chunk is None:
                raise StoreAway("the answer has expired")
            yield chunk

    async def drop(self, key: str, attempt: str) -> None:
        """Remove what an attempt wrote."""
        await _there(self._redis.unlink(_chunks(key, attempt)))

    async def remove(self, key: str, kept: Kept) -> None:
        """Remove the job and its answer."""
        answer = kept.state.answer
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.unlink(_job(key), _chunks(key, answer.attempt if answer else ""))
        pipeline.zrem(_caller(kept.asked.caller), key)
        await _there(pipeline.execute())

    async def close(self) -> None:
        """Hang up."""
        await self._redis.aclose()


async def _there(call: Awaitable[Any]) -> Any:
    try:
        return await call
    except AWAY as error:
        raise StoreAway(type(error).__name__) from error


def _left_ms(state: State) -> int:
    return max(1, round((state.expires_at - time()) * 1000))


def _job(key: str) -> str:
    return f"{_PREFIX}{key}"


def _chunks(key: str, attempt: str) -> str:
    return f"{_PREFIX}{key}:{attempt}"


def _caller(caller: str) -> str:
    return f"{_PREFIX}caller:{caller}"
