"""The parameters of an endpoint: declared, checked, and bound for every call."""

from .binder import Binder, Sources
from .coercion import ParameterType
from .declaration import (
    Location,
    Parameter,
    dump_parameters,
    parse_parameters,
    read_parameters,
)

__all__ = [
    "Binder",
    "Location",
    "Parameter",
    "ParameterType",
    "Sources",
    "dump_parameters",
    "parse_parameters",
    "read_parameters",
]
