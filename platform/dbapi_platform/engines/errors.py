"""What can be wrong with a definition, with a caller's parameters, or at rendering."""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """The kinds of problems that a definition can have; stable, for programs."""

    # Of a text.
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    UNREADABLE_TEXT = "unreadable_text"
    # Of a template.
    TEMPLATE_SYNTAX = "template_syntax"
    FORBIDDEN = "forbidden_construct"
    UNKNOWN_FILTER = "unknown_filter"
    UNKNOWN_TEST = "unknown_test"
    UNKNOWN_MACRO = "unknown_macro"
    KEYWORD_WORDS = "keyword_words"
    PRINTED_CONSTANT = "printed_constant"
    STRAY_OUTPUT = "stray_output"
    QUOTED_VALUE = "quoted_value"
    GLUED_VALUE = "glued_value"
    UNCLOSED_QUOTE = "unclosed_quote"
    BAD_NAME = "bad_name"
    # Of a script.
    SCRIPT_SYNTAX = "script_syntax"
    SCRIPT_REFUSED = "script_refused"
    UNKNOWN_MODULE = "unknown_module"
    NO_ENTRY = "no_entry"
    # Of what stands around them.
    INVALID_FIELD = "invalid_field"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_DATASOURCE = "unknown_datasource"
    PATH_TAKEN = "path_taken"
    INVALID_DECLARATION = "invalid_declaration"
    MISPLACED_PARAMETER = "misplaced_parameter"
    NO_PARAMETERS = "no_parameters_here"
    RESERVED_PARAMETER = "reserved_parameter"
    # What does not stand in the way.
    UNTYPED_PARAMETER = "untyped_parameter"
    UNUSED_PARAMETER = "unused_parameter"
    UNDECLARED_PARAMETER = "undeclared_parameter"


@dataclass(frozen=True, slots=True)
class DefinitionProblem:
    """One thing an author has to mend.

    `line` and `column` count from 1 in the field's text, columns in code points; the end is behind
    the last character.
    """

    field: str
    message: str
    line: int | None = None
    column: int | None = None
    hint: str | None = None
    end_line: int | None = None
    end_column: int | None = None
    code: Code = Code.INVALID_FIELD


@dataclass(frozen=True, slots=True)
class ParameterProblem:
    """One parameter that a caller gave wrongly or not at all."""

    name: str
    location: str | None
    message: str


class InvalidDefinition(Exception):
    """The definition cannot be saved or run; every problem is named."""

    def __init__(self, problems: tuple[DefinitionProblem, ...]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in problems))
        self.problems = problems


class InvalidParameters(Exception):
    """The caller's parameters are wrong; every problem is named."""

    def __init__(self, problems: tuple[ParameterProblem, ...]) -> None:
        super().__init__("; ".join(f"{p.name}: {p.message}" for p in problems))
        self.problems = problems


class RenderFailed(Exception):
    """The template failed with these parameters, and that is its author's to mend."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class NotATable(Exception):
    """The answer was asked for in a format of rows, and is several; nothing has run."""
