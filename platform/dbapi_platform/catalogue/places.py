"""The parameters of an endpoint by where a caller puts them."""

from dataclasses import dataclass
from typing import Final

from ..engines.parameters import Location, Parameter, read_parameters
from ..gateway.routes import Route
from ..publishing.definition import Definition
from .asking import platforms_parameters

# Of these a body is read. DELETE's is too, but proxies and libraries lose it.
BODIES: Final = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class Placed:
    """A parameter where it is best given; `or_query` when the query does as well as the body."""

    parameter: Parameter
    place: Location
    or_query: bool = False

    @property
    def name(self) -> str:
        """What it is called there."""
        parameter = self.parameter
        if self.place is not Location.HEADER:
            return parameter.name
        return parameter.header or parameter.name.replace("_", "-")

    @property
    def is_required(self) -> bool:
        """Whether a call without it is refused."""
        return self.parameter.required and self.parameter.default is None


def placed_parameters(route: Route) -> tuple[Placed, ...]:
    """Every parameter that a call can bring: those of the path first, the platform's last."""
    declared = declared_parameters(route.definition)
    return (
        *declared,
        *(
            Placed(one, Location.QUERY if one.header is None else Location.HEADER)
            for one in platforms_parameters(route)
        ),
    )


def declared_parameters(definition: Definition) -> tuple[Placed, ...]:
    """Those that the author declared."""
    parameters, _ = read_parameters(definition.params)
    placed = [_placed(parameter, definition.method) for parameter in parameters]
    reads_body = definition.method != "GET"
    return tuple(
        sorted(
            (one for one in placed if reads_body or one.place is not Location.BODY),
            key=lambda one: one.place is not Location.PATH,
        )
    )


def takes_anything(definition: Definition) -> bool:
    """Whether it takes whatever is sent: a script that declares nothing."""
    return (
        definition.engine == "script"
        and definition.unknown_params == "ignore"
        and all(one.place is Location.PATH for one in declared_parameters(definition))
    )


def _placed(parameter: Parameter, method: str) -> Placed:
    if parameter.location is not None:
        return Placed(parameter, parameter.location)
    has_body = method in BODIES
    return Placed(parameter, Location.BODY if has_body else Location.QUERY, or_query=has_body)
