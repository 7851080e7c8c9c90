"""Bodies and answers about macros."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from .body import Body
from .shapes import Answer, Name, Text


class MacroIn(Body):
    """A macro as it is saved; without a module it is for all of them."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    content: Annotated[str, StringConstraints(min_length=1)]
    language: Literal["sql", "python"] = "sql"
    module: Name | None = None
    description: Text | None = None


class MacroPublishIn(Body):
    message: Text | None = None


class MacroAnswer(Answer):
    """`state` is draft, live, or edited: live with another text than the one that is saved."""

    id: uuid.UUID
    name: str
    module: str | None
    language: str
    description: str | None
    content: str
    state: str
    live_version: int | None
    latest_version: int | None
    updated_at: datetime
    updated_by: str | None


class SavedMacroAnswer(MacroAnswer):
    changed: bool


class MacroVersionAnswer(Answer):
    number: int
    hash: str
    content: str
    message: str | None
    created_at: datetime
    created_by: str | None
    is_live: bool


class MacroUseAnswer(Answer):
    """A published endpoint that the macro is in; it lags when a newer version is published."""

    id: uuid.UUID
    method: str
    path: str
    version: int = Field(description="The macro's version that the endpoint was published with.")
    lagging: bool


class PublishedMacroAnswer(Answer):
    version: int
    created: bool
    lagging: list[MacroUseAnswer]
    macro: MacroAnswer
