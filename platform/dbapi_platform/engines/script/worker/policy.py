"""Which Python a script may be written in: RestrictedPython's rules, and ordinary statements.

RestrictedPython guards who may read or change what; here an object that a script can reach is
either its own or made for it, so what is left to guard are attributes and writes.
"""

import ast
from typing import Final

from RestrictedPython.transformer import (
    INSPECT_ATTRIBUTES,
    IOPERATOR_TO_STR,
    RestrictingNodeTransformer,
    copy_locations,
)

# Special methods that a class may define; `__getattribute__`, `__class__`, `__del__`, `__reduce__`
# and their like would change what the guards see.
METHODS: Final = frozenset(
    f"__{name}__"
    for name in (
        "init", "repr", "str", "bool", "hash", "len", "contains", "iter", "next", "reversed",
        "getitem", "setitem", "delitem", "missing", "call", "enter", "exit", "lt", "le", "eq",
        "ne", "gt", "ge", "add", "radd", "iadd", "sub", "rsub", "isub", "mul", "rmul", "imul",
        "truediv", "rtruediv", "floordiv", "rfloordiv", "mod", "rmod", "pow", "rpow", "neg",
        "pos", "abs", "invert", "and", "rand", "or", "ror", "xor", "rxor", "int", "float",
        "index", "round",
    )
)  # fmt: skip
# Where a node of Python's own tree is: columns count bytes, from 0.
PLACE: Final = ("lineno", "col_offset", "end_lineno", "end_col_offset")
FORBIDDEN_NAMES: Final = frozenset({"eval", "exec", "compile", "globals", "locals", "vars", "open"})


class ScriptPolicy(RestrictingNodeTransformer):
    """Made anew for each source; problems are collected in `errors`."""

    def error(self, node: ast.AST, info: str) -> None:
        """The library's own form, with where the node begins and ends."""
        place = [getattr(node, name, None) for name in PLACE]
        self.errors.append(f"Line {' '.join(map(str, place))}: {info}")

    # Names: none begins with `_`, so none hides a guard.

    def check_name(
        self,
        node: ast.AST,
        name: str | None,
        allow_magic_methods: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        """Special methods may be defined within a class, and `_` is a name."""
        if name is not None and allow_magic_methods and name in METHODS and node.col_offset:  # type: ignore[attr-defined]
            return
        if name == "print":
            return
        if name == "super":
            # `super().__init__` is let through by its name, so the name has to mean that.
            self.error(node, '"super" is a reserved name')
            return
        super().check_name(node, name)  # type: ignore[arg-type]

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """`print` is an ordinary function here."""
        if isinstance(node.ctx, ast.Load):
            self.used_names[node.id] = True
        if node.id in FORBIDDEN_NAMES and isinstance(node.ctx, ast.Load):
            self.error(node, f"{node.id}() is not there in scripts")
        if node.id != "super" or not isinstance(node.ctx, ast.Load):
            self.check_name(node, node.id)
        return node

    def visit_Global(self, node: ast.Global) -> ast.AST:
        """As any other name."""
        return self._named(node)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST:
        """The same."""
        return self._named(node)

    def _named(self, node: ast.Global | ast.Nonlocal) -> ast.AST:
        for name in node.names:
            self.check_name(node, name)
        return node

    # Reading: nothing that a script can get hold of answers an index or an iteration badly.

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Reading an item is free; writing one is for what may be changed."""
        node = self.node_contents_visit(node)
        if not isinstance(node.ctx, ast.Load):
            node.value = self._guarded("_write_", node.value, node.value)
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        """Free."""
        return self.node_contents_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        """Free."""
        return self.node_contents_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Unpacking is iteration, so it is free."""
        return self.node_contents_visit(node)

    def visit_With(self, node: ast.With) -> ast.AST:
        """The same."""
        return self.node_contents_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Stars are iteration too."""
        return self.node_contents_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Every read goes through the guard, but for a name and the parent's constructor."""
        if isinstance(node.ctx, ast.Load) and _is_parents_constructor(node):
            self.used_names["super"] = True
            return node
        if isinstance(node.ctx, ast.Load) and node.attr == "__name__":
            value: ast.expr = self.visit(node.value)
            return self._guarded("_name_", value, node)
        return super().visit_Attribute(node)  # type: ignore[return-value]

    # Writing.

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """`a[i] += x` and `a.b += x` write through the guard, `a` and `i` worked out once."""
        target, value = node.target, self.visit(node.value)
        operator = ast.Constant(IOPERATOR_TO_STR[type(node.op)])
        if isinstance(target, ast.Name):
            self.check_name(node, target.id)
            self.used_names[target.id] = True
            node.value = value
            return node
        inner: ast.expr = self.visit(target.value)
        if isinstance(target, ast.Attribute):
            if is_hidden(target.attr):
                self.error(node, f'"{target.attr}" is an invalid attribute name.')
            call = self._guarded("_add_to_attribute_", operator, node)
            call.args += [inner, ast.Constant(target.attr), value]
        else:
            call = self._guarded("_add_to_item_", operator, node)
            call.args += [inner, self.visit(target.slice), value]
        statement = ast.Expr(call)
        copy_locations(statement, node)
        return statement

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """An annotation says nothing when the script runs."""
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        return self.visit_Assign(ast.copy_location(ast.Assign([node.target], node.value), node))

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """A script's classes are marked by their metaclass: those may be changed."""
        self.check_name(node, node.name)
        for keyword in node.keywords:
            self.error(node, f'The keyword argument "{keyword.arg}" is not allowed.')
        node = self.node_contents_visit(node)
        metaclass = ast.Name("_ScriptClass_", ast.Load())
        node.keywords = [ast.keyword("metaclass", metaclass)]
        ast.copy_location(node.keywords[0], node)
        ast.copy_location(metaclass, node)
        return node

    # match: as far as it reads no attribute behind the guard's back.

    def visit_Match(self, node: ast.Match) -> ast.AST:
        """Free."""
        return self.node_contents_visit(node)

    visit_match_case = visit_Match  # type: ignore[assignment]
    visit_MatchSingleton = visit_MatchSequence = visit_MatchOr = visit_Match  # type: ignore[assignment]

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:
        """A literal."""
        if any(isinstance(inner, ast.Attribute) for inner in ast.walk(node)):
            self.error(node, "A pattern cannot look at attributes.")
            return node
        return self.node_contents_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> ast.AST:
        """It sets a name."""
        self.check_name(node, node.name)
        return self.node_contents_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> ast.AST:
        """The same."""
        self.check_name(node, node.name)
        return node

    def visit_MatchMapping(self, node: ast.MatchMapping) -> ast.AST:
        """The same."""
        self.check_name(node, node.rest)
        return self.node_contents_visit(node)

    def visit_MatchClass(self, node: ast.MatchClass) -> ast.AST:
        """`case str():` and `case int(number):`, but no attributes."""
        if node.kwd_attrs or not isinstance(node.cls, ast.Name):
            self.error(node, "A pattern cannot look at attributes.")
            return node
        return self.node_contents_visit(node)

    def inject_print_collector(self, node: ast.AST, position: int = 0) -> None:
        """`print` needs none."""

    def _guarded(self, guard: str, first: ast.expr, at: ast.expr | ast.stmt) -> ast.Call:
        call = ast.Call(ast.Name(guard, ast.Load()), [first], [])
        copy_locations(call, at)
        return call


def _is_parents_constructor(node: ast.Attribute) -> bool:
    """`super().__init__`, in the only form that names it."""
    match node:
        case ast.Attribute(ast.Call(ast.Name("super"), [], []), "__init__"):
            return True
    return False


def is_hidden(attribute: str) -> bool:
    """Whether no script may name it: private, or a way into the interpreter."""
    return attribute.startswith("_") or attribute in INSPECT_ATTRIBUTES
