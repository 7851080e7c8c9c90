"""A draft as it is sent, and as it is answered."""

from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field, StringConstraints

from ..publishing.definition import CacheRule, PageRule
from ..publishing.written import Count, Written
from .body import Body
from .shapes import MAX_INT, Answer, Name

# What a draft keeps under the same name as its body has it.
KEPT = (
    "content",
    "params",
    "access",
    "timeout",
    "max_rows",
    "rate_limit",
    "max_concurrent",
    "unknown_params",
    "cache",
    "page",
    "max_export_rows",
    "allow_async",
    "name",
    "description",
    "engine",
    "transform",
)


# What the endpoint itself looks at: its message tells more.
WholeNumber = Annotated[int, Field(strict=True, ge=-MAX_INT, le=MAX_INT)]


class CacheIn(Body):
    """How long an answer is kept, and whether each caller has its own."""

    ttl: WholeNumber = Field(description="Seconds that an answer is kept")
    vary: list[Literal["client"]] = Field(
        default_factory=list, description="What has answers of its own"
    )


class PageIn(Body):
    """How rows are answered a page at a time."""

    style: Literal["offset", "keyset"] = Field(
        description="Pages by how many rows are before them, or by the last row of the one before"
    )
    by: list[str] = Field(description="Columns that order the rows; with - before it, down")
    size: WholeNumber = Field(100, description="Rows of a page")


class DraftIn(Written, Body):
    """A cell as it is saved; a transform that is not sent stays as it is."""

    method: str
    path: str
    engine: Literal["sql", "script"]
    datasource: str = Field(description="The database that is queried")
    content: Annotated[str, StringConstraints(min_length=1)]
    transform: str | None = None
    params: dict[str, Any] = Field(default_factory=dict, description="The parameters, by name")
    module: Name | None = Field(None, description="The folder that the endpoint is kept in")
    name: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None, description="A title"
    )
    description: Annotated[str, StringConstraints(max_length=10_000)] | None = Field(
        None, description="A sentence for those who call it"
    )
    access: Literal["public", "private"] = Field(
        "private", description="Whether everybody may call it, or only clients that were granted it"
    )
    timeout: Annotated[float, Field(gt=0)] | None = Field(
        None, description="Seconds that a call may take"
    )
    max_rows: Count | None = Field(None, description="Rows that a call may answer with")
    rate_limit: Count | None = Field(None, description="Requests a minute, for each caller")
    max_concurrent: Count | None = Field(
        None, description="Requests of one caller at the same time"
    )
    unknown_params: Literal["ignore", "refuse"] = Field(
        "ignore", description="What becomes of parameters that are not declared"
    )
    cache: CacheIn | None = Field(None, description="Seconds that answers are kept, and for whom")
    page: PageIn | None = Field(None, description="Pages: their style, order and size")
    max_export_rows: WholeNumber | None = Field(None, description="Rows that an export may have")
    allow_async: Annotated[bool, Field(strict=True)] | None = Field(
        None, description="Whether a caller may fetch the answer later"
    )

    def fields(self) -> dict[str, Any]:
        """Those that a definition has under the same name."""
        fields = self.model_dump(include=set(KEPT))
        return fields | {
            "cache": msgspec.convert(fields["cache"], CacheRule | None),
            "page": msgspec.convert(fields["page"], PageRule | None),
        }


class CacheAnswer(Answer):
    ttl: int
    vary: list[Literal["client"]]


class PageAnswer(Answer):
    style: Literal["offset", "keyset"]
    by: list[str]
    size: int


class DefinitionAnswer(Answer):
    """A draft in the shape that it is saved in: it may be sent back as it is."""

    method: str
    path: str
    engine: Literal["sql", "script"]
    datasource: str
    content: str
    transform: str | None
    params: dict[str, dict[str, Any]]
    module: str
    name: str | None
    description: str | None
    access: Literal["public", "private"]
    timeout: float | None
    max_rows: int | None
    rate_limit: int | None
    max_concurrent: int | None
    unknown_params: Literal["ignore", "refuse"]
    cache: CacheAnswer | None
    page: PageAnswer | None
    max_export_rows: int | None
    allow_async: bool | None
