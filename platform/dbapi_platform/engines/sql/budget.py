"""How much work one render may do, so that no template and no parameter holds up the platform.

Three measures: steps (turns of loops, calls, comparisons), the size of all texts and lists made
on the way, and, since one step can be slow, the thread's own processor time.
"""

import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import Any, Final

from jinja2 import Undefined, nodes, pass_context
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer

MAX_TEXT: Final = 1_048_576
# Numbers of 1,233 digits: larger ones are slow to work with, and no database takes them.
MAX_BITS: Final = 4096
MAX_SECONDS: Final = 2.0
STEPS_PER_LOOK: Final = 16

# Filters that no template can name: Jinja's names have no such character.
COUNTED: Final = "\ue002counted"
JOINED: Final = "\ue002joined"
MEASURED: Final = "\ue002measured"
STEP: Final = "\ue002step"


class BudgetSpent(Exception):
    """The render does more than it may; the message says of what."""


class Budget:
    """What is left for one render."""

    __slots__ = ("_deadline", "_size", "_steps", "_steps_allowed")

    def __init__(self, steps: int, size: int) -> None:
        self._steps = self._steps_allowed = steps
        self._size = size
        self._deadline = 0.0

    def spend(self, steps: int = 1) -> None:
        """Raises BudgetSpent when nothing is left."""
        self._steps -= steps
        if self._steps < 0:
            raise BudgetSpent(f"the template takes more than {self._steps_allowed:,} steps")
        if self._steps % STEPS_PER_LOOK == 0:
            self.look()

    def charge(self, size: int) -> None:
        """Pay for a text or a list of that size."""
        self._size -= size
        if self._size < 0:
            raise BudgetSpent("the template makes texts that are too large")

    def look(self) -> None:
        """Look at the clock. Raises BudgetSpent when the time is over."""
        # The clock starts here: most renders never come this far, and asking costs as much as
        # several steps.
        now = time.thread_time()
        if not self._deadline:
            self._deadline = now + MAX_SECONDS
        elif now > self._deadline:
            raise BudgetSpent(f"the template takes more than {MAX_SECONDS:g} s")


# The render under way: `Environment.concat` and filters are called without a context.
BUDGET: Final[ContextVar[Budget]] = ContextVar("budget")


def bounded(value: Any) -> Any:
    """The value, once its size is paid for; a single text stays below MAX_TEXT."""
    if isinstance(value, str | list | tuple | dict):
        size = len(value)
        if size > MAX_TEXT:
            raise BudgetSpent("the template makes texts that are too large")
        BUDGET.get().charge(size)
    elif isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise BudgetSpent("the template makes numbers that are too large")
    return value


def weigh(value: Any) -> Any:
    """The value, once every element at every depth is paid for, a text as often as it is there.

    A list that holds another twice, and so on, would take for ever to compare or to print; one
    that holds a long text often, to sort or to join.
    """
    budget = BUDGET.get()
    pending = [value]
    while pending:
        found = pending.pop()
        if isinstance(found, str):
            budget.charge(len(found))
        elif isinstance(found, dict):
            budget.spend(len(found))
            pending.extend(found)
            pending.extend(found.values())
        elif isinstance(found, list | tuple):
            budget.spend(len(found))
            pending.extend(found)
    return value


def weighed(items: Iterator[object]) -> Iterator[object]:
    """What a filter yields, each item paid for when it is made."""
    budget = BUDGET.get()
    for item in items:
        budget.spend()
        yield weigh(item)


# These take the context so that Jinja does not run them on constants while it compiles.
@pass_context
def counted(_context: Context, items: Iterable[object] | None) -> Iterator[object]:
    """What a loop runs over, each item paid for; an absent list is an empty one."""
    budget = BUDGET.get()
    for item in () if items is None else items:
        budget.spend()
        yield item


@pass_context
def joined(_context: Context, parts: Iterable[object]) -> object:
    """`a ~ b` as plain text."""
    return joined_texts(parts, "")


@pass_context
def measured(_context: Context, value: object) -> object:
    """A list, a dict or a slice that the template makes."""
    return bounded(value) if isinstance(value, str) else weigh(value)


@pass_context
def step(_context: Context, value: object) -> object:
    """The result of something that may be slow."""
    BUDGET.get().spend()
    return value


def joined_texts(parts: Iterable[object], separator: str) -> str:
    """The parts as one text, paid for before it is made."""
    texts = [plain_text(part) for part in parts]
    size = sum(map(len, texts)) + len(separator) * max(len(texts) - 1, 0)
    if size > MAX_TEXT:
        raise BudgetSpent("the template makes texts that are too large")
    BUDGET.get().charge(size)
    return separator.join(texts)


def plain_text(value: object) -> str:
    """A single value as text. Raises TypeError for lists, objects and functions."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Undefined) or value is None:
        return ""
    if isinstance(value, list | tuple | dict) or callable(value) or hasattr(value, "__next__"):
        raise TypeError(f"a {type(value).__name__} is not text")
    return str(value)


METERS: Final = {COUNTED: counted, JOINED: joined, MEASURED: measured, STEP: step}


class Meter(NodeTransformer):
    """Puts the meters around what costs: Jinja has no hooks for these."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's naming
        """Every loop; Jinja knows no comprehensions."""
        self.generic_visit(node)
        node.iter = _metered(COUNTED, node.iter)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        """`a ~ b`."""
        self.generic_visit(node)
        return _metered(JOINED, nodes.List(node.nodes, lineno=node.lineno))

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        """`a in b`, `a == b`: slow for large values."""
        self.generic_visit(node)
        return _metered(STEP, node)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        """`a[1:]` copies."""
        self.generic_visit(node)
        return _metered(MEASURED, node) if isinstance(node.arg, nodes.Slice) else node

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        """`[a, b]`."""
        self.generic_visit(node)
        return _metered(MEASURED, node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        """`{'a': b}`."""
        self.generic_visit(node)
        return _metered(MEASURED, node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        """`(a, b)`, where it is a value and not what a loop assigns to."""
        self.generic_visit(node)
        return _metered(MEASURED, node) if node.ctx == "load" else node


def _metered(name: str, value: nodes.Node) -> nodes.Filter:
    return nodes.Filter(value, name, [], [], None, None, lineno=value.lineno)
