"""The answer about a draft that is being typed."""

import uuid
from typing import Any, Literal

from ..engines.errors import Code
from ..publishing.endpoints import State
from .shapes import Answer


class ProblemAnswer(Answer):
    """Lines and columns count from 1 in the part's text, columns in code points."""

    severity: Literal["error", "warning", "info"]
    message: str
    hint: str | None
    code: Code
    part: Literal["content", "transform", "header"]
    field: str | None
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None


class CheckAnswer(Answer):
    """What saving the draft would refuse or change; `params` are as an endpoint's."""

    endpoint_id: uuid.UUID | None
    state: State | None
    live_version: int | None
    changed: bool
    differs_from_live: bool
    params: list[dict[str, Any]]
    problems: list[ProblemAnswer]
