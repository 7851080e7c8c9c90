"""Memory that is free again stays where it is, so that its pages need not come anew."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ANSWERS = """
import resource
from dbapi_platform.memory import keep_freed_memory

assert keep_freed_memory()


def answer():
    parts = [b"x" * {size} for _ in range(3)]
    del parts


answer()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    answer()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
THREADS = """
import ctypes
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from dbapi_platform.memory import keep_freed_memory

assert keep_freed_memory()
together = Barrier(16)


def answer():
    together.wait()
    parts = [b"x" * 1_000_000 for _ in range(3)]
    together.wait()
    del parts


with ThreadPoolExecutor(16) as pool:
    for _ in range(2):
        [each.result() for each in [pool.submit(answer) for _ in range(16)]]
    libc = ctypes.CDLL(None)
    libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
    libc.fflush(None)
"""
PAGE = os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("size", [1_000_000, 8_000_000])
def test_long_answers_take_the_pages_of_those_before(size: int) -> None:
    faults = int(_told(ANSWERS.format(size=size)))
    assert faults < 20 * 3 * size / PAGE / 100


def test_threads_share_one_arena_and_do_not_keep_as_much_each() -> None:
    assert _told(THREADS).count("<heap nr=") == 1


@pytest.mark.parametrize("name", ["MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES"])
def test_what_the_environment_says_counts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "")
    code = "from dbapi_platform.memory import keep_freed_memory; print(keep_freed_memory())"
    assert _told(code) == "False\n"


def _told(code: str) -> str:
    run = [sys.executable, "-c", code]
    root = Path(__file__).parents[1]
    return subprocess.run(run, capture_output=True, text=True, check=True, cwd=root).stdout
