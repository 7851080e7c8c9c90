"""Kept answers in Redis, for all workers; and who of them asks the database."""

import asyncio
import logging
from time import monotonic
from typing import Any, Final

import msgspec

from .entries import Entry

log = logging.getLogger(__name__)

_TIMEOUT_S: Final = 0.25
_PREFIX: Final = b"dbapi:answers:"
# Larger ones are kept by the workers alone: Redis serves one request at a time.
_MOST_BYTES: Final = 1_048_576
_LOOK_AGAIN_S: Final = 0.02
# After a failure Redis is left alone for so long.
_AWAY_S: Final = 1.0

_decoder = msgspec.msgpack.Decoder(Entry)
_encoder = msgspec.msgpack.Encoder()


class SharedCache:
    """What Redis does not answer is as if there were no Redis; nothing is raised."""

    def __init__(self, url: str) -> None:
        from ...redis_client import AWAY, connect  # noqa: PLC0415 - only where one is set

        self._redis: Any = connect(url, timeout_s=_TIMEOUT_S)
        self._errors = AWAY
        self._away_until = 0.0

    async def find(self, key: bytes) -> Entry | None:
        """What is kept and still good."""
        found = await self._try(self._redis.get, _PREFIX + key)
        if not found:
            return None
        entry = _decoder.decode(found)
        return entry if entry.left_s > 0 else None

    async def begin(self, key: bytes, lease_s: float) -> bool:
        """Whether this worker is the one to ask the database; the others `wait`."""
        return bool(
            await self._try(
                self._redis.set, _lock(key), b"1", nx=True, px=round(lease_s * 1000), other=True
            )
        )

    async def wait(self, key: bytes, lease_s: float) -> Entry | None:
        """What another worker finds; None when it has found nothing to keep."""
        until = monotonic() + lease_s
        while monotonic() < until:
            await asyncio.sleep(_LOOK_AGAIN_S)
            if found := await self.find(key):
                return found
            if not await self._try(self._redis.exists, _lock(key)):
                return await self.find(key)
        return None

    async def end(self, key: bytes, entry: Entry | None) -> None:
        """Keep what was found, and let the others look."""
        if entry is not None and len(entry.body) <= _MOST_BYTES:
            left_ms = max(1, round(entry.left_s * 1000))
            await self._try(self._redis.set, _PREFIX + key, _encoder.encode(entry), px=left_ms)
        await self._try(self._redis.delete, _lock(key))

    async def close(self) -> None:
        """Hang up."""
        await self._redis.aclose()

    async def _try(self, call: Any, *args: Any, other: Any = None, **kwargs: Any) -> Any:
        if monotonic() < self._away_until:
            return other
        try:
            return await call(*args, **kwargs)
        except self._errors as error:
            self._away_until = monotonic() + _AWAY_S
            log.warning("Redis keeps no answers now: %s", type(error).__name__)
            return other


def _lock(key: bytes) -> bytes:
    return _PREFIX + b"asking:" + key
