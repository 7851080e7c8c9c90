"""A job: what was asked, and how it stands. Both are kept as JSON, never as code."""

import asyncio
import hashlib
import secrets
import uuid
from enum import StrEnum
from typing import Any, Final

import msgspec

from ...errors import Detail
from ..errors import Refused
from ..requests import PREFIX, Message, Request

# Of a name that nobody can guess, records show so much.
SHOWN: Final = 8
SEGMENT: Final = "jobs"


class Status(StrEnum):
    """A job is queued, then running, then one of the three others for good."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self not in {Status.QUEUED, Status.RUNNING}


class Asked(msgspec.Struct, frozen=True):
    """A request that was let in and whose parameters are right.

    `caller` is whose slots it takes. `naming` is the header that names keys, and `values` are
    tagged, see `values`.
    """

    request_id: str
    created_at: float
    endpoint_id: uuid.UUID
    version_id: uuid.UUID
    version: int
    client_id: uuid.UUID | None
    caller: str
    method: str
    path: str
    root: str
    query: bytes
    naming: bytes | None
    ip: str | None
    form: str
    values: dict[str, tuple[str, Any]]

    def request(self) -> Request:
        """The request as the pipeline sees it; whoever made it does not wait."""
        headers = [(b"x-request-id", self.request_id.encode())]
        if self.naming is not None:
            headers.append((b"x-response-naming", self.naming))
        scope = {
            "type": "http", "method": self.method, "headers": headers,
            "path": PREFIX + self.path, "raw_path": (PREFIX + self.path).encode("latin-1"),
            "query_string": self.query, "root_path": self.root,
            "client": (self.ip, 0) if self.ip else None,
        }  # fmt: skip
        return Request(scope, _never)


class Failure(msgspec.Struct, frozen=True):
    """How a job failed: what the caller would have been answered."""

    status: int
    code: str
    message: str
    details: list[tuple[str | None, str]] = []
    headers: list[tuple[bytes, bytes]] = []

    @classmethod
    def of(cls, refused: Refused) -> "Failure":
        """What of a refusal is for consumers."""
        details = [(detail.field, detail.message) for detail in refused.details]
        headers = list(refused.headers)
        return cls(refused.status, refused.code, refused.message, details, headers)

    def refused(self, request_id: str) -> Refused:
        """The refusal of that request again."""
        return Refused(
            self.status,
            self.code,
            self.message,
            details=[Detail(*each) for each in self.details],
            headers=self.headers,
            request_id=request_id,
        )


class Answer(msgspec.Struct, frozen=True):
    """An answer whose body was written by an attempt, in so many chunks."""

    headers: list[tuple[bytes, bytes]]
    attempt: str
    chunks: int
    size: int
    rows: int | None


class State(msgspec.Struct, frozen=True):
    """How it stands; `rows` and `size` are what has been written. Times are since 1970."""

    status: Status
    expires_at: float
    started_at: float | None = None
    finished_at: float | None = None
    rows: int = 0
    size: int = 0
    failure: Failure | None = None
    answer: Answer | None = None


class Kept(msgspec.Struct, frozen=True):
    """A job as it is kept."""

    asked: Asked
    state: State


def new_id() -> str:
    """What a caller knows a job by: 192 bits, as for public endpoints it is all that is asked."""
    return secrets.token_urlsafe(24)


def key_of(job_id: str) -> str:
    """What it is kept by: whoever sees the keys cannot fetch what was answered."""
    return hashlib.blake2b(job_id.encode("utf-8", "replace"), digest_size=16).hexdigest()


def recorded_path(path: str) -> str:
    """A request's path for its access record, which more people read than may fetch an answer."""
    first, _, rest = path.partition("/")
    if first != SEGMENT or not rest:
        return path
    job_id, slash, last = rest.partition("/")
    return f"{first}/{job_id[:SHOWN]}…{slash}{last}" if len(job_id) > SHOWN else path


async def _never() -> Message:
    never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    return await never
