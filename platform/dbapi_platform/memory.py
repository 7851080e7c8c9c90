"""How the C library of a worker deals with memory that is free again."""

import ctypes
import os
from typing import Final

# Parameters of glibc's mallopt.
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
# What is larger is asked of the system each time; so much that is free is not given back to it. The
# former is the most that glibc takes.
_LARGE: Final = 33_554_432
_KEPT: Final = 33_554_432
# Each keeps as much, and threads would get eight for every core.
_ARENAS: Final = 1
# Who sets one of these knows the machine better.
_OWN: Final = ("GLIBC_TUNABLES", "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")


def keep_freed_memory() -> bool:
    """Have the memory of long answers stay for the next ones; tells whether that is so now.

    glibc gives it back to the system after each, which puts its pages in anew, one by one: a
    quarter of a worker's processor time while answers have a megabyte. Only glibc can be told, and
    it is not where the environment tells it something else.
    """
    if any(name in os.environ for name in _OWN):
        return False
    try:
        set_option = ctypes.CDLL(None).mallopt
    except AttributeError:
        return False
    options = ((_ARENA_MAX, _ARENAS), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _KEPT))
    return all(set_option(*option) for option in options)
