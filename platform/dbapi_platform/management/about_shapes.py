"""What the platform tells of itself."""

from typing import Literal

from .shapes import Answer


class AboutAnswer(Answer):
    name: str
    version: str
    gateway_url: str


class LiveAnswer(Answer):
    status: Literal["ok"]


class WorkersAnswer(Answer):
    busy: int
    idle: int
    waiting: int


class ScriptsAnswer(Answer):
    """The locks that hold scripts here, and the processes that run them."""

    isolation: list[str]
    workers: WorkersAnswer


class SnapshotAnswer(Answer):
    """What requests are answered from, and how long ago that was known to be the newest."""

    change: int | None
    age_seconds: float | None


class RecordsAnswer(Answer):
    """Access records that wait in memory and on disk for the database, and that were lost."""

    queued: int
    spooled: int
    dropped: int


class ReadyAnswer(Answer):
    """How each part is.

    It is `degraded` while the database is away: endpoints answer, and nothing can be changed.
    `limits` tells where requests are counted: `degraded` is in each worker, as Redis is away.
    """

    status: Literal["ok", "degraded"]
    database: Literal["ok", "away"]
    snapshot: SnapshotAnswer
    records: RecordsAnswer
    scripts: ScriptsAnswer
    limits: Literal["process", "shared", "degraded"]
