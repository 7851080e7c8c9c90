"""What every read and every write of an attribute goes through while a script runs."""

import _string  # type: ignore[import-not-found]  # the parser that str.format itself uses
import operator
import string
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from types import (
    AsyncGeneratorType,
    BuiltinFunctionType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    MethodType,
    ModuleType,
    TracebackType,
)
from typing import Any, Final

from .policy import is_hidden

# Objects through which the interpreter itself can be reached: no read ever answers one.
_INNER: Final = (ModuleType, CodeType, FrameType, TracebackType, CoroutineType, AsyncGeneratorType)
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
    if is_hidden(name):
        raise AttributeError(f"'{name}' cannot be read by a script")
    if name in {"format", "format_map"} and _is_text(subject):
        return _format_of(subject, name)
    if isinstance(subject, BaseException) and name in _OF_EXCEPTIONS:
        own = vars(subject)
        if name not in own:
            raise AttributeError(f"'{name}' cannot be read by a script")
        return own[name]
    if name == "mro" and isinstance(subject, type):
        raise AttributeError("'mro' cannot be read by a script")
    found = getattr(subject, name) if default is _ABSENT else getattr(subject, name, default)
    if isinstance(found, _INNER):
        raise AttributeError(f"'{name}' cannot be read by a script")  # noqa: TRY004
    return found


def _is_text(subject: Any) -> bool:
    return isinstance(subject, str) or (isinstance(subject, type) and issubclass(subject, str))


def _format_of(subject: Any, name: str) -> Callable[..., str]:
    def format_(text: str, *args: Any, **kwargs: Any) -> str:
        return SafeFormatter().vformat(str.__str__(text), args, kwargs)

    def format_map(text: str, mapping: Mapping[str, Any]) -> str:
        return SafeFormatter().vformat(str.__str__(text), (), mapping)

    function: Callable[..., str] = format_ if name == "format" else format_map
    if isinstance(subject, type):
        return function
    return lambda *args, **kwargs: function(subject, *args, **kwargs)


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
    """`type` with one argument, of what is no class: `type` itself could make any class."""
    if isinstance(subject, type):
        raise TypeError("type() of a class is not there in scripts")
    return type(subject)


GUARDS: Final[Mapping[str, Any]] = {
    "_getattr_": read,
    "_write_": writable,
    "_add_to_item_": add_to_item,
    "_add_to_attribute_": add_to_attribute,
    "_name_": name_of,
    "_ScriptClass_": ScriptClass,
}
