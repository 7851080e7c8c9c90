"""Values and tables as plain text, for terminals, diffs of notebooks, and screen readers."""

import json
import re
from collections.abc import Iterator, Sequence

from .shapes import LogLine

MAX_CELL = 40
MAX_JSON_LINES, MAX_JSON_WIDTH, MAX_JSON = 40, 160, 20_000
MAX_LOGS, MAX_LOG = 50, 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def value_text(value: object, limit: int = MAX_CELL) -> str:
    """One line, shortened."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    # Half a megabyte in one value would be searched and copied for nothing.
    text = _CONTROL.sub(" ", text[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def table_text(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns of equal width; numbers stand to the right."""
    names = [value_text(name) for name in columns]
    cells = [[value_text(value) for value in row] for row in rows]
    widths = [
        max([len(name), *(len(row[index]) for row in cells)]) for index, name in enumerate(names)
    ]
    right = [is_number_column(rows, index) for index in range(len(names))]

    def line(texts: Sequence[str]) -> str:
        padded = [
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(texts, widths, right, strict=True)
        ]
        return "  ".join(padded).rstrip()

    return "\n".join([line(names), line(["─" * width for width in widths]), *map(line, cells)])


def is_number_column(rows: Sequence[Sequence[object]], index: int) -> bool:
    """Whether all values that are there are numbers."""
    values = [row[index] for row in rows if row[index] is not None]
    return bool(values) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in values
    )


def count_text(count: int, noun: str) -> str:
    """`1 row`, `1,200 rows`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def duration_text(milliseconds: float) -> str:
    """`12 ms`, `3.4 s`."""
    if milliseconds < 10:
        return f"{milliseconds:.1f} ms"
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


def json_text(value: object) -> str:
    """Readable JSON, shortened: on one line where it fits."""
    lines, whole = _json_lines(value)
    if whole and len(joined := json.dumps(value, ensure_ascii=False, default=str)) <= 80:
        return _CONTROL.sub(" ", joined)
    shown = [_shorten(line, MAX_JSON_WIDTH) for line in lines[:MAX_JSON_LINES]]
    if not whole or len(lines) > MAX_JSON_LINES:
        shown.append("… there is more: `.data` is the whole")
    return "\n".join(shown)


def _json_lines(value: object) -> tuple[list[str], bool]:
    """Its first lines, and whether they are all: a long value is not written out for nothing."""
    parts, size = [], 0
    encoder = json.JSONEncoder(indent=2, ensure_ascii=False, default=str)
    for part in encoder.iterencode(value):
        parts.append(part)
        size += len(part)
        if size > MAX_JSON:
            return "".join(parts).split("\n"), False
    return "".join(parts).split("\n"), True


def _shorten(line: str, limit: int) -> str:
    text = _CONTROL.sub(" ", line[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def log_lines(logs: Sequence[LogLine]) -> Iterator[tuple[str, str]]:
    """Levels and messages; of a long log its end, which tells most."""
    if (more := len(logs) - MAX_LOGS) > 0:
        yield "…", f"{count_text(more, 'earlier line')}: `.logs` holds all"
    for log in logs[-MAX_LOGS:]:
        lines = [_shorten(line, MAX_LOG) for line in log["message"].splitlines() or [""]]
        yield log["level"], "\n".join(lines)


def log_text(logs: Sequence[LogLine]) -> str:
    """A line for each, the level first; further lines of a message stand under its first."""
    lines = [f"{level:<7}  {indented(message, 9)}".rstrip() for level, message in log_lines(logs)]
    return indented("\n".join(["Log:", *lines]), 2)


def indented(text: str, width: int) -> str:
    """All lines but the first."""
    return text.replace("\n", f"\n{' ' * width}")
