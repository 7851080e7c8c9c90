"""The Jinja environment: what it prints becomes placeholders, what it may do is on a list."""

from decimal import Decimal
from types import MethodType
from typing import Any, Final

from jinja2 import Undefined, pass_eval_context
from jinja2.exceptions import SecurityError
from jinja2.lexer import TokenStream
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from ...datasources.types import Dialect
from .budget import BUDGET, MAX_BITS, METERS, bounded, weigh
from .filters import SQL_FILTERS, in_list, json_text
from .places import located
from .plain_filters import PLAIN_FILTERS, TESTS
from .text import Sql, Unbindable, bound, join
from .where import WhereTag

GLOBALS: Final = ("range", "dict", "namespace")
STRING_METHODS: Final = frozenset(
    {
        "capitalize", "count", "endswith", "find", "isalnum", "isalpha", "isdecimal", "isdigit",
        "islower", "isupper", "lower", "lstrip", "partition", "removeprefix", "removesuffix",
        "rstrip", "split", "startswith", "strip", "title", "upper",
    }
)  # fmt: skip
DICT_METHODS: Final = frozenset({"get", "items", "keys", "values"})
ATTRIBUTES: Final[tuple[tuple[type, frozenset[str]], ...]] = (
    (str, STRING_METHODS),
    (dict, DICT_METHODS),
    (list, frozenset({"count", "index"})),
    # `grouper` and `list` are those of `groupby`.
    (tuple, frozenset({"count", "index", "grouper", "list"})),
    (LoopContext, frozenset({
        "changed", "cycle", "depth", "depth0", "first", "index", "index0", "last", "length",
        "nextitem", "previtem", "revindex", "revindex0",
    })),
    (Macro, frozenset({"name"})),
)  # fmt: skip


@pass_eval_context
def finalize(_context: EvalContext, value: object) -> Sql:
    """What `{{ expression }}` prints: SQL text as it is, everything else as a placeholder.

    It asks for the context so that Jinja does not run it at compile time: constants would be
    printed into the template, without their values.
    """
    return value if type(value) is Sql else as_sql(value)


def as_sql(value: object) -> Sql:
    """A value as placeholders: lists as `(a, b)`, objects as JSON. Raises Unbindable."""
    if isinstance(value, Undefined):
        name = value._undefined_name  # noqa: SLF001 - the only way to it
        raise Unbindable(f"'{name}' has no value" if name else "the expression has no value")
    if isinstance(value, list | tuple):
        return in_list(value)
    if isinstance(value, dict):
        return bound(json_text(value))
    return bound(value)


class SqlEnvironment(ImmutableSandboxedEnvironment):
    """Sandboxed; knows the SQL filters and the where tag, and neither files nor other templates."""

    concat = staticmethod(join)
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(finalize=finalize, extensions=[WhereTag], autoescape=False)
        self.dialect = dialect
        self.filters = {**PLAIN_FILTERS, **SQL_FILTERS, **METERS}
        self.tests = dict(TESTS)
        self.globals = {name: self.globals[name] for name in GLOBALS}

    def _tokenize(
        self,
        source: str,
        name: str | None,
        filename: str | None = None,
        state: str | None = None,  # noqa: ARG002 - Jinja's
    ) -> TokenStream:
        """Tokens that know their columns; no extension here changes the stream."""
        return TokenStream(located(self.lexer, source), name, filename)

    def wrap_str_format(self, value: Any) -> None:
        """`format` is an attribute like any other here, and not on the list."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`client.copy` is that key of the object, not Python's method."""
        if type(obj) is dict and attribute in obj and attribute not in DICT_METHODS:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ARG002 - Jinja's
        """By a list for each type, not by what is known to be bad."""
        if isinstance(obj, Namespace):
            return not attr.startswith("_")
        return any(isinstance(obj, type_) and attr in names for type_, names in ATTRIBUTES)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on numbers; texts and lists only added, and never beyond a size."""
        BUDGET.get().spend()
        if not (_is_number(left) and _is_number(right)):
            if operator != "+":
                raise SecurityError(f"'{operator}' is for numbers only")
            added = super().call_binop(context, operator, left, right)
            return bounded(added) if isinstance(added, str) else weigh(added)
        if operator == "**" and (abs(right) > 64 or abs(left) > 1e9):
            raise SecurityError("'**' is for small numbers only")
        if any(isinstance(side, int) and side.bit_length() > MAX_BITS for side in (left, right)):
            raise SecurityError("the number grows too large")
        return super().call_binop(context, operator, left, right)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Count every call: recursion of macros ends within the budget."""
        BUDGET.get().spend()
        if isinstance(obj, Macro):
            # `varargs` would let lists be nested without a list being written.
            if obj.catch_varargs or obj.catch_kwargs:
                weigh((args, kwargs))
            return super().call(context, obj, *args, **kwargs)
        if _is_where(obj):
            return super().call(context, obj, *args, **kwargs)
        if "caller" in kwargs:
            # Jinja prints what `{% call %}` gives without asking `finalize`.
            raise SecurityError("{% call %} is for macros only")
        made = super().call(context, obj, *args, **kwargs)
        return weigh(made) if obj is dict else bounded(made)

    def call_filter(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """What `map` calls; `sql_keyword` is not for it: its words could be a caller's."""
        BUDGET.get().spend()
        if name not in PUBLIC_FILTERS or name == "sql_keyword":
            raise SecurityError(f"'{name}' is not a filter for map")
        return super().call_filter(name, *args, **kwargs)


PUBLIC_FILTERS: Final = frozenset({*PLAIN_FILTERS, *SQL_FILTERS})


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal)


def _is_where(function: object) -> bool:
    return isinstance(function, MethodType) and isinstance(function.__self__, WhereTag)
