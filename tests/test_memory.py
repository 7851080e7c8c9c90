"""Memory that is free again stays where it is, so that its pages need not come anew."""

import subprocess
import sys

ANSWERS = """
import resource
from dbapi_platform.memory import keep_freed_memory

assert keep_freed_memory()


def answer():
    parts = [b"x" * 1_000_000 for _ in range(8)]
    del parts


answer()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    answer()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
PAGES_OF_ALL = 20 * 8 * 1_000_000 // 4096


def test_long_answers_take_the_pages_of_those_before() -> None:
    run = [sys.executable, "-c", ANSWERS]
    faults = int(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
    assert faults < PAGES_OF_ALL / 100
