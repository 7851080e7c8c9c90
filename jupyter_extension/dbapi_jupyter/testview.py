"""How tests went."""

from collections.abc import Sequence
from dataclasses import dataclass

from . import html
from .results import Shown
from .shapes import TestResult
from .text import count_text, duration_text, log_text, table_text

COLUMNS = ("test", "result", "time", "calls")


@dataclass(repr=False)
class TestReport(Shown):
    """A line for each test; `results` as the platform told them."""

    __test__ = False

    results: Sequence[TestResult]
    about: str

    @property
    def passed(self) -> bool:
        """Whether all did."""
        return all(result["passed"] for result in self.results)

    def text(self) -> str:
        """A table, what was logged, and a line about all."""
        logs = [f"{result['name']}: {log_text(result['logs'])}" for result in self._logged()]
        return "\n\n".join([table_text(COLUMNS, self._rows()), *logs, self._footer()])

    def html(self) -> str:
        """The same."""
        logs = [
            html.paragraph(f"Test {result['name']}") + html.log(result["logs"])
            for result in self._logged()
        ]
        return html.page(
            html.table(COLUMNS, self._rows()),
            *logs,
            html.paragraph(self._footer(), "good" if self.passed else "bad"),
        )

    def _rows(self) -> list[tuple[object, ...]]:
        return [
            (
                result["name"],
                "passed" if result["passed"] else "failed",
                duration_text(result["elapsed_ms"]),
                result["calls"],
            )
            for result in self.results
        ]

    def _logged(self) -> list[TestResult]:
        return [result for result in self.results if result["logs"]]

    def _footer(self) -> str:
        return f"{tests_line(self.results)} · {self.about}"


def tests_line(results: Sequence[TestResult]) -> str:
    """`3 tests passed`, `1 of 3 tests failed`."""
    failed = sum(not result["passed"] for result in results)
    whole = count_text(len(results), "test")
    return f"{failed} of {whole} failed" if failed else f"{whole} passed"


def went(result: TestResult) -> str:
    """`main: passed · 12 ms · 3 calls`, `main: failed, line 3: … · 12 ms · 3 calls`."""
    if result["passed"]:
        return f"{result['name']}: passed · {cost(result)}"
    at = f", line {result['line']}" if result["line"] else ""
    why = f": {result['message']}" if result["message"] else ""
    return f"{result['name']}: failed{at}{why} · {cost(result)}"


def cost(result: TestResult) -> str:
    """`12 ms · 3 calls`."""
    return f"{duration_text(result['elapsed_ms'])} · {count_text(result['calls'], 'call')}"
