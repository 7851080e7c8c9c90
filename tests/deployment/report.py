"""What a fault run answered, step by step, as a page."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.faults.load import Answer, Load
from tests.machine import described

INTRODUCTION = """# A fault run

`make fault-run` wrote this page: what callers were answered while the platform was published to, \
upgraded, and lost what it stands on. [What was tried](operations.md#what-was-tried) tells what \
each step is.
"""


@dataclass(frozen=True)
class Step:
    name: str
    seconds: float
    answers: Sequence[Answer]

    @property
    def statuses(self) -> Counter[int]:
        return Counter(answer.status for answer in self.answers)

    def row(self, versions: str) -> str:
        errors = {status: n for status, n in sorted(self.statuses.items()) if status != 200}
        told = ", ".join(f"{count:,} times {status}" for status, count in errors.items()) or "none"
        numbers = sorted(
            {
                row["version"]
                for answer in self.answers
                if answer.status == 200 and answer.path == versions
                for row in json.loads(answer.body)["data"]
            }
        )
        served = ", ".join(map(str, numbers))
        return f"| {self.name} | {self.seconds:.1f} | {len(self.answers):,} | {told} | {served} |"


class Report:
    """`versions` is the path whose rows tell which version answered."""

    def __init__(self, load: Load, versions: str) -> None:
        self.steps: list[Step] = []
        self._load = load
        self._versions = versions
        self._said: list[str] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begun, at = len(self._load.answers), time.monotonic()
        yield
        self.steps.append(Step(name, time.monotonic() - at, self._load.answers[begun:]))

    def say(self, sentence: str) -> None:
        self._said.append(sentence)

    def markdown(self) -> str:
        each = f"{self._load.callers} callers, {self._load.pause_s * 1000:g} ms between two calls"
        lines = [INTRODUCTION, f"{described()}; {each}.", ""]
        lines += [
            "| step | seconds | requests | errors | versions served |",
            "|---|---|---|---|---|",
        ]
        lines += [step.row(self._versions) for step in self.steps]
        total = len(self._load.answers)
        lines += ["", f"{total:,} requests in all; {self._load.broken} without an answer."]
        return "\n".join([*lines, *self._said, ""])
