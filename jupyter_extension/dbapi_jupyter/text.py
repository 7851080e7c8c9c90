"""Values and tables as plain text, for terminals, diffs of notebooks, and screen readers."""

import json
import re
from collections.abc import Sequence

MAX_CELL = 40
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
