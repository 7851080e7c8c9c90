"""What access records add up to: a chart by day, statuses, latency, who asks and what for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import html
from .results import Shown
from .rows import data_frame
from .text import count_text, duration_text, table_text
from .traffic_shapes import Overview, Step

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

BAR = 24
BLOCKS = " ▏▎▍▌▋▊▉█"
STATUS_CLASSES = {
    "2": "2xx answered", "3": "3xx elsewhere", "4": "4xx refused", "5": "5xx failed",
}  # fmt: skip
Table = tuple[Sequence[str], list[tuple[Any, ...]]]


@dataclass(repr=False)
class TrafficView(Shown):
    """`data` is as the platform tells it; `about` says what it is about."""

    data: Overview
    about: str

    def df(self) -> "pd.DataFrame":
        """Requests by day (or hour) as a pandas DataFrame."""
        rows = [(step["start"], step["requests"], step["errors"]) for step in self.data["steps"]]
        return data_frame(("start", "requests", "errors"), rows)

    def text(self) -> str:
        """A headline and tables."""
        most = self._most()
        rows = [(*row, bar_text(step["requests"], most)) for row, step in self._chart()]
        tables = [table_text((self._unit(), "requests", "errors", ""), rows)]
        tables += [table_text(*table) for table in self._tables()]
        return "\n\n".join([f"{self.about}\n{self._headline()}", *tables])

    def html(self) -> str:
        """The same; bars are drawn."""
        most = self._most()
        bars = [
            (row, html.bar(step["requests"] / most, step["errors"] / most))
            for row, step in self._chart()
        ]
        return html.page(
            html.paragraph(self.about, "note"),
            html.paragraph(self._headline()),
            html.bar_table((self._unit(), "requests", "errors"), bars),
            *(html.table(*table) for table in self._tables()),
        )

    def _headline(self) -> str:
        requests, errors = self.data["requests"], self.data["errors"]
        share = f" ({errors / requests:.1%})" if requests else ""
        parts = [count_text(requests, "request"), f"{count_text(errors, 'error')}{share}"]
        for name, value in self.data["latency"].items():
            if name.startswith("p") and isinstance(value, int | float):
                parts.append(f"{name.removesuffix('_ms')} {duration_text(value)}")
        if not self.data["is_complete"]:
            parts.append(f"{self.data['pending']:,} more are not counted yet")
        return " · ".join(parts)

    def _most(self) -> int:
        return max([1, *(step["requests"] for step in self.data["steps"])])

    def _is_hourly(self) -> bool:
        return any(not step["start"][11:].startswith("00") for step in self.data["steps"])

    def _unit(self) -> str:
        return "hour" if self._is_hourly() else "day"

    def _chart(self) -> list[tuple[tuple[str, int, int], Step]]:
        """From the first that was not empty."""
        steps = self.data["steps"]
        first = next((n for n, step in enumerate(steps) if step["requests"]), len(steps))
        length = 16 if self._is_hourly() else 10
        return [
            (
                (step["start"][:length].replace("T", " "), step["requests"], step["errors"]),
                step,
            )
            for step in steps[first:]
        ]

    def _tables(self) -> list[Table]:
        found: list[Table] = [
            (("answers", "requests"), status_rows(self.data["statuses"])),
            (
                ("endpoint", "requests", "errors", "p95"),
                [
                    (
                        f"{each['method']} {each['path']}" if each["path"] else "(deleted)",
                        each["requests"],
                        each["errors"],
                        "" if each["p95_ms"] is None else duration_text(each["p95_ms"]),
                    )
                    for each in self.data["top_endpoints"]
                ],
            ),
            (
                ("client", "requests", "errors"),
                [
                    (each["name"] or "(deleted)", each["requests"], each["errors"])
                    for each in self.data["top_clients"]
                ],
            ),
        ]
        return [table for table in found if table[1]]


def status_rows(statuses: Mapping[str, int]) -> list[tuple[str, int]]:
    """By class, and within a class that went wrong each status."""
    rows: list[tuple[str, int]] = []
    for first, name in STATUS_CLASSES.items():
        inside = {code: count for code, count in statuses.items() if code[0] == first}
        if inside:
            rows.append((name, sum(inside.values())))
        if first in "45":
            rows += [(f"└ {code}", count) for code, count in inside.items()]
    return rows


def bar_text(value: int, most: int) -> str:
    """A bar of blocks; whatever is more than nothing is seen."""
    eighths = max(round(value / most * BAR * 8), 1 if value else 0)
    return (BLOCKS[8] * (eighths // 8) + BLOCKS[eighths % 8]).rstrip()
