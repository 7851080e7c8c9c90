"""Bodies and answers of the management API, checked at the edge."""

import uuid
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)

from ..datasources import ProductType
from .body import Body

# What an integer column holds.
MAX_INT = 2**31 - 1
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Text = Annotated[str, StringConstraints(max_length=500)]


class Answer(BaseModel):
    """An answer, also made from rows of the store."""

    model_config = ConfigDict(from_attributes=True)


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


# As long as an identifier may be on any product.
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class SampleQuery(Body):
    """Which table to show; without a schema, the only one of that name."""

    schema_name: Identifier | None = Field(None, alias="schema")
    table: Identifier
    limit: Annotated[int, Field(ge=1, le=100)] = 10


class SampleColumnAnswer(Answer):
    name: str
    type: str


class SampleAnswer(Answer):
    """A table's first rows; `truncated` tells that it has more."""

    columns: list[SampleColumnAnswer]
    rows: list[list[Any]]
    truncated: bool


class ModuleIn(Body):
    name: Name
    description: Text | None = None


class ModulePatch(Patch):
    name: Name = ""
    description: Text | None = None
    sort_order: Annotated[int, Field(ge=-MAX_INT, le=MAX_INT)] = 0
    is_active: bool = True


class ModuleAnswer(Answer):
    id: uuid.UUID
    name: str
    description: str | None
    sort_order: int
    is_active: bool


class SettingAnswer(Answer):
    """A setting; `value` and `default` of a secret are null, and `is_set` tells if it has one."""

    name: str
    description: str
    is_secret: bool
    is_set: bool
    value: Any
    default: Any
