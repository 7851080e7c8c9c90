"""What authors can write, in the API's shape: the engines' words and the keys of a draft."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel

from ..engines.parameter_words import parameter_keys, parameter_types
from ..engines.script import vocabulary as script
from ..engines.sql import vocabulary as sql
from ..engines.words import Key
from .draft_shapes import DraftIn
from .vocabulary_shapes import (
    HeaderVocabularyAnswer,
    KeyAnswer,
    ScriptVocabularyAnswer,
    TypeAnswer,
    VocabularyAnswer,
    WordAnswer,
)

Shape = TypeVar("Shape", bound=BaseModel)

# These are the cell itself, or stand on its first line.
NOT_IN_HEADER: Final = frozenset({"method", "path", "engine", "content", "transform"})
# Only notebooks know it.
RUN: Final = Key("run", "Example values to run the cell with; not part of the draft")


@lru_cache(maxsize=4)
def vocabulary_of(extra_modules: Sequence[str]) -> VocabularyAnswer:
    """The whole of it, where scripts may import these modules too."""
    return VocabularyAnswer(
        filters=_all(WordAnswer, sql.filters()),
        tags=_all(WordAnswer, sql.tags()),
        tests=_all(WordAnswer, sql.tests()),
        globals=_all(WordAnswer, sql.names()),
        script=ScriptVocabularyAnswer(
            names=_all(WordAnswer, script.names()), modules=script.modules(extra_modules)
        ),
        header=HeaderVocabularyAnswer(
            keys=_all(KeyAnswer, [*_draft_keys(), RUN]),
            parameter_keys=_all(KeyAnswer, parameter_keys()),
            types=_all(TypeAnswer, parameter_types()),
        ),
    )


def _all(shape: type[Shape], words: Iterable[object]) -> list[Shape]:
    return [shape.model_validate(word) for word in words]


def _draft_keys() -> list[Key]:
    return [
        Key(name, field.description or "", _literals(field.annotation))
        for name, field in DraftIn.model_fields.items()
        if name not in NOT_IN_HEADER
    ]


def _literals(annotation: Any) -> tuple[str, ...] | None:
    return get_args(annotation) if get_origin(annotation) is Literal else None
