"""Values that a call might give: the author's own, or one that the declaration allows.

What runs and tests were given is not told: it may be somebody's name or number.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from ..engines.parameters import Parameter, ParameterType, dump_parameters

_MADE: Final[Mapping[ParameterType, object]] = {
    ParameterType.STRING: "text",
    ParameterType.INTEGER: 1,
    ParameterType.NUMBER: 1.5,
    ParameterType.BOOLEAN: True,
    ParameterType.DATE: date(2026, 1, 31),
    ParameterType.DATETIME: datetime(2026, 1, 31, 12, tzinfo=UTC),
    ParameterType.UUID: "123e4567-e89b-42d3-a456-426614174000",
    ParameterType.OBJECT: {},
}
_OF_FORMAT: Final[Mapping[str, str]] = {
    "email": "name@example.com",
    "hostname": "www.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://www.example.com/",
}
# Longer ones are no help to anybody who reads.
_LONGEST: Final = 60


def chosen(parameter: Parameter) -> object | None:
    """What the declaration says may be given, as JSON; None when it names no value."""
    told = dump_parameters((parameter,))[parameter.name]
    for key in ("example", "default"):
        if key in told:
            return _json(told[key])
    if "enum" in told:
        first = _json(told["enum"][0])
        return [first] if parameter.type is ParameterType.ARRAY else first
    return None


def is_given(parameter: Parameter) -> bool:
    """Whether the author named a value; one of several that are possible is no such choice."""
    return parameter.example is not None or parameter.default is not None


def example_of(parameter: Parameter) -> object:
    """A value of the parameter's type: the one that was chosen, or one made up.

    One that is made up is within the declared limits, but for a pattern or a function.
    """
    found = chosen(parameter)
    if found is not None:
        return found
    if parameter.type is ParameterType.ARRAY:
        element = Parameter("element", type=parameter.items or ParameterType.STRING)
        count = max(1, min(parameter.min_length or 1, _LONGEST))
        return [_text(parameter) or example_of(element)] * count
    return _text(parameter) or _json(_within(parameter, _MADE[parameter.type]))


def is_sound(parameter: Parameter) -> bool:
    """Whether the example is sure to be one: what a made-up text matches is not known."""
    is_odd = parameter.pattern or parameter.options or parameter.validate
    return chosen(parameter) is not None or not (is_odd or (parameter.min_length or 0) > _LONGEST)


def _text(parameter: Parameter) -> str | None:
    if parameter.format:
        return _OF_FORMAT[parameter.format]
    if parameter.type is not ParameterType.STRING:
        return None
    least, most = parameter.min_length or 0, parameter.max_length
    text = "text" * (1 + min(least, _LONGEST) // 4)
    return text[: max(least, 4)] if most is None else text[: max(least, min(most, 4))]


def _within(parameter: Parameter, value: object) -> object:
    """The value, or the limit that it breaks."""
    if parameter.problem(value) is None:
        return value
    return parameter.minimum if parameter.minimum is not None else parameter.maximum


def _json(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return value
