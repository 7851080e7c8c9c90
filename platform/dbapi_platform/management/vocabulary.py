"""What authors can write, in the API's shape: the engines' words and the keys of a draft."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin

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
    return [key for key in _keys_of(DraftIn) if key.name not in NOT_IN_HEADER]


def _keys_of(shape: type[BaseModel]) -> tuple[Key, ...]:
    return tuple(
        Key(name, field.description or "", _values(field.annotation), _inner(field.annotation))
        for name, field in shape.model_fields.items()
    )


def _values(annotation: Any) -> tuple[str, ...] | None:
    found = _plain(annotation)
    if found is bool:
        return ("true", "false")
    if get_origin(found) is list:
        found = get_args(found)[0]
    return get_args(found) if get_origin(found) is Literal else None


def _inner(annotation: Any) -> tuple[Key, ...] | None:
    found = _plain(annotation)
    is_mapping = isinstance(found, type) and issubclass(found, BaseModel)
    return _keys_of(found) if is_mapping else None


def _plain(annotation: Any) -> Any:
    """The type itself, whether or not it may be left out."""
    if get_origin(annotation) in {Union, UnionType}:
        (annotation,) = [each for each in get_args(annotation) if each is not NoneType]
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
