"""How parameters are declared in a cell, and every way that a declaration can be wrong."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from .coercion import COERCERS, Coercer, Mismatch, ParameterType, coercer, comparable, shown
from .errors import Code, DefinitionProblem, InvalidDefinition
from .texts import FORMATS, BadPattern, matcher

KEYS = (
    "type", "in", "required", "default", "example", "description", "enum", "minimum", "maximum",
    "min_length", "max_length", "pattern", "format", "items", "header", "options", "validate",
)  # fmt: skip
# Names that templates and scripts have a meaning for already.
RESERVED = frozenset(
    {
        "client", "range", "dict", "namespace", "loop", "caller", "varargs", "kwargs", "self",
        "true", "false", "none", "True", "False", "None", "and", "or", "not", "in", "is", "if",
        "else",
    }
)  # fmt: skip
ORDERED = frozenset(
    {ParameterType.INTEGER, ParameterType.NUMBER, ParameterType.DATE, ParameterType.DATETIME}
)
SIZED = frozenset({ParameterType.STRING, ParameterType.ARRAY})


class Location(StrEnum):
    """Where a parameter is taken from."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; a location of None is from the query, else from the body.

    `example` is told to callers and nothing else. `options` is a query whose first column lists
    the values there are, `validate` a script with `validate(value, params)`.
    """

    name: str
    type: ParameterType = ParameterType.STRING
    location: Location | None = None
    required: bool = False
    default: object = None
    example: object = None
    description: str | None = None
    enum: tuple[object, ...] | None = None
    minimum: object = None
    maximum: object = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    format: str | None = None
    items: ParameterType | None = None
    header: str | None = None
    options: str | None = None
    validate: str | None = None

    def problem(self, value: object) -> str | None:
        """What a typed value breaks of the declared limits."""
        if self.enum is not None:
            for element in value if isinstance(value, list) else (value,):
                if element not in self.enum:
                    known = ", ".join(str(word) for word in self.enum)
                    return f"expected one of {known}, got {shown(element)}"
        if self.minimum is not None and comparable(value) < comparable(self.minimum):  # type: ignore[operator]
            return f"expected {self.minimum} or more, got {value}"
        if self.maximum is not None and comparable(value) > comparable(self.maximum):  # type: ignore[operator]
            return f"expected {self.maximum} or less, got {value}"
        return self._length_problem(value) or self._text_problem(value)

    def _length_problem(self, value: object) -> str | None:
        if self.min_length is None and self.max_length is None:
            return None
        length = len(value)  # type: ignore[arg-type]
        what = "elements" if self.type is ParameterType.ARRAY else "characters"
        if self.min_length is not None and length < self.min_length:
            return f"expected at least {self.min_length} {what}, got {length}"
        if self.max_length is not None and length > self.max_length:
            return f"expected at most {self.max_length} {what}, got {length}"
        return None

    def _text_problem(self, value: object) -> str | None:
        if self.pattern is None and self.format is None:
            return None
        texts: list[str] = value if isinstance(value, list) else [value]  # type: ignore[list-item]
        for text in texts:
            if self.pattern is not None and not matcher(self.pattern)(text):
                return f"expected a text that matches {self.pattern}, got {shown(text)}"
            if self.format is not None and not FORMATS[self.format](text):
                return f"expected a text of the format {self.format}, got {shown(text)}"
        return None

    @property
    def is_limited(self) -> bool:
        """Whether there is anything that `problem` would look at."""
        limits = (
            self.enum, self.minimum, self.maximum, self.min_length, self.max_length,
            self.pattern, self.format,
        )  # fmt: skip
        return any(limit is not None for limit in limits)


def is_name(name: str) -> bool:
    """Whether a parameter may have the name."""
    is_plain = name.isidentifier() and name.isascii() and not name.startswith("_")
    return is_plain and name not in RESERVED


def parse_parameters(raw: Mapping[str, object]) -> tuple[Parameter, ...]:
    """Parameters from `{name: {type: …}}`. Raises InvalidDefinition, naming every problem."""
    parameters, problems = read_parameters(raw)
    if problems:
        raise InvalidDefinition(problems)
    return parameters


def read_parameters(
    raw: Mapping[str, object],
) -> tuple[tuple[Parameter, ...], tuple[DefinitionProblem, ...]]:
    """The parameters that are declared soundly, and what is wrong with the others."""
    readings = [_Reading(name, fields) for name, fields in raw.items()]
    parameters = [(reading, reading.parameter()) for reading in readings]
    return (
        tuple(parameter for reading, parameter in parameters if not reading.problems),
        tuple(problem for reading in readings for problem in reading.problems),
    )


def dump_parameters(parameters: tuple[Parameter, ...]) -> dict[str, dict[str, Any]]:
    """The same as plain JSON, only what is not the default, in a fixed order."""
    return {parameter.name: dict(_dump(parameter)) for parameter in parameters}


def _dump(parameter: Parameter) -> Iterator[tuple[str, Any]]:
    yield "type", str(parameter.type)
    if parameter.location:
        yield "in", str(parameter.location)
    if parameter.required:
        yield "required", True
    for key in KEYS[3:]:
        value = getattr(parameter, key)
        if value is not None:
            yield key, _plain(value)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID | StrEnum):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple):
        return [_plain(element) for element in value]
    return value


class _Reading:
    """One declaration, read to its end however many problems it has."""

    def __init__(self, name: str, fields: object) -> None:
        self.problems: list[DefinitionProblem] = []
        self._name = name
        if not is_name(name):
            hint = "letters, digits and _, not first a _ or a digit, and not a reserved word"
            self._wrong("", "is not a possible name", hint)
        if isinstance(fields, str):
            fields = {"type": fields}
        elif not isinstance(fields, Mapping):
            self._wrong("", "expected a mapping such as {type: integer}")
            fields = {}
        self._fields = fields
        for key in fields:
            if key not in KEYS:
                self._wrong(str(key), "is not known", _near(str(key), KEYS))

    def parameter(self) -> Parameter:
        """The parameter; of use only when there is no problem."""
        parameter = Parameter(
            self._name,
            type=self._word("type", ParameterType) or ParameterType.STRING,
            location=self._word("in", Location),
            required=self._flag("required"),
            description=self._text("description"),
            items=self._word("items", ParameterType),
            header=self._text("header"),
            min_length=self._size("min_length"),
            max_length=self._size("max_length"),
            pattern=self._pattern(),
            format=self._format(),
            options=self._text("options"),
            validate=self._text("validate"),
        )
        self._check(parameter)
        return self._with_values(parameter) if not self.problems else parameter

    def _check(self, parameter: Parameter) -> None:
        """What does not fit together."""
        type_ = parameter.type
        if parameter.items and type_ is not ParameterType.ARRAY:
            self._wrong("items", "is for arrays only")
        if parameter.items in {ParameterType.ARRAY, ParameterType.OBJECT}:
            self._wrong("items", "expected a type of single values")
        if parameter.header is not None and parameter.location is not Location.HEADER:
            self._wrong("header", "is for parameters from a header", "write in: header")
        for key in ("min_length", "max_length"):
            if self._given(key) and type_ not in SIZED:
                self._wrong(key, "is for strings and arrays only")
        for key in ("pattern", "format"):
            if self._given(key) and ParameterType.STRING not in {type_, parameter.items}:
                self._wrong(key, "is for strings, and for arrays with items: string")
        for key in ("minimum", "maximum"):
            if self._given(key) and type_ not in ORDERED:
                self._wrong(key, f"is not for the type {type_}")
        enum = self._fields.get("enum")
        if enum is not None and (not isinstance(enum, list | tuple) or not enum):
            self._wrong("enum", "expected a list of values")

    def _with_values(self, parameter: Parameter) -> Parameter:
        """With the fields whose type is the parameter's own."""
        is_array = parameter.type is ParameterType.ARRAY
        item = COERCERS[parameter.items] if is_array and parameter.items else None
        coerce = coercer(parameter.type, parameter.items)
        enum = self._fields.get("enum")
        words = enum if isinstance(enum, list | tuple) else ()
        each = (item or (lambda value: value)) if is_array else coerce
        parameter = replace(
            parameter,
            enum=tuple(self._value("enum", word, each) for word in words) or None,
            minimum=self._value("minimum", self._fields.get("minimum"), coerce),
            maximum=self._value("maximum", self._fields.get("maximum"), coerce),
        )
        default = self._limited("default", parameter, coerce)
        return replace(
            parameter, default=default, example=self._limited("example", parameter, coerce)
        )

    def _limited(self, key: str, parameter: Parameter, coerce: Coercer) -> object:
        """A value that a call might give."""
        value = self._value(key, self._fields.get(key), coerce)
        if value is not None and not self.problems and (wrong := parameter.problem(value)):
            self._wrong(key, wrong)
        return value

    def _value(self, key: str, value: object, coerce: Coercer) -> object:
        if value is None:
            return None
        try:
            return coerce(value)
        except Mismatch as mismatch:
            self._wrong(key, str(mismatch))
            return None

    def _word(self, key: str, words: type[Any]) -> Any:
        value = self._fields.get(key)
        if value is None:
            return None
        known = [str(word) for word in words]
        if not isinstance(value, str) or value not in known:
            expected = f"expected one of {', '.join(known)}, got {value!r}"
            self._wrong(key, expected, _near(str(value), known))
            return None
        return words(value)

    def _flag(self, key: str) -> bool:
        value = self._fields.get(key)
        if value is not None and not isinstance(value, bool):
            self._wrong(key, f"expected true or false, got {value!r}")
        return value is True

    def _text(self, key: str) -> str | None:
        value = self._fields.get(key)
        if isinstance(value, str):
            return value
        if value is not None:
            self._wrong(key, f"expected text, got {value!r}")
        return None

    def _pattern(self) -> str | None:
        pattern = self._text("pattern")
        if pattern is None:
            return None
        try:
            matcher(pattern)
        except BadPattern as problem:
            self._wrong("pattern", f"is not a pattern: {problem}")
        return pattern

    def _format(self) -> str | None:
        found = self._text("format")
        if found is not None and found not in FORMATS:
            expected = f"expected one of {', '.join(FORMATS)}, got {found!r}"
            self._wrong("format", expected, _near(found, tuple(FORMATS)))
        return found

    def _size(self, key: str) -> int | None:
        value = self._fields.get(key)
        if type(value) is int and value >= 0:
            return value
        if value is not None:
            self._wrong(key, f"expected a whole number from 0, got {value!r}")
        return None

    def _given(self, key: str) -> bool:
        return self._fields.get(key) is not None

    def _wrong(self, key: str, message: str, hint: str | None = None) -> None:
        field = f"params.{self._name}" + (f".{key}" if key else "")
        code = Code.INVALID_DECLARATION
        self.problems.append(DefinitionProblem(field, message, hint=hint, code=code))


def _near(word: str, known: Sequence[str]) -> str | None:
    near = difflib.get_close_matches(word, known, 1)
    return f"did you mean '{near[0]}'?" if near else None
