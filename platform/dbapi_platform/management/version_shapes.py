"""Bodies and answers about versions: plans, publishes, and what differs between two."""

import uuid
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from ..publishing.contract import Kind
from .body import Body
from .draft_shapes import DefinitionAnswer
from .endpoint_shapes import (
    ColumnAnswer,
    EndpointAnswer,
    TestResultAnswer,
)
from .shapes import MAX_INT, Answer, Patch, Text


def _in_utc(moment: datetime) -> datetime:
    if not 1970 <= moment.year < 9000:
        raise ValueError("expected a time between the years 1970 and 9000")
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class ProvenanceIn(Body):
    notebook: Annotated[str, StringConstraints(max_length=1000)] | None = None
    cell_id: Annotated[str, StringConstraints(max_length=100)] | None = None
    git_commit: Annotated[str, StringConstraints(max_length=64)] | None = None


class PublishIn(Body):
    message: Text | None = None
    provenance: ProvenanceIn = Field(default_factory=ProvenanceIn)
    version: Annotated[int, Field(ge=1, le=MAX_INT)] | None = None
    force: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None


class RollbackIn(Body):
    version: Annotated[int, Field(ge=1, le=MAX_INT)] | None = None


class AvailabilityPatch(Patch):
    """Whether consumers may ask for a version, and until when."""

    is_pinnable: bool = False
    deprecated_at: Moment | None = None
    sunset_at: Moment | None = None


class AvailabilityAnswer(Answer):
    is_pinnable: bool
    deprecated_at: datetime | None
    sunset_at: datetime | None


class VersionAnswer(AvailabilityAnswer):
    number: int
    hash: str
    created_at: datetime
    created_by: str | None
    message: str | None
    provenance: ProvenanceIn
    is_live: bool
    forced: str | None
    columns: list[ColumnAnswer] | None


class FrozenMacroAnswer(Answer):
    """A macro as it was when the version was made; `id` is the macro's own."""

    id: uuid.UUID
    name: str
    version: int
    language: Literal["sql", "python"]
    text: str


class WholeVersionAnswer(VersionAnswer):
    """A version with all that it holds. `module` of its definition is where the endpoint is now."""

    definition: DefinitionAnswer
    macros: list[FrozenMacroAnswer]


class FieldChangeAnswer(Answer):
    field: str
    before: Any = Field(serialization_alias="from")
    after: Any = Field(serialization_alias="to")


class ContractChangeAnswer(Answer):
    kind: Kind
    name: str
    breaking: bool
    message: str


class DiffAnswer(Answer):
    before: str = Field(serialization_alias="from")
    after: str = Field(serialization_alias="to")
    content: str
    fields: list[FieldChangeAnswer]
    breaking: list[str]
    contract: list[ContractChangeAnswer]


class CalledByAnswer(Answer):
    """`client_id` is null for calls without a client, `name` where it may not be told."""

    client_id: uuid.UUID | None
    name: str | None
    requests: int
    last_called_at: datetime


class PlanAnswer(Answer):
    live_version: int | None
    next_version: int | None
    changes: bool
    diff: DiffAnswer
    contract: list[ContractChangeAnswer]
    callers: list[CalledByAnswer]
    callers_days: int


class PublishedAnswer(Answer):
    version: int
    created: bool
    changed: bool
    url: str
    diff: DiffAnswer
    endpoint: EndpointAnswer
    tests: list[TestResultAnswer] = Field(default_factory=list)
