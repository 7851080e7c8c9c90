"""The scripts' cache: in this process, or in Redis for all. Values are JSON texts."""

import time
from collections import OrderedDict
from typing import Any, Final, Protocol

MAX_KEY: Final = 200
MAX_VALUE: Final = 1_048_576
_MAX_ENTRIES: Final = 10_000
_MAX_TOTAL: Final = 64 * 1024 * 1024
_LONGEST_S: Final = 30 * 24 * 3600.0
_TIMEOUT_S: Final = 2.0


class BadValue(Exception):
    """The key or the value cannot be kept; the message says why."""


class Cache(Protocol):
    """What every cache does; a `ttl` of None keeps a value for as long as there is room."""

    async def get(self, key: str) -> str | None:
        """The value, if it is still there."""

    async def set(self, key: str, text: str, ttl: float | None) -> None:
        """Keep a value. Raises BadValue."""

    async def delete(self, key: str) -> bool:
        """Forget it; whether it was there."""

    async def incr(self, key: str, amount: int) -> int:
        """Add to a whole number that begins at 0. Raises BadValue when it is something else."""


class Store(Cache, Protocol):
    """A cache that is opened and closed by the platform."""

    async def close(self) -> None:
        """Hang up."""


class ProcessCache:
    """In this process: each worker of the platform has its own. The least used go first."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._size = 0

    async def get(self, key: str) -> str | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[1] <= time.monotonic():
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return entry[0]

    async def set(self, key: str, text: str, ttl: float | None) -> None:
        check(text, ttl)
        self._drop(key)
        self._entries[key] = text, time.monotonic() + (ttl or _LONGEST_S)
        self._size += len(text) + len(key)
        while len(self._entries) > _MAX_ENTRIES or self._size > _MAX_TOTAL:
            self._drop(next(iter(self._entries)))

    async def delete(self, key: str) -> bool:
        return self._drop(key)

    async def incr(self, key: str, amount: int) -> int:
        found = await self.get(key)
        value = (0 if found is None else whole(found)) + amount
        ends = self._entries[key][1] - time.monotonic() if found is not None else None
        await self.set(key, str(value), ends)
        return value

    async def close(self) -> None:
        self._entries.clear()

    def _drop(self, key: str) -> bool:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._size -= len(entry[0]) + len(key)
        return entry is not None


class RedisCache:
    """In Redis, shared by every worker of the platform."""

    def __init__(self, url: str) -> None:
        from ...redis_client import connect  # noqa: PLC0415 - only where one is set

        # Once more: connections from before Redis was restarted are there still.
        self._redis: Any = connect(url, timeout_s=_TIMEOUT_S, retries=1, decode_responses=True)

    async def get(self, key: str) -> str | None:
        found: str | None = await self._ask(self._redis.get(key))
        return found

    async def set(self, key: str, text: str, ttl: float | None) -> None:
        check(text, ttl)
        await self._ask(self._redis.set(key, text, px=max(1, round((ttl or _LONGEST_S) * 1000))))

    async def delete(self, key: str) -> bool:
        return bool(await self._ask(self._redis.delete(key)))

    async def incr(self, key: str, amount: int) -> int:
        return int(await self._ask(self._redis.incrby(key, amount)))

    async def close(self) -> None:
        await self._redis.aclose()

    async def _ask(self, answer: Any) -> Any:
        from redis.exceptions import ResponseError  # noqa: PLC0415

        from ...redis_client import AWAY  # noqa: PLC0415

        try:
            return await answer
        except ResponseError:
            raise BadValue("the value is not a whole number") from None
        except AWAY as error:
            raise BadValue(f"the cache is not available now ({type(error).__name__})") from None


class Scoped:
    """One datasource's part of a cache: scripts on another database cannot read it."""

    def __init__(self, cache: Cache, scope: str) -> None:
        self._cache = cache
        self._prefix = f"dbapi:script:{scope}:"

    async def get(self, key: str) -> str | None:
        return await self._cache.get(self._key(key))

    async def set(self, key: str, text: str, ttl: float | None) -> None:
        await self._cache.set(self._key(key), text, ttl)

    async def delete(self, key: str) -> bool:
        return await self._cache.delete(self._key(key))

    async def incr(self, key: str, amount: int) -> int:
        return await self._cache.incr(self._key(key), amount)

    def _key(self, key: str) -> str:
        if not 0 < len(key) <= MAX_KEY:
            raise BadValue(f"a key has 1 to {MAX_KEY} characters")
        return self._prefix + key


def check(text: str, ttl: float | None) -> None:
    """Raises BadValue."""
    if len(text) > MAX_VALUE:
        raise BadValue(f"a value has at most {MAX_VALUE:,} characters of JSON")
    if ttl is not None and not 0 < ttl <= _LONGEST_S:
        raise BadValue("ttl_seconds is a number of seconds over 0, and 30 days at most")


def whole(text: str) -> int:
    """A kept number. Raises BadValue."""
    try:
        return int(text)
    except ValueError:
        raise BadValue("the value is not a whole number") from None
