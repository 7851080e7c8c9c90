"""How the C library of a worker deals with memory that is free again."""

import ctypes
from typing import Final

# Parameters of glibc's mallopt.
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
# What is larger is asked of the system each time; so much that is free is not given back to it.
_LARGE: Final = 4_194_304
_KEPT: Final = 33_554_432


def keep_freed_memory() -> bool:
    """Have the memory of long answers stay for the next ones; tells whether that is possible.

    glibc gives it back to the system after each, which puts its pages in anew, one by one: a
    quarter of a worker's processor time while answers have a megabyte. Only glibc can be told.
    """
    try:
        set_option = ctypes.CDLL(None).mallopt
    except AttributeError:
        return False
    return bool(set_option(_MMAP_THRESHOLD, _LARGE) and set_option(_TRIM_THRESHOLD, _KEPT))
