"""macros, and the cell that saves one: pieces of templates that endpoints share."""

import argparse

from ..arguments import Parser, split_words
from ..cells import MACRO, MACRO_KEYS, read_cell
from ..client import ApiError
from ..errors import DbapiError, UsageError
from ..notebook import Notebook
from ..results import Listing, Message
from ..shapes import Macro, MacroUse
from ..suggest import suggestion
from .base import Verb
from .refusals import refused


def macro_parser() -> Parser:
    """Of the line that begins a macro's cell."""
    parser = Parser(
        "%%dbapi macro",
        "Save the cell as a macro for endpoints to use. Nobody uses it before %dbapi publish",
        example="%%dbapi macro paging",
    )
    parser.add_argument("name", metavar="NAME", help="a name for the macro: letters, digits and _")
    return parser


def save_macro(notebook: Notebook, line: str, body: str) -> Message:
    """What `%%dbapi macro NAME` does. Raises CellError, ApiError, UsageError."""
    options = macro_parser().parse_words(split_words(line)[1:])
    cell = read_cell(f"%%dbapi {line}".rstrip(), body, keys=MACRO_KEYS)
    try:
        macro = notebook.resources.save_macro(
            {"name": options.name, **cell.header, "content": cell.content}
        )
    except ApiError as error:
        raise refused(error, cell) from error
    notebook.last_macro = macro
    return Message(f"Saved {_name(macro)} ({_state(macro)})", "good")


def publish_macro(notebook: Notebook, macro: Macro, message: str | None) -> Message:
    """Make the macro's text a version; tells which endpoints lag behind."""
    done = notebook.resources.publish_macro(macro, message)
    said = "is published" if done["created"] else "is published already, with this text"
    lines = [f"Version {done['version']} of {_name(macro)} {said}. No endpoint has changed"]
    if done["lagging"]:
        lines.append("Run and publish these cells again to give them the new text:")
        lines += [f"  {_use(use)}" for use in done["lagging"]]
    return Message("\n".join(lines), "warning" if done["lagging"] else "good")


def meant_macro(notebook: Notebook, options: argparse.Namespace) -> Macro | None:
    """The macro that `%dbapi publish` is about, if it is about one. Raises DbapiError."""
    if options.method is None:
        return notebook.last_macro
    if options.method.lower() != MACRO:
        return None
    if options.path is None:
        raise UsageError("Which macro?", hint="%dbapi publish macro NAME")
    found = notebook.resources.macros()
    mine = [macro for macro in found if macro["name"] == options.path]
    # Of two with one name, that of the module in use.
    mine.sort(key=lambda macro: macro["module"] != notebook.module)
    if not mine:
        hint = suggestion(options.path, [macro["name"] for macro in found])
        raise DbapiError(f"There is no macro '{options.path}'", hint=hint)
    return mine[0]


def macros(notebook: Notebook, _options: argparse.Namespace) -> Listing:
    """What there is to use in templates."""
    rows = [
        (macro["name"], macro["module"] or "(all)", _state(macro), macro["description"] or "")
        for macro in notebook.resources.macros()
    ]
    columns = ("name", "module", "state", "description")
    return Listing(columns, rows, empty="There is no macro yet; %%dbapi macro NAME saves one")


def _name(macro: Macro) -> str:
    where = f" of module {macro['module']}" if macro["module"] else ""
    return f"macro {macro['name']}{where}"


def _state(macro: Macro) -> str:
    if macro["live_version"] is None:
        return "not published"
    edited = ", edited" if macro["state"] == "edited" else ""
    return f"version {macro['live_version']}{edited}"


def _use(use: MacroUse) -> str:
    return f"{use['method']} {use['path']} (version {use['version']})"


VERBS = (Verb("macros", "List the macros that templates can use", macros),)
