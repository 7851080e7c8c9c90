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


class ReadyAnswer(LiveAnswer):
    """`limits` tells where requests are counted: `degraded` is in each worker, as Redis is away."""

    scripts: ScriptsAnswer
    limits: Literal["process", "shared", "degraded"]
