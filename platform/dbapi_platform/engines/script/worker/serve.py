"""A worker's life: one call after the other, until the platform hangs up."""

import ast
import gc
import inspect
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType
from typing import Any, Final

import msgspec

from .builtin_names import builtin_names
from .channel import Channel
from .context import Log, context_of
from .facades import MODULES, Facade
from .failures import failure_of
from .programs import (
    CannotCompile,
    Problem,
    Programs,
    Source,
    compile_source,
    missing_modules,
    names_of,
)
from .wire import OUT_OF_MEMORY

# What a collection frees may have left something behind itself.
_ROUNDS: Final = 3


def serve(descriptor: int, extra: Mapping[str, Facade]) -> None:
    """Answer calls. Returns when there will be no more."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    channel = Channel(descriptor)
    worker = Worker(channel, extra)
    # So that a collection looks at nothing but what a call has made.
    gc.freeze()
    while True:
        try:
            message = channel.receive()
        except EOFError:
            return
        worker.answer(*message)


class Worker:
    """What lasts from one call to the next: compiled code, and names that nobody can change."""

    def __init__(self, channel: Channel, extra: Mapping[str, Facade]) -> None:
        self._channel = channel
        self._programs = Programs()
        self._log = Log(channel)
        self._scope: dict[str, Any] = {}
        self._modules = modules = {**MODULES, **extra}
        builtins = builtin_names(modules, lambda text: self._log.write("info", text))
        self._names = {
            "__builtins__": builtins,
            **module_names(modules),
            **{name: facade for name, facade in extra.items() if name.isidentifier()},
            **context_of(channel, self._log),
        }
        self._test_names = {**self._names, "call": _caller(channel)}

    def answer(self, what: str, *arguments: Any) -> None:
        """One message of the platform."""
        if what == "check":
            found = [_checked(Source(*source), self._modules) for source in arguments[0]]
            self._channel.send("checked", found)
        else:
            self._run(*arguments)

    def _run(
        self,
        number: int,
        sources: list[tuple[str, str]] | None,
        entry: str,
        arguments: Mapping[str, Any],
        cpu_s: float,
        max_bytes: int,
    ) -> None:
        self._log.reset()
        # The kernel's default for this signal ends the process, whatever the script catches.
        signal.setitimer(signal.ITIMER_PROF, cpu_s)
        old = gc.get_count()[2]
        message = self._outcome(number, sources, entry, arguments, max_bytes)
        # What the script left behind ends here, on its own time, and not in a later call. Its
        # functions and their names hold each other, which a collection would have to find.
        self._scope.clear()
        # Nothing of it has grown old, unless the collector ran in between; a whole collection
        # costs 30 microseconds more.
        generation = 1 if gc.get_count()[2] == old else 2
        is_clean = any(gc.collect(generation) == 0 for _ in range(_ROUNDS))
        signal.setitimer(signal.ITIMER_PROF, 0)
        try:
            # Who leaves behind what leaves something behind: nobody else is to meet that.
            self._channel.send(*message, is_clean)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)

    def _outcome(
        self,
        number: int,
        sources: list[tuple[str, str]] | None,
        entry: str,
        arguments: Mapping[str, Any],
        max_bytes: int,
    ) -> tuple[Any, ...]:
        """What is sent: nothing of the script's is left in it."""
        try:
            if sources is not None:
                self._programs.add(number, [Source(*source) for source in sources])
            elif not self._programs.knows(number):
                return ("unknown",)
            result = self._result(number, entry, arguments)
            body = _encoder.encode(result)
        except CannotCompile as error:
            return ("failed", failure_of(error, frozenset()))
        except BaseException as error:  # noqa: BLE001 - a script may raise whatever it likes
            return ("failed", failure_of(error, self._programs.sources_of(number)))
        if len(body) > max_bytes:
            return ("output", len(body))
        return ("result", body, _count(result))

    def _result(self, number: int, entry: str, arguments: Mapping[str, Any]) -> Any:
        names = self._test_names if entry == "test" else self._names
        self._scope = scope = {**names, **arguments}
        self._programs.run(number, scope)
        match entry:
            case "execute":
                function = scope.get("execute")
                if function is None:
                    return scope.get("result")
                return _called(function, arguments["params"])
            case "transform":
                return _transformed(scope, arguments)
            case "validate":
                return _validated(scope["validate"], arguments)
        return _tested(scope)


def _called(function: Callable[..., Any], *arguments: Any) -> Any:
    """The function with as many of these as it takes."""
    if isinstance(function, FunctionType):
        wanted = function.__code__.co_argcount
        if not function.__code__.co_flags & inspect.CO_VARARGS:
            arguments = arguments[:wanted]
    return function(*arguments)


def _transformed(scope: dict[str, Any], arguments: Mapping[str, Any]) -> Any:
    """`transform(result, params)`, or what the text made of `result`."""
    function = scope.get("transform")
    if function is None:
        return scope["result"]
    return _called(function, arguments["result"], arguments["params"])


def _validated(function: Callable[..., Any], arguments: Mapping[str, Any]) -> str | None:
    """What is wrong: the function's own words, or that it said no."""
    try:
        answer = _called(function, arguments["value"], arguments["params"])
    except (ValueError, AssertionError) as error:
        return str(error) or "is not valid"
    if answer is False:
        return "is not valid"
    return answer if isinstance(answer, str) else None


def _tested(scope: dict[str, Any]) -> None:
    for name, found in list(scope.items()):
        if name.startswith("test") and isinstance(found, FunctionType):
            _called(found)


class Answer:
    """What an endpoint answered to a test."""

    __slots__ = ("data", "envelope", "message", "status", "success")

    def __init__(self, status: int, envelope: dict[str, Any]) -> None:
        self.status = status
        self.envelope = envelope
        self.data = envelope.get("data")
        self.message = envelope.get("message")
        self.success = envelope.get("success")

    @property
    def rows(self) -> Any:
        """The same as `data`."""
        return self.data

    def __repr__(self) -> str:
        return f"<answer {self.status}: {self.message or self.data!r}>"


def _caller(channel: Channel) -> Callable[..., Answer]:
    def call(**params: Any) -> Answer:
        """The draft's answer to these parameters."""
        return Answer(*channel.ask("call", {name: _sent(value) for name, value in params.items()}))

    return call


def _sent(value: Any) -> Any:
    return msgspec.json.decode(_encoder.encode(value))


def _count(result: Any) -> int | None:
    """How many rows an answer has, for the records."""
    rows = result.get("data") if isinstance(result, dict) else result
    return len(rows) if isinstance(rows, list | tuple) else None


def _checked(source: Source, modules: Mapping[str, Facade]) -> dict[str, Any]:
    """Its problems; and, of what can be read at all, the names in it."""
    problems: list[Problem] = []
    try:
        compile_source(source)
    except CannotCompile as error:
        problems += error.problems
    if any(problem.kind != "refused" for problem in problems):
        return {"problems": [problem.plain() for problem in problems]}
    tree = ast.parse(source.text)
    problems += missing_modules(source, tree, modules)
    defined, read = names_of(tree)
    return {
        "problems": [problem.plain() for problem in problems], "defined": defined, "read": read,
    }  # fmt: skip


def module_names(modules: Mapping[str, Facade]) -> dict[str, Any]:
    """What scripts find without an import."""
    found = {name: modules[name] for name in ("json", "math", "re", "uuid")}
    of_dates = vars(modules["datetime"])
    classes = {name: of_dates[name] for name in ("datetime", "date", "time", "timedelta")}
    return {**found, **classes, "Decimal": vars(modules["decimal"])["Decimal"]}


def _plain(value: Any) -> Any:
    """What JSON has no word for. Raises TypeError."""
    if isinstance(value, list | tuple | dict | set | frozenset):
        raise TypeError("a key of an object is a text or a number")
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"a value of type {type(value).__name__} cannot be written as JSON")


_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=_plain)
