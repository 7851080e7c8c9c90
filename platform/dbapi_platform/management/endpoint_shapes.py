"""Bodies and answers about endpoints: their tests and runs."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from ..publishing.endpoints import State
from ..publishing.listing import Sort
from .body import Body
from .paging import PageQuery
from .shapes import MAX_INT, Answer, Name

Wanted = Annotated[str, StringConstraints(max_length=500)] | None


class EndpointQuery(PageQuery):
    """Which endpoints to list: `search` is part of a path or a name, the rest fits exactly."""

    search: Wanted = None
    method: Wanted = None
    path: Wanted = None
    module: Wanted = None
    datasource: Wanted = None
    state: State | None = None
    access: Literal["public", "private"] | None = None
    updated_by: Wanted = None
    sort: Sort = "path"


class EndpointAnswer(Answer):
    id: uuid.UUID
    method: str
    path: str
    module: str
    name: str | None
    description: str | None
    datasource: str
    access: str
    state: State
    live_version: int | None
    latest_version: int | None
    url: str
    params: list[dict[str, Any]]
    updated_at: datetime
    updated_by: str | None


class DraftAnswer(EndpointAnswer):
    created: bool
    changed: bool
    problems: list[str]


class CopyIn(Body):
    """Where the copy goes: the same method and module, unless others are named."""

    path: str
    method: str | None = None
    module: Name | None = None


class MoveIn(Body):
    """What is not named stays as it is."""

    module: Name | None = None
    method: str | None = None
    path: str | None = None


ColumnType = Literal["integer", "number", "string", "boolean", "object", "array", "any"]


class LogLineAnswer(Answer):
    level: str
    message: str


class DebugIn(Body):
    """Without a `version` the draft is run; a client is one that the caller may read."""

    params: dict[str, Any] = Field(default_factory=dict)
    version: Annotated[int, Field(ge=1, le=MAX_INT)] | Literal["live"] | None = None
    client_id: uuid.UUID | None = None


class RowsAnswer(Answer):
    kind: Literal["rows"]
    columns: list[str]
    rows: list[list[Any]]
    truncated: bool


class AffectedAnswer(Answer):
    kind: Literal["affected"]
    count: int


class ValueAnswer(Answer):
    kind: Literal["value"]


class StatementAnswer(Answer):
    text: str
    values: Any


class EnvelopeAnswer(Answer):
    """What stands around `data`; a script may put more beside it."""

    model_config = ConfigDict(extra="allow")

    success: bool
    message: str | None


class ColumnAnswer(Answer):
    """A column as runs showed it; `any` where types differ, or only nulls were seen."""

    name: str
    type: ColumnType
    nullable: bool


class DebugAnswer(Answer):
    """What a draft or a version answered, and how it came to it.

    `allowed` tells whether the gateway would let the client in, null without one.
    """

    data: Any
    envelope: EnvelopeAnswer
    results: list[RowsAnswer | AffectedAnswer | ValueAnswer]
    elapsed_ms: float
    params: dict[str, Any]
    statements: list[StatementAnswer]
    logs: list[LogLineAnswer]
    version: int | None
    allowed: bool | None
    columns: list[ColumnAnswer] | None


TestName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")]


class TestIn(Body):
    """Plain Python: assertions over `call(…)`."""

    content: Annotated[str, StringConstraints(min_length=1)]


class TestAnswer(Answer):
    name: str
    content: str
    updated_at: datetime
    updated_by: str | None


class SavedTestAnswer(TestAnswer):
    created: bool
    changed: bool


class TestRunIn(Body):
    names: Annotated[list[TestName], Field(max_length=1_000)] | None = None


class TestResultAnswer(Answer):
    name: str
    passed: bool
    message: str | None
    line: int | None
    elapsed_ms: float
    calls: int
    logs: list[LogLineAnswer]


class TestRunAnswer(Answer):
    passed: bool
    results: list[TestResultAnswer]


class OptionAnswer(Answer):
    value: Any
    label: str
