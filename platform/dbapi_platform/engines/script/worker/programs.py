"""Sources compiled under the policy, checked, and run with names of their own."""

import ast
import re
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any, Final

from RestrictedPython.compile import compile_restricted_exec

from .facades import SCRIPT
from .guards import GUARDS
from .policy import PLACE, ScriptPolicy

_PLACED: Final = re.compile(r"^Line ((?:\d+|None)(?: (?:\d+|None)){3}): (.*)$", re.DOTALL)
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_HINTS: Final = {
    "AsyncFunctionDef": "async functions are not there in scripts",
    "Await": "await is not there in scripts",
    "AsyncFor": "async for is not there in scripts",
    "AsyncWith": "async with is not there in scripts",
    "TryStar": "except* is not there in scripts",
    "TypeAlias": "type aliases are not there in scripts",
    "TypeVar": "type parameters are not there in scripts",
}

# Line, column, end line, end column: from 1, in code points, the end behind the last character.
Place = tuple[int | None, int | None, int | None, int | None]
NOWHERE: Final[Place] = (None, None, None, None)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong; `kind` is `syntax`, `refused`, `module` or `deep`."""

    kind: str
    message: str
    place: Place = NOWHERE

    def plain(self) -> list[Any]:
        """As it is sent."""
        return [self.kind, self.message, *self.place]


@dataclass(frozen=True, slots=True)
class Source:
    """A text and where it comes from: `content`, `transform`, `macros.NAME`…"""

    where: str
    text: str


class CannotCompile(Exception):
    """The source breaks a rule."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


def compile_source(source: Source) -> CodeType:
    """Raises CannotCompile."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source.text, source.where)
            result = compile_restricted_exec(tree, source.where, policy=ScriptPolicy)
    except SyntaxError as error:
        raise CannotCompile([_no_python(source.text, error)]) from None
    except ValueError as error:
        raise CannotCompile([Problem("syntax", str(error))]) from None
    except (RecursionError, MemoryError):
        raise CannotCompile([Problem("deep", "is nested too deeply")]) from None
    if result.code is None:
        lines = _LINE_END.split(source.text)
        raise CannotCompile([_refused(text, lines) for text in result.errors])
    return result.code


def _no_python(text: str, error: SyntaxError) -> Problem:
    """Python counts these columns in characters, from 1; 0 and below are unknown."""
    lines = _LINE_END.split(text)
    line = error.lineno or len(lines)
    start = max(error.offset or 1, 1)
    end_line, end = error.end_lineno or line, error.end_offset or 0
    if end_line < line or (end_line == line and end <= start):
        end_line, end = line, start + 1
    return Problem("syntax", f"is not Python: {error.msg}", (line, start, end_line, end))


def _refused(text: str, lines: Sequence[str]) -> Problem:
    match = _PLACED.match(text)
    if match is None:
        return Problem("refused", text)
    numbers = [None if number == "None" else int(number) for number in match[1].split()]
    message = match[2]
    if message.endswith("statements are not allowed."):
        kind = message.split(" ", 1)[0]
        message = _HINTS.get(kind, f"{kind} is not there in scripts")
    message = message.replace("invalid variable name", "impossible name").rstrip(".")
    return Problem("refused", message, _place(numbers, lines))


def _place(numbers: Sequence[int | None], lines: Sequence[str]) -> Place:
    line, start, end_line, end = numbers
    return line, _column(line, start, lines), end_line, _column(end_line, end, lines)


def _column(line: int | None, offset: int | None, lines: Sequence[str]) -> int | None:
    """Python's trees count columns in bytes of UTF-8, from 0."""
    if line is None or offset is None or line > len(lines):
        return None
    return len(lines[line - 1].encode()[:offset].decode("utf-8", "ignore")) + 1


def names_of(tree: ast.Module) -> tuple[list[str], list[str]]:
    """The names that the text defines at its top, and all that it reads."""
    defined: dict[str, None] = {}
    for statement in tree.body:
        for name in _defined(statement):
            defined[name] = None
    read = {
        node.id: None
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return list(defined), list(read)


def missing_modules(source: Source, tree: ast.Module, modules: Collection[str]) -> list[Problem]:
    """Problems with imports of what is not there: told before the line runs."""
    problems: list[Problem] = []
    lines = _LINE_END.split(source.text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            wanted: list[tuple[str, ast.AST]] = [(alias.name, alias) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            wanted = [(node.module or ".", node)]
        else:
            continue
        problems += [
            Problem("module", no_module(name, modules), _place_of(at, lines))
            for name, at in wanted
            if name not in modules
        ]
    return problems


def _place_of(node: ast.AST, lines: Sequence[str]) -> Place:
    return _place([getattr(node, name, None) for name in PLACE], lines)


def no_module(name: str, modules: Collection[str]) -> str:
    """What is said of a module that scripts cannot import."""
    return f"there is no module '{name}' in scripts; there are {', '.join(sorted(modules))}"


def _defined(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [alias.asname or alias.name.partition(".")[0] for alias in names]
    # Names that are set in branches and loops count too, but not those of functions.
    return [
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


class Programs:
    """Compiled programs by the platform's numbers for them; the oldest go."""

    def __init__(self, capacity: int = 200) -> None:
        self._capacity = capacity
        self._compiled: dict[int, tuple[list[CodeType], frozenset[str]]] = {}

    def add(self, number: int, sources: Sequence[Source]) -> None:
        """Raises CannotCompile."""
        codes = [compile_source(source) for source in sources]
        self._compiled[number] = codes, frozenset(source.where for source in sources)
        if len(self._compiled) > self._capacity:
            del self._compiled[next(iter(self._compiled))]

    def knows(self, number: int) -> bool:
        """Whether it is still there; what is asked for last goes last."""
        found = self._compiled.pop(number, None)
        if found is not None:
            self._compiled[number] = found
        return found is not None

    def run(self, number: int, scope: dict[str, Any]) -> None:
        """Run the sources one after the other with these names, to which they add theirs."""
        scope |= GUARDS
        scope["__name__"] = SCRIPT
        for code in self._compiled[number][0]:
            exec(code, scope)  # noqa: S102 - compiled under the policy

    def sources_of(self, number: int) -> frozenset[str]:
        """Where the program's texts come from."""
        return self._compiled[number][1] if number in self._compiled else frozenset()
