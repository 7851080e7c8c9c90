"""How every part of the platform that keeps something in Redis speaks to it.

Imported where Redis is set, and only then: it loads the library.
"""

from typing import Any, Final

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError

# What is raised when it cannot be reached.
AWAY: Final = (RedisError, OSError, TimeoutError)


def connect(url: str, *, timeout_s: float, retries: int = 0, **options: Any) -> Any:
    """A client with a pool of its own. Raises ValueError when the URL is none of Redis.

    By itself the library would try ten times, and wait in between: a request would wait too.
    """
    pool: ConnectionPool = ConnectionPool.from_url(
        url,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), retries),
        **options,
    )
    pool.connection_class = _telling(pool.connection_class)
    return Redis.from_pool(pool)


class _Telling(AbstractConnection):
    async def send_packed_command(self, *args: Any, **kwargs: Any) -> None:
        try:
            await super().send_packed_command(*args, **kwargs)
        except RuntimeError as error:
            # What uvloop raises when the server hung up a moment ago.
            raise NoConnection(str(error)) from error


def _telling(kind: type[AbstractConnection]) -> type[AbstractConnection]:
    """The same kind of connection, that says in the library's words when it is lost."""
    return type(kind.__name__, (_Telling, kind), {})
