"""What names mean, asked in threads of their own.

A name server that does not answer holds a thread for as long as the system waits for it. Those
of the event loop are for others, who look up their databases.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult

_THREADS: Final = 4


class Resolver(AbstractResolver):
    """Lookups beyond the threads wait, until their request's time is up."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="resolve")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Every address of a host. Raises OSError."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, look_up, host, port, family)
        return [
            ResolveResult(
                hostname=host, host=str(address[0]), port=port, family=kind, proto=protocol, flags=0
            )
            for kind, protocol, address in found
        ]

    async def close(self) -> None:
        """A thread that waits for an answer ends with it."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def look_up(
    host: str, port: int, family: socket.AddressFamily
) -> list[tuple[int, int, tuple[object, ...]]]:
    """The system's answer: family, protocol and address of each."""
    found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    return [(kind, protocol, address) for kind, _, protocol, _, address in found]
