"""Bodies and answers of the management API, checked at the edge."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)

from ..datasources import ProductType
from ..publishing.endpoints import State
from .body import Body
from .paging import PageQuery

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Text = Annotated[str, StringConstraints(max_length=500)]


class Answer(BaseModel):
    """An answer, also made from rows of the store."""

    model_config = ConfigDict(from_attributes=True)


class TokenAnswer(Answer):
    access_token: str
    token_type: str = "bearer"  # noqa: S105
    expires_in: int


class GrantAnswer(Answer):
    resource_type: str
    action: str
    resource_id: uuid.UUID | None


class MeAnswer(Answer):
    id: uuid.UUID
    username: str
    is_superuser: bool
    roles: list[str]
    permissions: list[GrantAnswer]


class TokenIn(Body):
    name: Name
    expires_in_days: Annotated[int, Field(ge=1, le=3650)] | None = 365


class PersonalTokenAnswer(Answer):
    id: uuid.UUID
    name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class NewPersonalTokenAnswer(PersonalTokenAnswer):
    token: str


class DatasourceIn(Body):
    name: Name
    product_type: ProductType
    database: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    host: Annotated[str, StringConstraints(max_length=255)] | None = None
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    username: Annotated[str, StringConstraints(max_length=255)] | None = None
    password: Annotated[str, StringConstraints(max_length=1000)] | None = None
    read_only: bool = True
    options: dict[str, str] = Field(default_factory=dict)
    description: Text | None = None


class Patch(Body):
    """The fields that were sent; what the others default to is never read."""

    def sent(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)


class DatasourcePatch(Patch):
    name: Name = ""
    database: Annotated[str, StringConstraints(min_length=1, max_length=1000)] = ""
    host: Annotated[str, StringConstraints(max_length=255)] | None = None
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    username: Annotated[str, StringConstraints(max_length=255)] | None = None
    password: Annotated[str, StringConstraints(max_length=1000)] | None = None
    read_only: bool = True
    options: dict[str, str] = Field(default_factory=dict)
    description: Text | None = None


class DatasourceAnswer(Answer):
    id: uuid.UUID
    name: str
    description: str | None
    product_type: ProductType
    host: str | None
    port: int | None
    database: str
    username: str | None
    read_only: bool
    options: dict[str, str]


class ServerAnswer(Answer):
    product: str
    version: str
    elapsed_ms: float


class PoolAnswer(Answer):
    """Of the worker that answers: each has a pool of its own."""

    open: int
    idle: int
    waiting: int


class ColumnAnswer(Answer):
    name: str
    type: str
    nullable: bool


class TableAnswer(Answer):
    # `schema` is a method of every Pydantic model, so it needs another name in Python.
    schema_name: str = Field(validation_alias="schema", serialization_alias="schema")
    name: str
    kind: str
    columns: list[ColumnAnswer]


class ModuleIn(Body):
    name: Name
    description: Text | None = None


class ModulePatch(Patch):
    name: Name = ""
    description: Text | None = None
    sort_order: int = 0
    is_active: bool = True


class ModuleAnswer(Answer):
    id: uuid.UUID
    name: str
    description: str | None
    sort_order: int
    is_active: bool


class DraftIn(Body):
    """A cell as it is saved; a transform that is not sent stays as it is."""

    method: str
    path: str
    engine: Literal["sql", "script"]
    datasource: str
    content: Annotated[str, StringConstraints(min_length=1)]
    transform: str | None = None
    params: dict[str, Any] = Field(default_factory=dict)
    module: Name | None = None
    name: Annotated[str, StringConstraints(max_length=200)] | None = None
    description: Annotated[str, StringConstraints(max_length=10_000)] | None = None
    access: Literal["public", "private"] = "private"
    timeout: Annotated[float, Field(gt=0)] | None = None
    max_rows: Annotated[int, Field(ge=1)] | None = None
    rate_limit: Annotated[int, Field(ge=1)] | None = None
    max_concurrent: Annotated[int, Field(ge=1)] | None = None
    unknown_params: Literal["ignore", "refuse"] = "ignore"

    @field_validator("params")
    @classmethod
    def _in_full(cls, params: dict[str, Any]) -> dict[str, Any]:
        """`since: date` is short for `since: {type: date}`."""
        return {
            name: {"type": declared} if isinstance(declared, str) else declared
            for name, declared in params.items()
        }


class EndpointQuery(PageQuery):
    """Which endpoints to list."""

    search: str | None = None
    method: str | None = None
    path: str | None = None
    module: str | None = None


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


class DebugIn(Body):
    params: dict[str, Any] = Field(default_factory=dict)


class ProvenanceIn(Body):
    notebook: Annotated[str, StringConstraints(max_length=1000)] | None = None
    cell_id: Annotated[str, StringConstraints(max_length=100)] | None = None
    git_commit: Annotated[str, StringConstraints(max_length=64)] | None = None


class PublishIn(Body):
    message: Text | None = None
    provenance: ProvenanceIn = Field(default_factory=ProvenanceIn)
    version: Annotated[int, Field(ge=1)] | None = None
    force: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None


class RollbackIn(Body):
    version: Annotated[int, Field(ge=1)] | None = None


class VersionAnswer(Answer):
    number: int
    hash: str
    created_at: datetime
    created_by: str | None
    message: str | None
    provenance: ProvenanceIn
    is_live: bool
    forced: str | None


class FieldChangeAnswer(Answer):
    field: str
    before: Any = Field(serialization_alias="from")
    after: Any = Field(serialization_alias="to")


class DiffAnswer(Answer):
    before: str = Field(serialization_alias="from")
    after: str = Field(serialization_alias="to")
    content: str
    fields: list[FieldChangeAnswer]
    breaking: list[str]


class PlanAnswer(Answer):
    live_version: int | None
    next_version: int | None
    changes: bool
    diff: DiffAnswer


class LogLineAnswer(Answer):
    level: str
    message: str


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
    names: list[str] | None = None


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


class PublishedAnswer(Answer):
    version: int
    created: bool
    changed: bool
    url: str
    diff: DiffAnswer
    endpoint: EndpointAnswer
    tests: list[TestResultAnswer] = []
