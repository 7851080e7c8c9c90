"""Queries and answers about access records, the audit log and the overview."""

import re
import uuid
from datetime import datetime
from typing import Annotated, Any, Generic, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, WithJsonSchema

from ..publishing.endpoints import State
from .body import Body
from .paging import Item, Page, PageQuery
from .shapes import Answer

# The largest id that a row can have.
MAX_ID = 2**63 - 1
MAX_EXPORT = 1_000_000
_STATUS = re.compile(r"^[1-9]([0-9]{2}|xx|XX)$")


def _is_near(moment: datetime) -> datetime:
    # Another offset must not take it out of the years that there are.
    if not 1 < moment.year < 9999:
        raise ValueError("expected a time of the years 2 to 9998")
    return moment


def _is_status(status: str) -> str:
    if not _STATUS.fullmatch(status):
        raise ValueError("expected a status such as 404, or 4xx for all of them")
    return status


Status = Annotated[
    str, AfterValidator(_is_status), WithJsonSchema({"type": "string", "pattern": _STATUS.pattern})
]
Moment = Annotated[AwareDatetime, AfterValidator(_is_near)]
Word = Annotated[str, StringConstraints(max_length=100)]


class RecordPage(Page[Item], Generic[Item]):
    """A page of a long list: `total` is counted up to a bound only, and says when it is more."""

    total_is_capped: bool = False


class RecordQuery(PageQuery):
    """Which access records. `path` is what the path begins with, `status` 404 or 4xx.

    `after_id` leaves out that record and those with lower ids. Workers write at once, each hundreds
    of records together: one may appear with a lower id than others that could be seen before it,
    and whoever asks for those after the newest would miss it. Ask from a few thousand ids before
    the newest, with `from` half a minute before it, and leave out the ids that you have.
    """

    endpoint_id: uuid.UUID | None = None
    client_id: uuid.UUID | None = None
    status: Status | None = None
    method: Annotated[str, StringConstraints(max_length=10)] | None = None
    path: Annotated[str, StringConstraints(max_length=1_000)] | None = None
    ip_address: Annotated[str, StringConstraints(max_length=64)] | None = None
    error_code: Annotated[str, StringConstraints(max_length=60)] | None = None
    request_id: Annotated[str, StringConstraints(max_length=64)] | None = None
    since: Moment | None = Field(default=None, alias="from")
    until: Moment | None = Field(default=None, alias="to")
    min_duration_ms: Annotated[float, Field(ge=0, le=1e12)] | None = None
    after_id: Annotated[int, Field(ge=0, le=MAX_ID)] | None = None


class AuditQuery(PageQuery):
    """Which audit entries."""

    actor: Word | None = None
    action: Word | None = None
    resource_type: Word | None = None
    resource_id: Word | None = None
    change: Word | None = None
    via: Word | None = None
    request_id: Word | None = None
    since: Moment | None = Field(default=None, alias="from")
    until: Moment | None = Field(default=None, alias="to")


class _Export(PageQuery):
    format: Literal["csv", "jsonl"] = "csv"
    limit: Annotated[int, Field(ge=1, le=MAX_EXPORT)] = 100_000


class RecordExport(_Export, RecordQuery):
    """Which access records to write, at most `limit` of them, the newest first."""


class AuditExport(_Export, AuditQuery):
    """Which audit entries to write, at most `limit` of them, the newest first."""


class OverviewQuery(Body):
    """How many days, today included, and of which endpoints; `module` is a name."""

    days: Annotated[int, Field(ge=1, le=366)] = 7
    endpoint_id: uuid.UUID | None = None
    module: Word | None = None


class ActivityQuery(Body):
    """Of which endpoints; `endpoint_id` is given once for each."""

    endpoint_id: Annotated[list[uuid.UUID], Field(min_length=1, max_length=200)]


class AccessRecordAnswer(Answer):
    id: int
    request_id: str
    created_at: datetime
    method: str
    path: str
    query: str | None
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


class NamedRecordAnswer(AccessRecordAnswer):
    """With the endpoint's method and path, and the client's name, while these exist."""

    endpoint: str | None
    client: str | None


class AuditEntryAnswer(Answer):
    id: int
    created_at: datetime
    actor: str
    actor_id: uuid.UUID | None
    via: str
    ip_address: str | None
    request_id: str | None
    action: str
    resource_type: str
    resource_id: str | None
    resource_name: str | None
    part: str
    change: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class StepAnswer(Answer):
    start: datetime
    requests: int
    errors: int
    average_ms: float | None


class TopEndpointAnswer(Answer):
    endpoint_id: uuid.UUID
    method: str | None
    path: str | None
    requests: int
    errors: int
    p95_ms: float | None


class TopClientAnswer(Answer):
    client_id: uuid.UUID
    name: str | None
    requests: int
    errors: int


class LatencyAnswer(Answer):
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    average_ms: float | None


class TrafficAnswer(Answer):
    """Requests from `start` to `end`. When not complete, `pending` of them are not counted yet."""

    start: datetime
    end: datetime
    as_of: datetime | None
    is_complete: bool
    pending: int
    requests: int
    errors: int
    error_rate: float
    latency: LatencyAnswer
    steps: list[StepAnswer]
    statuses: dict[str, int]
    status_classes: dict[str, int]
    methods: dict[str, int]
    top_endpoints: list[TopEndpointAnswer]
    top_clients: list[TopClientAnswer]


class RecentVersionAnswer(Answer):
    endpoint_id: uuid.UUID
    method: str
    path: str
    number: int
    created_at: datetime
    created_by: str | None
    message: str | None


class OverviewAnswer(Answer):
    """`counts` has what the caller may read."""

    endpoints: dict[str, int]
    counts: dict[str, int]
    traffic: TrafficAnswer
    recent_access: list[NamedRecordAnswer]
    recent_versions: list[RecentVersionAnswer]


class ActivityAnswer(Answer):
    """Errors are answers of 400 and above; days are in UTC."""

    endpoint_id: uuid.UUID
    method: str
    path: str
    state: State
    live_version: int | None
    latest_version: int | None
    requests_24h: int
    errors_today: int
    p50_ms_24h: float | None
    p95_ms_24h: float | None
    clients_30d: int
    last_called_at: datetime | None


class ActivityPage(Page[ActivityAnswer]):
    """All that were asked for, and the moment that it was so at."""

    as_of: datetime
