"""The texts a program is made of, its content and its macros, and where each line stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import TracebackType

from jinja2 import Environment, TemplateSyntaxError, nodes

from ..errors import Code, DefinitionProblem
from .places import Ruler, plain_lines, problem_at
from .text import PRIVATE

_UNFIT = re.compile(f"[\0{''.join(sorted(PRIVATE))}]")


@dataclass(frozen=True, slots=True)
class MacroSource:
    """A Jinja snippet with `{% macro %}` definitions that the content may call."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One text, its line ends plain, and its tree; `macro` is None for the content.

    In the whole program its lines come after `offset` others. The content is first, so its lines
    keep their numbers.
    """

    macro: str | None
    text: str
    tree: nodes.Template
    offset: int

    def located(self, problem: DefinitionProblem) -> DefinitionProblem:
        """The problem as the author sees it: a line of a macro is told in the message."""
        return _located(problem, self.macro)


def parse(
    environment: Environment, content: str, macros: Sequence[MacroSource], *, max_bytes: int
) -> tuple[list[Part], list[DefinitionProblem]]:
    """Content first, then macros; and what is wrong with those that are no templates."""
    parts, problems = list[Part](), list[DefinitionProblem]()
    offset = 0
    for name, source in [(None, content), *((macro.name, macro.text) for macro in macros)]:
        text = plain_lines(source)
        found = _parsed(environment, text, max_bytes)
        if isinstance(found, DefinitionProblem):
            problems.append(_located(found, name))
        else:
            parts.append(Part(name, text, found, offset))
        offset += text.count("\n") + 1
    return parts, problems


def _parsed(
    environment: Environment, text: str, max_bytes: int
) -> nodes.Template | DefinitionProblem:
    problem = _unfit(text, max_bytes)
    if problem is not None:
        return problem
    try:
        return environment.parse(text)
    except TemplateSyntaxError as error:
        message = error.message or "is not a template"
        return problem_at(message, error.lineno, code=Code.TEMPLATE_SYNTAX)
    except RecursionError:
        return problem_at("is nested too deeply", None, code=Code.TOO_DEEP)
    except (ValueError, OverflowError) as error:
        return problem_at(str(error), None, code=Code.TEMPLATE_SYNTAX)


def _unfit(text: str, max_bytes: int) -> DefinitionProblem | None:
    if not text.strip():
        return problem_at("is empty", None, code=Code.EMPTY)
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        message = "holds a character that is no Unicode text"
        place = Ruler(text).at(error.start, error.start + 1)
        return problem_at(message, place, code=Code.UNREADABLE_TEXT)
    if size > max_bytes:
        return problem_at(f"is larger than {max_bytes:,} bytes", None, code=Code.TOO_LARGE)
    if found := _UNFIT.search(text):
        message = f"holds the character U+{ord(found[0]):04X}, which has another use here"
        return problem_at(message, Ruler(text).at(*found.span()), code=Code.UNREADABLE_TEXT)
    return None


def _located(problem: DefinitionProblem, macro: str | None) -> DefinitionProblem:
    if macro is None:
        return problem
    place = f"macro {macro}" if problem.line is None else f"macro {macro}, line {problem.line}"
    return replace(
        problem, message=f"{place}: {problem.message}",
        line=None, column=None, end_line=None, end_column=None,
    )  # fmt: skip


def stray_output(part: Part) -> Iterator[DefinitionProblem]:
    """What a macro's text would print by itself, before the content."""
    for node in part.tree.body:
        if isinstance(node, nodes.Macro | nodes.Assign | nodes.AssignBlock):
            continue
        if isinstance(node, nodes.Output) and _is_blank(node):
            continue
        message = "only {% macro %} and {% set %} may stand here"
        yield problem_at(message, node.lineno, code=Code.STRAY_OUTPUT)


def _is_blank(output: nodes.Output) -> bool:
    return all(isinstance(n, nodes.TemplateData) and not n.data.strip() for n in output.nodes)


def linked(parts: Sequence[Part], environment: Environment) -> nodes.Template:
    """One tree: the definitions of the macros that are used, then the content."""
    content, *macros = parts
    definitions = [
        node for part in macros for node in _moved(part).body if not isinstance(node, nodes.Output)
    ]
    tree = nodes.Template([*_used(definitions, content.tree), *content.tree.body], lineno=1)
    tree.set_environment(environment)
    return tree


def _moved(part: Part) -> nodes.Template:
    for node in part.tree.find_all(nodes.Node):
        node.lineno += part.offset
    return part.tree


def _used(definitions: Sequence[nodes.Node], content: nodes.Node) -> list[nodes.Node]:
    """Without macros that the content does not lead to: their free names are no parameters."""
    others = {node.name: node for node in definitions if isinstance(node, nodes.Macro)}
    pending = [content, *(node for node in definitions if not isinstance(node, nodes.Macro))]
    while pending:
        names = _names(pending.pop())
        pending += [others.pop(name) for name in names & others.keys()]
    return [node for node in definitions if getattr(node, "name", None) not in others]


def _names(node: nodes.Node) -> set[str]:
    return {name.name for name in node.find_all(nodes.Name) if name.ctx == "load"}


def line_of(traceback: TracebackType | None) -> int | None:
    """The program's line that an error of rendering came from."""
    found = None
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            found = template.get_corresponding_lineno(traceback.tb_lineno)
        traceback = traceback.tb_next
    return found


class Lines:
    """Which text a program's line stands in."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._macros = [(part.macro, part.offset) for part in parts if part.macro is not None]

    def place(self, line: int | None) -> tuple[str, int | None]:
        """`macro NAME, line n` and no line, or nothing and the content's line."""
        for name, offset in reversed(self._macros):
            if line is not None and line > offset:
                return f"macro {name}, line {line - offset}", None
        return "", line
