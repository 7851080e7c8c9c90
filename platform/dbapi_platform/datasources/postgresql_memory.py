"""Memory that a server's process used for a long answer stays there for the next.

The process needs an answer's size several times over, and glibc gives it back to the system after
each: to put the pages in anew takes an eighth of the time for a megabyte. How large a block has to
be for that, glibc learns from the largest that was ever freed. So one is.
"""

from typing import Final

from .postgresql_errors import ServerError
from .postgresql_link import Link

# An answer of so many bytes is long.
LONG: Final = 131_072
# A block of 4 MB: up to twice as much stays with the process.
_FREE_ONE: Final = (
    "SELECT pg_catalog.octet_length(pg_catalog.repeat(pg_catalog.repeat(' ', 1024), 4096))"
)


async def keep_freed_memory(link: Link, deadline: float) -> None:
    """Have the process behind a connection keep it; once is enough.

    A server that does not is only slower. Raises Lost, or TimeoutError at the deadline.
    """
    if link.keeps_memory:
        return
    link.keeps_memory = True
    try:
        await link.run_once(_FREE_ONE, deadline=deadline)
    except ServerError:
        return
