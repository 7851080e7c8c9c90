"""The parameters of a definition settled: declared, found in the template, or in the path."""

from dataclasses import replace

from ..engines.errors import Code, DefinitionProblem
from ..engines.parameters import Location, Parameter, read_parameters


def settle(
    declared: tuple[Parameter, ...], discovered: tuple[Parameter, ...], in_path: tuple[str, ...]
) -> tuple[tuple[Parameter, ...], list[DefinitionProblem]]:
    """Declared parameters first, then those that were only found; path segments are required."""
    by_name = {parameter.name: parameter for parameter in declared}
    segments, wrong = read_parameters({name: {"type": "string"} for name in in_path})
    for parameter in (*discovered, *segments):
        by_name.setdefault(parameter.name, parameter)
    misplaced = [
        problem
        for parameter in by_name.values()
        if (problem := _misplaced(parameter, in_path)) is not None
    ]
    parameters = tuple(
        replace(parameter, location=Location.PATH, required=True, default=None)
        if parameter.name in in_path
        else parameter
        for parameter in by_name.values()
    )
    return parameters, [*wrong, *misplaced]


def _misplaced(parameter: Parameter, in_path: tuple[str, ...]) -> DefinitionProblem | None:
    if parameter.name in in_path and parameter.location not in {None, Location.PATH}:
        message = f"stands in the path, so it cannot be taken from the {parameter.location}"
    elif parameter.name not in in_path and parameter.location is Location.PATH:
        message = f"is said to be in the path, but the path has no {{{parameter.name}}}"
    else:
        return None
    return DefinitionProblem(f"params.{parameter.name}", message, code=Code.MISPLACED_PARAMETER)
