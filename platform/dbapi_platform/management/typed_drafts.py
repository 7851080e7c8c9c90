"""A draft's body as somebody types it: what is sound of it, and what is wrong with the rest."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..engines.errors import Code
from ..publishing.draft_checking import TypedDraft
from ..publishing.problems import Part, Problem
from .draft_shapes import DraftIn
from .errors import wrong_field

# They stand in for what is wrong, so that the rest can be read.
_INSTEAD: Final[Mapping[str, Any]] = {
    "method": "GET", "path": "x", "engine": "sql", "datasource": "x", "content": "x",
}  # fmt: skip
_TEXTS: Final = ("content", "transform")


def read_typed(body: Mapping[str, Any]) -> tuple[TypedDraft, list[Problem]]:
    """The sound part of a body, and every problem of the other."""
    problems: list[Problem] = []
    bad: set[str] = set()
    draft = _read(dict(body), bad, problems)

    def sound(name: str) -> Any:
        return None if name in bad else getattr(draft, name)

    typed = TypedDraft(
        method=sound("method"),
        path=sound("path"),
        datasource=sound("datasource"),
        engine=sound("engine"),
        content=sound("content"),
        module=draft.module,
        keep_transform="transform" not in body,
        fields={
            name: value
            for name, value in draft.fields().items()
            if name not in {"engine", "content"}
        },
    )
    return typed, problems


def _read(body: dict[str, Any], bad: set[str], problems: list[Problem]) -> DraftIn:
    """The body without the fields that are wrong; those are told, and found in `bad`."""
    while True:
        try:
            return DraftIn.model_validate({**_INSTEAD, **body} if bad else body)
        except ValidationError as error:
            for item in error.errors(include_url=False, include_input=True):
                root = _root(item)
                problems += _problems(item, root, body)
                bad.add(root)
                body.pop(root, None)
                if not root:
                    # A key itself cannot be read: which one it is cannot be told.
                    body.clear()


def _root(item: ErrorDetails) -> str:
    """The body's field that is wrong."""
    if item["loc"]:
        return str(item["loc"][0])
    return str(item.get("ctx", {}).get("field", "")).split(".")[0]


def _problems(item: ErrorDetails, root: str, body: Mapping[str, Any]) -> Iterator[Problem]:
    part: Part = "header"
    if root in _TEXTS:
        part = "content" if root == "content" else "transform"
    if root == "content" and body.get(root) == "":
        yield Problem("error", "is empty", Code.EMPTY, part)
        return
    detail = wrong_field({**item, "loc": ("body", *item["loc"])})
    field = detail.field or root or None
    code, hint = Code.INVALID_FIELD, detail.hint
    if item["type"] == "extra_forbidden":
        code = Code.UNKNOWN_FIELD
        near = difflib.get_close_matches(root, DraftIn.model_fields, 1)
        hint = f"did you mean '{near[0]}'?" if near else None
    yield Problem(
        "error", detail.message, code, part, None if part != "header" else field, hint
    )  # fmt: skip
