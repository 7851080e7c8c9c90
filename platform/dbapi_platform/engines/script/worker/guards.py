"""What every read and every write of an attribute goes through while a script runs."""

import _string  # type: ignore[import-not-found]  # the parser that str.format itself uses
import functools
import operator
import re
import string
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import (
    AsyncGeneratorType,
    BuiltinFunctionType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    GenericAlias,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    NoneType,
    TracebackType,
    UnionType,
)
from typing import Any, Final
from uuid import UUID

from .policy import is_hidden

# Objects through which the interpreter itself can be reached: no read ever answers one.
_INNER: Final = (ModuleType, CodeType, FrameType, TracebackType, CoroutineType, AsyncGeneratorType)
# They answer for another object, whose attributes the guard would not know for what they are.
_STAND_INS: Final = (GenericAlias, MethodType, UnionType)
_BUILTIN_METHODS: Final = frozenset({BuiltinFunctionType, MethodDescriptorType})
# What of a class leads to others, or changes what other classes are taken for.
_OF_TYPES: Final = frozenset({"mro", "register"})
# What an exception tells of the code that raised it, or lets be changed in it.
_OF_EXCEPTIONS: Final = frozenset({"obj", "with_traceback", "exceptions", "derive", "split"})
_CONTAINERS: Final = frozenset({dict, list, bytearray, Counter, OrderedDict, defaultdict, deque})
_ABSENT: Final = object()
_IN_PLACE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+=": operator.iadd,
    "-=": operator.isub,
    "*=": operator.imul,
    "/=": operator.itruediv,
    "//=": operator.ifloordiv,
    "%=": operator.imod,
    "**=": operator.ipow,
    "<<=": operator.ilshift,
    ">>=": operator.irshift,
    "|=": operator.ior,
    "^=": operator.ixor,
    "&=": operator.iand,
    "@=": operator.imatmul,
}


class ScriptClass(type):
    """The metaclass of every class that a script defines; their objects may be changed."""

    def __new__(cls, name: str, bases: tuple[type, ...], members: dict[str, Any]) -> "ScriptClass":
        """Raises TypeError for a text or a number that decides itself what it equals.

        The library keeps what it worked out by such keys, and the next call would be answered
        from there.
        """
        made = super().__new__(cls, name, bases, members)
        if not members.keys().isdisjoint(("__eq__", "__hash__")) and any(
            map(_is_value, made.__mro__)
        ):
            raise TypeError(f"{name} is a built-in value: it cannot have an __eq__ or __hash__")
        return made


def _is_value(base: type) -> bool:
    is_own = isinstance(base, ScriptClass) or base is object
    return not is_own and not issubclass(base, BaseException)


class SafeFormatter(string.Formatter):
    """`str.format` whose fields read attributes through the guard."""

    def get_field(
        self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> tuple[Any, Any]:
        """`{0.name[key]}`, one step after the other."""
        first, rest = _split(field_name)
        found = self.get_value(first, args, kwargs)
        for is_attribute, name in rest:
            found = read(found, name) if is_attribute else found[name]
        return found, first


def _split(field_name: str) -> tuple[int | str, Any]:
    found: tuple[int | str, Any] = _string.formatter_field_name_split(field_name)
    return found


def read(subject: Any, name: str, default: Any = _ABSENT) -> Any:
    """The guarded `getattr`. Raises AttributeError for what no script may see."""
    if type(name) is not str:
        raise TypeError("an attribute's name is a text")
    if is_hidden(name) or isinstance(subject, _STAND_INS) or _is_of_a_type(subject, name):
        raise AttributeError(f"'{name}' cannot be read by a script")
    if name in _OF_EXCEPTIONS and isinstance(subject, BaseException | super):
        return _of_exception(subject, name)
    found = getattr(subject, name) if default is _ABSENT else getattr(subject, name, default)
    if isinstance(found, _INNER):
        raise AttributeError(f"'{name}' cannot be read by a script")  # noqa: TRY004
    if type(found) in _BUILTIN_METHODS and found.__name__ in _FORMATS:
        return _safe_format(found)
    return found


def _is_of_a_type(subject: Any, name: str) -> bool:
    return name in _OF_TYPES and isinstance(subject, type)


def _of_exception(subject: Any, name: str) -> Any:
    """Only what the script itself has put there."""
    own = {} if isinstance(subject, super) else vars(subject)
    if name not in own:
        raise AttributeError(f"'{name}' cannot be read by a script")
    return own[name]


def _safe_format(found: Any) -> Any:
    """For `str.format` and `str.format_map`, by whichever way a script came by them."""
    owner = found.__self__ if isinstance(found, BuiltinFunctionType) else None
    if isinstance(owner, str):
        text = str.__str__(owner)
        return functools.partial(_FORMATS[found.__name__], text)
    if owner is None and found.__objclass__ is str:
        return _FORMATS[found.__name__]
    return found


def _format(text: str, *args: Any, **kwargs: Any) -> str:
    return SafeFormatter().vformat(str.__str__(text), args, kwargs)


def _format_map(text: str, mapping: Mapping[str, Any]) -> str:
    return SafeFormatter().vformat(str.__str__(text), (), mapping)


def writable(subject: Any) -> Any:
    """The object itself, if a script may change it. Raises TypeError."""
    kind = type(subject)
    if kind in _CONTAINERS or type(kind) is ScriptClass or kind is ScriptClass:
        return subject
    raise TypeError(f"a {kind.__name__} cannot be changed")


def write(subject: Any, name: str, value: Any) -> None:
    """The guarded `setattr`."""
    if type(name) is not str or is_hidden(name):
        raise AttributeError(f"{name!r} cannot be set by a script")
    setattr(writable(subject), name, value)


def delete(subject: Any, name: str) -> None:
    """The guarded `delattr`."""
    if type(name) is not str or is_hidden(name):
        raise AttributeError(f"{name!r} cannot be deleted by a script")
    delattr(writable(subject), name)


def has(subject: Any, name: str) -> bool:
    """The guarded `hasattr`."""
    try:
        read(subject, name)
    except AttributeError:
        return False
    return True


def add_to_item(sign: str, subject: Any, key: Any, value: Any) -> None:
    """`subject[key] += value`."""
    writable(subject)[key] = _IN_PLACE[sign](subject[key], value)


def add_to_attribute(sign: str, subject: Any, name: str, value: Any) -> None:
    """`subject.name += value`."""
    write(subject, name, _IN_PLACE[sign](read(subject, name), value))


def name_of(subject: Any) -> str:
    """`subject.__name__` of a function or a class."""
    if isinstance(subject, type | FunctionType | BuiltinFunctionType | MethodType):
        return str(subject.__name__)
    raise AttributeError(f"a {type(subject).__name__} has no __name__")


def type_of(subject: Any) -> type:
    """`type` with one argument, of what is plain or of a script's own class.

    Others could be called, or subclassed, to get around the guard: `type` itself, those of
    functions, methods and generators, and the platform's own.
    """
    kind = type(subject)
    if kind in _PLAIN_TYPES or type(kind) is ScriptClass or issubclass(kind, Exception):
        return kind
    raise TypeError(f"type() of a {kind.__name__} is not there in scripts")


_PLAIN_TYPES: Final = _CONTAINERS | frozenset(
    {
        NoneType, bool, int, float, complex, str, bytes, tuple, set, frozenset, range, slice,
        Decimal, date, datetime, time, timedelta, timezone, UUID, re.Pattern, re.Match,
    }
)  # fmt: skip
_FORMATS: Final[Mapping[str, Callable[..., str]]] = {"format": _format, "format_map": _format_map}
GUARDS: Final[Mapping[str, Any]] = {
    "_getattr_": read,
    "_write_": writable,
    "_add_to_item_": add_to_item,
    "_add_to_attribute_": add_to_attribute,
    "_name_": name_of,
    "_ScriptClass_": ScriptClass,
}
