"""Parameters that nobody declared: found in the template, typed by how they are used."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jinja2 import nodes
from jinja2.meta import find_undeclared_variables

from ..coercion import ParameterType
from ..declaration import Parameter, is_name
from ..errors import Code, DefinitionProblem
from .environment import DICT_METHODS, STRING_METHODS
from .places import At, problem_at

TYPES: Final = {
    **dict.fromkeys(
        (
            "sql_string", "sql_like", "sql_like_start", "sql_like_end", "sql_like_contains",
            "sql_ident", "sql_keyword", "lower", "upper", "title", "capitalize", "trim", "replace",
        ),
        ParameterType.STRING,
    ),
    **dict.fromkeys(
        (
            "sql_in_list", "in_list", "join", "map", "select", "reject", "selectattr",
            "rejectattr", "sort", "unique", "sum", "groupby", "list", "min", "max",
        ),
        ParameterType.ARRAY,
    ),
    **dict.fromkeys(
        ("sql_json", "json", "fromjson", "compare", "items", "dictsort"), ParameterType.OBJECT
    ),
    **dict.fromkeys(("sql_float", "sql_decimal", "abs", "round"), ParameterType.NUMBER),
    "sql_int": ParameterType.INTEGER,
    "sql_bool": ParameterType.BOOLEAN,
    "sql_date": ParameterType.DATE,
    "sql_datetime": ParameterType.DATETIME,
    "sql_uuid": ParameterType.UUID,
}  # fmt: skip
# Filters that get along without a value.
DEFAULTING: Final = frozenset(
    {"default", "d", "sql_keyword", "in_list", "sql_in_list", "compare", "length", "count", "join"}
)
ARITHMETIC = (nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Neg)
GIVEN: Final = frozenset({"client"})
NUMBERS: Final = frozenset({ParameterType.INTEGER, ParameterType.NUMBER})
SINGLE: Final = frozenset(ParameterType) - {ParameterType.ARRAY, ParameterType.OBJECT}


@dataclass(frozen=True, slots=True)
class _Use:
    """One place where a name is used; `optional` when the template gets along without a value."""

    name: str
    type: ParameterType | None
    optional: bool
    items: ParameterType | None = None
    line: At | None = None


@dataclass(frozen=True, slots=True)
class _Where:
    """What surrounds an expression: what it is used as, and names that are no parameters there."""

    type: ParameterType | None = None
    optional: bool = False
    items: ParameterType | None = None
    local: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A parameter that nobody declared.

    `is_typed` tells whether a use of it told its type; `line` is its first in the content, with
    its column, and None for one that only macros use.
    """

    parameter: Parameter
    is_typed: bool
    line: At | None


def discover(
    linked: nodes.Template, bodies: Sequence[nodes.Node]
) -> tuple[list[Found], list[DefinitionProblem]]:
    """The free names of the linked template, in the order of `bodies`, as parameters.

    Required unless one use gets along without a value. Names that no parameter can have are
    problems.
    """
    free = find_undeclared_variables(linked) - GIVEN
    found: dict[str, _Use] = {}
    for body in bodies:
        for use in _uses(body, _Where()):
            if use.name in free:
                known = found.get(use.name, use)
                found[use.name] = _Use(
                    use.name,
                    known.type or use.type,
                    known.optional or use.optional,
                    known.items or use.items,
                    known.line or use.line,
                )
    problems = [
        problem_at(f"'{name}' is not a possible name of a parameter", use.line, code=Code.BAD_NAME)
        for name, use in found.items()
        if not is_name(name)
    ]
    # Only the content's lines are its own.
    problems += [
        problem_at(
            f"there is no macro '{name}'",
            line if number == 0 else None,
            "publish it first; one of a module is for that module's endpoints only",
            code=Code.UNKNOWN_MACRO,
        )
        for number, body in enumerate(bodies)
        for name, line in _calls(body)
        if name in free
    ]
    called = {name for body in bodies for name, _ in _calls(body)}
    named = [use for use in found.values() if is_name(use.name) and use.name not in called]
    return [_found(use) for use in named], problems


def _calls(body: nodes.Node) -> Iterator[tuple[str, int]]:
    for call in body.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            yield call.node.name, call.node.lineno


def _found(use: _Use) -> Found:
    type_ = use.type or ParameterType.STRING
    items = use.items if type_ is ParameterType.ARRAY and use.items in SINGLE else None
    parameter = Parameter(use.name, type=type_, items=items, required=not use.optional)
    return Found(parameter, use.type is not None, use.line)


def _uses(node: nodes.Node, where: _Where) -> Iterator[_Use]:  # noqa: C901, PLR0912 - one case a node
    plain = _Where(optional=where.optional, local=where.local)
    match node:
        case nodes.Name(name=name, ctx="load"):
            if name not in where.local:
                line = node.lineno if isinstance(node.lineno, At) else None
                yield _Use(name, where.type, where.optional, where.items, line)
        case nodes.If() | nodes.CondExpr():
            yield from _uses(node.test, replace(plain, optional=True))
            yield from _children(node, plain, "test")
        case nodes.For():
            yield from _loop(node, plain)
        case nodes.Macro() | nodes.CallBlock():
            arguments = frozenset(argument.name for argument in node.args)
            inner = replace(plain, local=where.local | arguments)
            yield from _children(node, inner, "args")
        case nodes.Or() | nodes.And() | nodes.Not() | nodes.Test():
            yield from _children(node, replace(where, optional=True))
        case nodes.Call(node=nodes.Getattr()):
            # What is not there has no methods, whatever surrounds the call.
            yield from _uses(node.node, replace(plain, optional=False))
            yield from _children(node, plain, "node")
        case nodes.Compare():
            yield from _children(node, replace(plain, type=_compared_with(node)))
        case nodes.Filter():
            yield from _filtered(node, where)
        case nodes.Getattr() | nodes.Getitem():
            yield from _member(node, plain)
        case nodes.Add():
            yield from _children(node, where if where.type in NUMBERS else plain)
        case _ if isinstance(node, ARITHMETIC):
            type_ = where.type if where.type in NUMBERS else ParameterType.NUMBER
            yield from _children(node, replace(plain, type=type_))
        case nodes.Operand():
            yield from _children(node, where)
        case _:
            yield from _children(node, plain)


def _children(node: nodes.Node, where: _Where, *exclude: str) -> Iterator[_Use]:
    for child in node.iter_child_nodes(exclude=exclude):
        yield from _uses(child, where)


def _loop(node: nodes.For, where: _Where) -> Iterator[_Use]:
    targets = {name.name for name in node.target.find_all(nodes.Name)}
    if isinstance(node.target, nodes.Name):
        targets = {node.target.name}
    items, inner = None, list[_Use]()
    for use in _children(node, where, "iter", "target"):
        if use.name in targets:
            items = items or use.type
        else:
            inner.append(use)
    yield from _uses(
        node.iter, replace(where, type=ParameterType.ARRAY, optional=True, items=items)
    )
    yield from inner


def _filtered(node: nodes.Filter, where: _Where) -> Iterator[_Use]:
    plain = _Where(optional=where.optional, local=where.local)
    if node.node is not None:
        optional = where.optional or node.name in DEFAULTING
        # The innermost filter says what comes in: `x | fromjson | in_list` is an object.
        type_ = TYPES.get(node.name, where.type)
        items = _mapped(node) if node.name == "map" else where.items
        yield from _uses(node.node, _Where(type_, optional, items, where.local))
    yield from _children(node, plain, "node")


def _mapped(node: nodes.Filter) -> ParameterType | None:
    """`ids | map('sql_int')` is a list of integers."""
    first = node.args[0] if node.args else None
    return TYPES.get(first.value) if isinstance(first, nodes.Const) else None


def _member(node: nodes.Getattr | nodes.Getitem, where: _Where) -> Iterator[_Use]:
    type_: ParameterType | None = ParameterType.OBJECT
    if isinstance(node, nodes.Getattr):
        if node.attr in STRING_METHODS - DICT_METHODS:
            type_ = ParameterType.STRING
    elif not (isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str)):
        # `x[0]` and `x[i]` are a list's, `x[:3]` may be a text's.
        type_ = None if isinstance(node.arg, nodes.Slice) else ParameterType.ARRAY
    yield from _uses(node.node, replace(where, type=type_))
    yield from _children(node, where, "node")


def _compared_with(node: nodes.Compare) -> ParameterType | None:
    """`page > 1` compares numbers."""
    sides = [node.expr, *(operand.expr for operand in node.ops)]
    for side in sides:
        if isinstance(side, nodes.Const) and type(side.value) in {int, float}:
            return ParameterType.NUMBER
    return None
