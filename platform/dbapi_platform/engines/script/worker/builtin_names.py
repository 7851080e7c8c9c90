"""The built-in names of a script: everything that only computes."""

import builtins
from collections.abc import Callable, Mapping
from typing import Any, Final

from . import guards
from .programs import no_module

_PLAIN: Final = (
    "__build_class__", "None", "False", "True", "Ellipsis", "NotImplemented",
    "abs", "all", "any", "ascii", "bin", "bool", "bytearray", "bytes", "callable", "chr",
    "classmethod", "complex", "dict", "divmod", "enumerate", "filter", "float", "format",
    "frozenset", "hash", "hex", "id", "int", "isinstance", "issubclass", "iter", "len", "list",
    "map", "max", "min", "next", "oct", "ord", "pow", "property", "range", "repr", "reversed",
    "round", "set", "slice", "sorted", "staticmethod", "str", "sum", "super", "tuple", "zip",
)  # fmt: skip
# Not those that groups of exceptions, or the interpreter's end, are told by.
_EXCEPTIONS: Final = (
    "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "Exception",
    "FloatingPointError", "ImportError", "IndexError", "KeyError", "LookupError", "MemoryError",
    "NameError", "NotImplementedError", "OSError", "OverflowError", "PermissionError",
    "RecursionError", "RuntimeError", "StopIteration", "TimeoutError", "TypeError",
    "UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError", "ValueError",
    "ZeroDivisionError", "ModuleNotFoundError", "UnboundLocalError", "EOFError", "BufferError",
)  # fmt: skip


_TEXT: Final = frozenset({str, type(None)})


def builtin_names(modules: Mapping[str, object], say: Callable[[str], None]) -> dict[str, Any]:
    """What stands for `__builtins__`; `say` takes what is printed."""
    found = {name: getattr(builtins, name) for name in (*_PLAIN, *_EXCEPTIONS)}
    found["__import__"] = _importer(modules)
    found["print"] = _printer(say)
    found |= {
        "getattr": guards.read,
        "setattr": guards.write,
        "delattr": guards.delete,
        "hasattr": guards.has,
        "type": guards.type_of,
    }
    return found


def _importer(modules: Mapping[str, object]) -> Callable[..., object]:
    def import_(
        name: str,
        _globals: object = None,
        _locals: object = None,
        wanted: tuple[str, ...] | list[str] | None = (),
        level: int = 0,
    ) -> object:
        if type(wanted) is list:
            # Only C asks so, for the other half of `strftime` and its like, and then takes it from
            # where loaded modules are: what it is answered here does not matter.
            return None
        # `import a.b` binds a; `from a.b import c` asks for a.b.
        found = modules.get(name if wanted else name.partition(".")[0])
        if level or found is None or name not in modules:
            raise ImportError(no_module(name, modules))
        return found

    return import_


def _printer(say: Callable[[str], None]) -> Callable[..., None]:
    def print_(
        *values: object,
        sep: str | None = " ",
        end: str | None = "\n",
        file: object = None,
        flush: bool = False,  # noqa: ARG001 - as the built-in one
    ) -> None:
        if file is not None:
            raise TypeError("print() writes to the log only: file= is not there")
        if type(sep) not in _TEXT or type(end) not in _TEXT:
            raise TypeError("sep and end are texts")
        text = (" " if sep is None else sep).join(map(str, values))
        say(text + ("" if end is None or end == "\n" else end))

    return print_
