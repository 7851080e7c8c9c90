"""What is sent for a call's statements, and what was learned about sending them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from .errors import QueryFailed
from .postgresql_errors import ServerError
from .postgresql_parameters import TEXT, UNKNOWN, Parameters, dump
from .postgresql_session import traits
from .types import Statement

T = TypeVar("T")
_BEFORE: Final = "SELECT * FROM (\n"
_REMEMBERED: Final = 2000


@dataclass(frozen=True, slots=True)
class Step:
    """One statement as it is sent: `prefix` characters come before the author's text."""

    source: str
    text: str
    parameters: Parameters
    prefix: int
    is_wrapped: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A call.

    `begin` opens its transaction, in order; none for a single statement, which commits itself.
    `is_clean`: the session is afterwards as it was. `is_repeatable`: it only reads.
    """

    steps: tuple[Step, ...]
    begin: tuple[str, ...] = ()
    is_clean: bool = True
    is_repeatable: bool = True


class Planner:
    """Makes plans. Remembers the texts that must be sent in another way than most."""

    def __init__(self, *, read_only: bool) -> None:
        self._read_only = read_only
        self._untyped: set[str] = set()
        self._bare: set[str] = set()
        self._proven: set[tuple[str, tuple[int, ...]]] = set()

    @property
    def transaction(self) -> tuple[str, ...]:
        """What begins a transaction of which nobody knows yet what it will hold."""
        return self._begin(2, is_clean=False)

    def plan(self, statements: Sequence[Statement], max_rows: int) -> Plan:
        """Raises QueryFailed for BEGIN, COMMIT and their like, and for impossible values."""
        found = [traits(statement.text) for statement in statements]
        for number, trait in enumerate(found):
            if trait.transaction:
                raise QueryFailed(
                    "The statements of a call are one transaction already",
                    statement=number,
                    position=1,
                    hint="Leave out BEGIN, COMMIT and ROLLBACK",
                )
        is_clean = all(trait.clean for trait in found)
        return Plan(
            steps=tuple(self._steps(statements, max_rows)),
            begin=self._begin(len(statements), is_clean=is_clean),
            is_clean=is_clean,
            is_repeatable=is_clean and all(statement.is_query for statement in statements),
        )

    def parameters(self, statement: Statement) -> Parameters:
        """Its values as they are sent."""
        parameters = dump(statement.values)
        if self._untyped and statement.text in self._untyped:
            types = tuple(TEXT if oid == UNKNOWN else oid for oid in parameters.types)
            return Parameters(parameters.values, types)
        return parameters

    def learn(self, step: Step, error: ServerError) -> bool:
        """Take note of an error. True when a new plan may avoid it."""
        if error.is_untyped and UNKNOWN in step.parameters.types:
            _remember(self._untyped, step.source)
            return True
        if error.is_refused and step.is_wrapped:
            # As a subquery it was refused. Alone it may run, or it is refused in its own words.
            _remember(self._bare, step.source)
            return True
        self._bare.discard(step.source)
        return error.is_stale

    def is_proven(self, step: Step) -> bool:
        """Whether it ran as it is, or can be sent in no other way."""
        if not step.is_wrapped and UNKNOWN not in step.parameters.types:
            return True
        return (step.text, step.parameters.types) in self._proven

    def prove(self, step: Step) -> None:
        """Take note that it ran."""
        _remember(self._proven, (step.text, step.parameters.types))

    def _steps(self, statements: Sequence[Statement], max_rows: int) -> list[Step]:
        steps = []
        for number, statement in enumerate(statements):
            try:
                steps.append(self._step(statement, max_rows))
            except QueryFailed as error:
                error.statement = number
                raise
        return steps

    def _step(self, statement: Statement, max_rows: int) -> Step:
        source = statement.text
        parameters = self.parameters(statement)
        if not statement.is_query or source in self._bare:
            return Step(source, source, parameters, prefix=0, is_wrapped=False)
        text = f"{_BEFORE}{source}\n) AS _dbapi_rows LIMIT {max_rows + 1}"
        return Step(source, text, parameters, prefix=len(_BEFORE), is_wrapped=True)

    def _begin(self, count: int, *, is_clean: bool) -> tuple[str, ...]:
        if self._read_only and not is_clean:
            # Once a query ran, the server refuses SET TRANSACTION READ WRITE; and inside of a
            # transaction block no procedure can end it and begin another.
            return ("BEGIN READ ONLY", "SELECT 1")
        return ("BEGIN",) if count > 1 else ()


def _remember(known: set[T], found: T) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()
    known.add(found)
