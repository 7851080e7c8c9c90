"""What can be wrong with a definition, with a caller's parameters, or at rendering."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DefinitionProblem:
    """One thing an author has to mend. `line` and `column` count from 1 in the content."""

    field: str
    message: str
    line: int | None = None
    column: int | None = None
    hint: str | None = None


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
