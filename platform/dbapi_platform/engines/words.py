"""A word that authors may write, with what an editor shows of it."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Word:
    """`signature` is how it is written; `detail`, which may be empty, tells more, or an example."""

    name: str
    signature: str
    summary: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a cell's header; `values` are those there are, None where they are free.

    `keys` are those of its mapping, None where it has none of its own.
    """

    name: str
    summary: str
    values: tuple[str, ...] | None = None
    keys: tuple["Key", ...] | None = None


def arguments_of(function: Callable[..., Any], *, skip: int = 0) -> str | None:
    """`(sql, params=None)` without types and without the first arguments; None where unknown."""
    try:
        signature = inspect.signature(function)
    except ValueError:
        return None
    plain: Sequence[inspect.Parameter] = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in list(signature.parameters.values())[skip:]
    ]
    return str(
        signature.replace(parameters=plain, return_annotation=inspect.Signature.empty)
    ).replace(", /", "")
