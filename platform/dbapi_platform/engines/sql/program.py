"""A SQL template, compiled once and rendered for every call."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jinja2 import Template
from jinja2.exceptions import TemplateError

from ...datasources.types import Dialect, Statement
from ..coercion import Mismatch
from ..declaration import Parameter
from ..errors import InvalidParameters, RenderFailed
from .budget import BUDGET, Budget, BudgetSpent
from .lexing import Unreadable
from .refusals import Refusals
from .sources import Lines, Part, line_of
from .statements import Misplaced, Shape, analyse
from .straight import Straight
from .text import Sql, join

# How many different texts of one template are remembered with their statements, and how long
# they may be: lists of every length must not fill the memory.
SHAPES: Final = 128
MAX_REMEMBERED: Final = 16_384
# All texts that a render makes on the way, over the size of what it may print.
INTERMEDIATE: Final = 4
NOBODY: Final[Mapping[str, object]] = {"id": None, "name": None, "groups": [], "claims": {}}


@dataclass(frozen=True, slots=True)
class SqlLimits:
    """How large a template and its text may be, in bytes, and how many steps a render may take."""

    max_template_bytes: int = 1_048_576
    max_rendered_bytes: int = 10_485_760
    max_steps: int = 100_000

    def budget(self) -> Budget:
        """For one render."""
        return Budget(self.max_steps, INTERMEDIATE * self.max_rendered_bytes)


class SqlProgram:
    """A compiled template; `discovered` are its free names as parameters."""

    def __init__(
        self, template: Template, parts: Sequence[Part], discovered: Sequence[Parameter],
        dialect: Dialect, limits: SqlLimits, straight: Straight | None,
    ) -> None:  # fmt: skip
        self.discovered = tuple(discovered)
        self._template = template
        self._lines = Lines(parts)
        self._absent = dict.fromkeys(parameter.name for parameter in discovered)
        self._refusals = Refusals(parts)
        self._dialect = dialect
        self._limits = limits
        self._straight = straight
        self._straight_shapes: tuple[Shape, ...] = ()
        self._shapes: OrderedDict[str, tuple[Shape, ...]] = OrderedDict()

    @property
    def is_single_query(self) -> bool | None:
        """Whether every call is one SELECT that writes nothing; None where calls may differ."""
        if self._straight is None:
            return None
        shapes = self._shapes_of(self._straight)
        return len(shapes) == 1 and shapes[0].is_query

    def render(
        self, values: Mapping[str, object], client: Mapping[str, object] | None = None
    ) -> tuple[Statement, ...]:
        """The statements with their bound values; a name without a value is None.

        Raises InvalidParameters when a filter refuses a caller's value, RenderFailed when the
        template itself fails.
        """
        if self._straight is not None:
            found = self._straight.values(values)
            if found is not None:
                return _statements(self._shapes_of(self._straight), found)
        sql = self._text(values, NOBODY if client is None else client)
        shapes = self._shapes.get(sql)
        if shapes is None:
            shapes = self._analyse(sql.plain)
        else:
            self._shapes.move_to_end(sql)
        return _statements(shapes, sql.values)

    def _shapes_of(self, straight: Straight) -> tuple[Shape, ...]:
        if not self._straight_shapes:
            self._straight_shapes = self._analyse(straight.text)
        return self._straight_shapes

    def _text(self, values: Mapping[str, object], client: Mapping[str, object]) -> Sql:
        under_way = BUDGET.set(self._limits.budget())
        try:
            context = self._template.new_context({**self._absent, **values, "client": dict(client)})
            return join(self._template.root_render_func(context))
        except Mismatch as mismatch:
            raise self._refused(mismatch, values) from None
        except RecursionError:
            raise RenderFailed("the template's macros call each other without end") from None
        except (
            BudgetSpent, TemplateError, ArithmeticError, LookupError, AttributeError, TypeError,
            ValueError, MemoryError,
        ) as error:  # fmt: skip
            raise self._failed(error) from None
        finally:
            BUDGET.reset(under_way)

    def _refused(self, mismatch: Mismatch, values: Mapping[str, object]) -> InvalidParameters:
        line = line_of(mismatch.__traceback__)
        return InvalidParameters((self._refusals.problem(mismatch, values, line),))

    def _failed(self, error: BaseException) -> RenderFailed:
        where, line = self._lines.place(line_of(error.__traceback__))
        message = str(error) or type(error).__name__
        return RenderFailed(f"{where}: {message}" if where else message, line)

    def _analyse(self, text: str) -> tuple[Shape, ...]:
        limit = self._limits.max_rendered_bytes
        if len(text.encode()) > limit:
            raise RenderFailed(f"the template renders to more than {limit:,} bytes")
        try:
            shapes = analyse(text, self._dialect)
        except Misplaced as error:
            raise RenderFailed(f"{error}: {error.hint}") from None
        except Unreadable as error:
            raise RenderFailed(str(error)) from None
        if not shapes:
            raise RenderFailed("the template renders to no statement")
        if len(text) <= MAX_REMEMBERED:
            self._shapes[text] = shapes
            if len(self._shapes) > SHAPES:
                self._shapes.popitem(last=False)
        return shapes


def _statements(shapes: Sequence[Shape], bound: Sequence[object]) -> tuple[Statement, ...]:
    return tuple(
        [
            Statement(shape.text, tuple([bound[i] for i in shape.indexes]), shape.is_query)
            for shape in shapes
        ]
    )
