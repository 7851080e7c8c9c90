"""Binding: the raw values of one call to typed parameters, all problems in one answer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .coercion import ElementMismatch, Mismatch, ParameterType, check_texts, coercer
from .declaration import Location, Parameter
from .errors import InvalidParameters, ParameterProblem

ABSENT = object()
# So many unknown names are told; nobody reads more.
MAX_UNKNOWN = 20
# What a query may say to the platform itself, unless a parameter has the name.
PLATFORM_WORDS = frozenset({"naming", "format", "version"})


# Not frozen: made in every call, and to freeze it would take most of the time of that.
@dataclass(slots=True)
class Sources:
    """What a call brings; header names are in lower case."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] = field(default_factory=dict)


class _Bound:
    """One parameter with its coercer looked up."""

    __slots__ = ("coerce", "default", "limited", "name", "parameter", "take")

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        self.name = parameter.name
        self.default = parameter.default
        self.limited = parameter.is_limited
        self.coerce = coercer(parameter.type, parameter.items)
        self.take = _taker(parameter)

    def value(self, raw: object) -> object:
        """The typed value, the default, or None. Raises Mismatch."""
        if raw is ABSENT or raw is None or (type(raw) is str and not raw.strip()):
            if self.default is not None:
                return self.default
            if self.parameter.required:
                raise Missing
            return None
        value = self.coerce(raw)
        if self.limited and (problem := self.parameter.problem(value)):
            raise OutOfLimits(problem)
        return value


class Missing(Mismatch):
    """A required parameter was not given."""

    def __init__(self) -> None:
        ValueError.__init__(self, "is required")
        self.value = None


class OutOfLimits(Mismatch):
    """A value of the right type breaks a declared limit."""

    def __init__(self, message: str) -> None:
        ValueError.__init__(self, message)
        self.value = None


class Binder:
    """Made once a definition, used for every call.

    With `takes_all` a call's other values come too, as they are: the path before the query, the
    query before the body. `query_names` are the names that mean something in a query: parameters,
    and what speaks to the platform; others are unknown. `reads_headers` tells whether any
    parameter is taken from a header.
    """

    def __init__(
        self,
        parameters: Sequence[Parameter],
        *,
        refuse_unknown: bool = False,
        takes_all: bool = False,
        platform_words: Collection[str] = (),
    ) -> None:
        self._takes_all = takes_all
        self._bound = [_Bound(parameter) for parameter in parameters]
        self._refuse_unknown = refuse_unknown
        self.reads_headers = any(each.location is Location.HEADER for each in parameters)
        self._names = frozenset(parameter.name for parameter in parameters)
        self.query_names = self._names | PLATFORM_WORDS | frozenset(platform_words)

    def bind(self, sources: Sources) -> dict[str, object]:
        """Every parameter by name, None where absent. Raises InvalidParameters."""
        unknown = self._unknown(sources) if self._refuse_unknown else ()
        values = self._all(lambda bound: bound.take(sources), unknown)
        return _others(sources) | values if self._takes_all else values

    def bind_flat(self, values: Mapping[str, object]) -> dict[str, object]:
        """The same from plain values by name, for a debug run; unknown names are refused."""
        unknown = [name for name in values if name not in self._names]
        given = self._all(
            lambda bound: values.get(bound.name, ABSENT), () if self._takes_all else unknown
        )
        return dict(values) | given if self._takes_all else given

    def _all(self, take: Callable[[_Bound], object], unknown: Sequence[str]) -> dict[str, object]:
        problems = [
            ParameterProblem(name[:100], None, "is not a parameter here")
            for name in unknown[:MAX_UNKNOWN]
        ]
        if len(unknown) > MAX_UNKNOWN:
            more = f"is not a parameter here, and neither are {len(unknown) - MAX_UNKNOWN} others"
            problems[-1] = replace(problems[-1], message=more)
        values: dict[str, object] = {}
        for bound in self._bound:
            try:
                values[bound.name] = bound.value(take(bound))
            except Mismatch as mismatch:
                problems.append(_problem(bound.parameter, mismatch))
        if problems:
            raise InvalidParameters(tuple(problems))
        return values

    def _unknown(self, sources: Sources) -> Sequence[str]:
        unknown = [name for name in sources.query if name not in self.query_names]
        unknown += [name for name in sources.body if name not in self._names]
        return list(dict.fromkeys(unknown))


def _others(sources: Sources) -> dict[str, object]:
    """All that came, as it is, but for texts that nothing could keep. Raises InvalidParameters."""
    values = _merged(sources)
    problems = []
    for name, value in values.items():
        try:
            check_texts([name, value])
        except Mismatch as mismatch:
            problems.append(ParameterProblem(name[:100], None, str(mismatch)))
    if problems:
        raise InvalidParameters(tuple(problems[:MAX_UNKNOWN]))
    return values


def _merged(sources: Sources) -> dict[str, object]:
    query = {
        name: given[0] if len(given) == 1 else [*given] for name, given in sources.query.items()
    }
    return {**sources.body, **query, **sources.path}


def _problem(parameter: Parameter, mismatch: Mismatch) -> ParameterProblem:
    name = parameter.name
    if isinstance(mismatch, ElementMismatch):
        name = f"{name}[{mismatch.index}]"
    location = str(parameter.location) if parameter.location else None
    return ParameterProblem(name, location, str(mismatch))


def _taker(parameter: Parameter) -> Callable[[Sources], object]:
    name, is_array = parameter.name, parameter.type is ParameterType.ARRAY
    header = (parameter.header or name.replace("_", "-")).lower()

    def from_query(sources: Sources) -> object:
        given = sources.query.get(name)
        if given is None:
            return ABSENT
        if len(given) == 1:
            return given[0]
        if is_array:
            return list(given)
        raise OutOfLimits(f"expected once, given {len(given)} times")

    def from_body(sources: Sources) -> object:
        return sources.body.get(name, ABSENT)

    def from_either(sources: Sources) -> object:
        found = from_query(sources)
        return from_body(sources) if found is ABSENT else found

    match parameter.location:
        case Location.PATH:
            return lambda sources: sources.path.get(name, ABSENT)
        case Location.HEADER:
            return lambda sources: sources.headers.get(header, ABSENT)
        case Location.QUERY:
            return from_query
        case Location.BODY:
            return from_body
    return from_either
