"""What is known of one request: as it waits in memory, and as the table takes it."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict

from ..engines.script.errors import LogLine

MAX_LOG = 32_768


class _Known(TypedDict):
    """`created_at` is in UTC."""

    request_id: str
    created_at: datetime
    method: str
    path: str
    status: int
    duration_ms: float
    endpoint_id: uuid.UUID | None
    version: int | None
    client_id: uuid.UUID | None
    ip_address: str | None
    rows: int | None
    error_code: str | None
    error: str | None
    log: str | None


class Record(_Known):
    """As it waits: `query` is its first bytes, and made a text when it is written."""

    query: bytes


class Row(_Known):
    """A row of the access_record table, as its insert takes it."""

    query: str | None


def log_text(lines: Iterable[LogLine]) -> str:
    """What a script logged, a line each with its level before it; long logs lose their end."""
    text = "\n".join(f"{line.level.upper()} {line.message}" for line in lines)
    return text if len(text) <= MAX_LOG else text[: MAX_LOG - 1] + "…"
