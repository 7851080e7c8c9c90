"""The cell that saves a macro, which endpoints share, and publishing it."""

import argparse
import re
from dataclasses import replace
from functools import partial
from typing import cast

from ..arguments import Parser
from ..cells import read_cell
from ..client import ApiError
from ..comparing import macro_loses_nothing
from ..errors import CellError, DbapiError, Place, UsageError
from ..kinds import MACRO, PYTHON_MACRO, Kind
from ..meanwhile import macro_changed
from ..notebook import Notebook
from ..results import Message
from ..seen import Seen
from ..shapes import Macro, MacroUse
from ..suggest import suggestion
from .base import CellText, CellVerb
from .drafts import add_overwrite
from .refusals import refused

_SQL_MACRO = re.compile(r"^[ \t]*\{%-?\s*macro\b", re.MULTILINE)
_PYTHON = re.compile(r"^(?:def|class|import|from) ", re.MULTILINE)


def _arguments(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME", help="a name for the macro: letters, digits and _")
    parser.add_argument(
        "--python", action="store_true", help="the cell holds Python functions, for scripts"
    )
    add_overwrite(parser)


def save_macro(notebook: Notebook, options: argparse.Namespace, text: CellText) -> Message:
    """Save it. Raises CellError, ApiError, UsageError."""
    kind = PYTHON_MACRO if options.python else MACRO
    _refuse_other_language(text, kind)
    cell = read_cell(text.magic_line, text.body, kind)
    language = {"language": "python"} if options.python else {}
    body = {"name": options.name, **cell.header, "content": cell.content, **language}
    seen = _seen(notebook, options.name, cell.header.get("module"))
    try:
        reply = seen.save(
            {"description": None, **body},
            lambda tag: notebook.resources.save_macro(body, tag),
            overwrite=options.overwrite,
            loses_nothing=partial(macro_loses_nothing, seen.definition),
        )
    except ApiError as error:
        if error.conflict is not None:
            raise macro_changed(error, options.name, body) from error
        if error.details and error.details[0].field == f"macros.{options.name}":
            cell = replace(cell, field=f"macros.{options.name}")
        raise refused(error, cell) from error
    macro = cast("Macro", reply.data)
    notebook.last_macro = macro
    return Message(f"Saved {macro_name(macro)} ({macro_state(macro)})", "good")


def _seen(notebook: Notebook, name: str, module: str | None) -> Seen:
    """Two of one name may be of two modules."""
    return notebook.seen[MACRO.name, name if module is None else f"{module}/{name}"]


def _refuse_other_language(text: CellText, kind: Kind) -> None:
    sql, python = _SQL_MACRO.search(text.body), _PYTHON.search(text.body)
    wrong = sql if kind.is_python else python if sql is None else None
    if wrong is None:
        return
    line = text.body[: wrong.end()].count("\n") + 2
    raise CellError(
        f"This macro is {'SQL' if kind.is_python else 'Python'}, "
        f"and the cell's first line says {kind.language}",
        place=Place([text.magic_line, *text.body.split("\n")], line).marked(),
        hint="Leave --python out, and mark options by --|"
        if kind.is_python
        else "Write %%dbapi macro NAME --python, and mark options by #|",
    )


def publish_macro(notebook: Notebook, macro: Macro, message: str | None) -> Message:
    """Make the macro's text a version; tells which endpoints lag behind."""
    done = notebook.resources.publish_macro(macro, message)
    said = "is published" if done["created"] else "is published already, with this text"
    lines = [f"Version {done['version']} of {macro_name(macro)} {said}. No endpoint has changed"]
    if done["lagging"]:
        lines.append("Run and publish these cells again to give them the new text:")
        lines += [f"  {_use(use)}" for use in done["lagging"]]
    return Message("\n".join(lines), "warning" if done["lagging"] else "good")


def meant_macro(notebook: Notebook, options: argparse.Namespace) -> Macro | None:
    """The macro that `%dbapi publish` is about, if it is about one. Raises DbapiError."""
    if options.method is None:
        return notebook.last_macro
    if options.method.lower() != MACRO.name:
        return None
    if options.path is None:
        raise UsageError("Which macro?", hint="%dbapi publish macro NAME")
    return macro_named(notebook, options.path)


def macro_named(notebook: Notebook, name: str | None) -> Macro:
    """One by name; without it, that of the cell that ran last. Raises DbapiError, UsageError."""
    if name is None:
        if notebook.last_macro is None:
            raise UsageError("Which macro?", hint="Name it, or run its cell first")
        name = notebook.last_macro["name"]
    found = notebook.resources.macros()
    mine = [macro for macro in found if macro["name"] == name]
    # Of two with one name, that of the module in use.
    mine.sort(key=lambda macro: macro["module"] != notebook.module)
    if not mine:
        hint = suggestion(name, [macro["name"] for macro in found])
        raise DbapiError(f"There is no macro '{name}'", hint=hint)
    return mine[0]


def macro_name(macro: Macro) -> str:
    """`macro money of module sales`."""
    where = f" of module {macro['module']}" if macro["module"] else ""
    return f"macro {macro['name']}{where}"


def macro_state(macro: Macro) -> str:
    """`version 2, edited`."""
    if macro["live_version"] is None:
        return "not published"
    edited = ", edited" if macro["state"] == "edited" else ""
    return f"version {macro['live_version']}{edited}"


def _use(use: MacroUse) -> str:
    return f"{use['method']} {use['path']} (version {use['version']})"


CELLS = (
    CellVerb(
        MACRO,
        "%%dbapi macro NAME",
        "Save the cell as a macro for endpoints to use. Nobody uses it before %dbapi publish",
        save_macro,
        _arguments,
        completes=("macro",),
        example="%%dbapi macro paging",
    ),
)
