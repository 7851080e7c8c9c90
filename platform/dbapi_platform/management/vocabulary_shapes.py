"""Answers about what authors can write."""

from .shapes import Answer


class WordAnswer(Answer):
    """`signature` is how it is written; `detail` is an example, a further sentence, or empty."""

    name: str
    signature: str
    summary: str
    detail: str


class InnerKeyAnswer(Answer):
    """`values` are those there are; null where they are free."""

    name: str
    summary: str
    values: list[str] | None


class KeyAnswer(InnerKeyAnswer):
    """`keys` are those of its own mapping; null where it has none."""

    keys: list[InnerKeyAnswer] | None


class TypeAnswer(Answer):
    name: str
    summary: str


class ScriptVocabularyAnswer(Answer):
    names: list[WordAnswer]
    modules: list[str]


class HeaderVocabularyAnswer(Answer):
    keys: list[KeyAnswer]
    parameter_keys: list[KeyAnswer]
    types: list[TypeAnswer]


class VocabularyAnswer(Answer):
    """What templates, scripts and the headers of cells can say."""

    filters: list[WordAnswer]
    tags: list[WordAnswer]
    tests: list[WordAnswer]
    globals: list[WordAnswer]
    script: ScriptVocabularyAnswer
    header: HeaderVocabularyAnswer
