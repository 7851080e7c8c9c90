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
from .policy import ScriptPolicy

_LINE: Final = re.compile(r"^Line (\d+|None): (.*)$", re.DOTALL)
_SYNTAX: Final = re.compile(
    r"^(?:SyntaxError|IndentationError|TabError): (.*?)(?: at statement: .*)?$", re.DOTALL
)
_HINTS: Final = {
    "AsyncFunctionDef": "async functions are not there in scripts",
    "Await": "await is not there in scripts",
    "AsyncFor": "async for is not there in scripts",
    "AsyncWith": "async with is not there in scripts",
    "TryStar": "except* is not there in scripts",
    "TypeAlias": "type aliases are not there in scripts",
    "TypeVar": "type parameters are not there in scripts",
}

Problem = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Source:
    """A text and where it comes from: `content`, `transform`, `macros.NAME`…"""

    where: str
    text: str


class CannotCompile(Exception):
    """The source breaks a rule; `problems` are messages with their lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0][0])
        self.problems = problems


def compile_source(source: Source) -> CodeType:
    """Raises CannotCompile."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = compile_restricted_exec(source.text, source.where, policy=ScriptPolicy)
    except (SyntaxError, ValueError) as error:
        message = getattr(error, "msg", None) or str(error)
        raise CannotCompile([(message, getattr(error, "lineno", None))]) from None
    except (RecursionError, MemoryError):
        raise CannotCompile([("is nested too deeply", None)]) from None
    if result.code is None:
        raise CannotCompile([_problem(text) for text in result.errors])
    return result.code


def _problem(text: str) -> Problem:
    match = _LINE.match(text)
    if match is None:
        return text, None
    line = None if match[1] == "None" else int(match[1])
    message = match[2]
    if syntax := _SYNTAX.match(message):
        message = f"is not Python: {syntax[1]}"
    elif message.endswith("statements are not allowed."):
        kind = message.split(" ", 1)[0]
        message = _HINTS.get(kind, f"{kind} is not there in scripts")
    return message.replace("invalid variable name", "impossible name").rstrip("."), line


def names_of(source: Source) -> tuple[list[str], list[str]]:
    """The names that the text defines at its top, and all that it reads."""
    tree = ast.parse(source.text)
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


def missing_modules(source: Source, modules: Collection[str]) -> list[list[Any]]:
    """Problems with imports of what is not there: told before the line runs."""
    problems: list[list[Any]] = []
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            wanted = [node.module or "."]
        else:
            continue
        problems += [
            [no_module(name, modules), node.lineno] for name in wanted if name not in modules
        ]
    return problems


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
