"""macros: what templates and scripts can use, the text of one, and its versions."""

import argparse

from ..arguments import Parser
from ..cells import write_macro_cell
from ..notebook import Notebook
from ..results import Listing, Message
from ..shapes import MacroUse
from .base import Verb
from .macros import macro_name, macro_named, macro_state


def macros(notebook: Notebook, _options: argparse.Namespace) -> Listing:
    """What there is to use in templates and scripts."""
    rows = [
        (
            macro["name"],
            "Python" if macro.get("language") == "python" else "SQL",
            macro["module"] or "(all)",
            macro_state(macro),
            macro["description"] or "",
        )
        for macro in notebook.resources.macros()
    ]
    columns = ("name", "language", "module", "state", "description")
    return Listing(columns, rows, empty="There is no macro yet; %%dbapi macro NAME saves one")


def _named(parser: Parser) -> None:
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="without it: that of the cell that ran last"
    )


def show(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Its text as the cell that would save it, and the endpoints that it is in."""
    macro = macro_named(notebook, options.name)
    uses = notebook.resources.macro_uses(macro)
    said = [f"{macro_name(macro)} ({macro_state(macro)})"]
    if uses:
        names = [
            f"{use['method']} {use['path']} (version {use['version']}{_lags(use)})" for use in uses
        ]
        said.append(f"It is in {', '.join(names)}")
    return Message("\n".join(said), code=write_macro_cell(macro))


def _lags(use: MacroUse) -> str:
    return ", not the newest" if use.get("lagging") else ""


def versions(notebook: Notebook, options: argparse.Namespace) -> Listing:
    """Newest first."""
    macro = macro_named(notebook, options.name)
    rows = [
        (
            version["number"],
            "newest" if version["is_live"] else "",
            version["created_at"][:16].replace("T", " "),
            version["created_by"] or "",
            version["message"] or "",
        )
        for version in notebook.resources.macro_versions(macro)
    ]
    return Listing(
        ("version", "", "published", "by", "message"),
        rows,
        note=macro_name(macro),
        empty=f"{macro_name(macro)} has not been published yet",
    )


ACTIONS = (
    Verb(
        "macros show",
        "Show a macro as a cell, and where it is used",
        show,
        _named,
        ("macro",),
        "%dbapi macros show paging",
    ),
    Verb(
        "macros versions",
        "List the versions of a macro, newest first",
        versions,
        _named,
        ("macro",),
        "%dbapi macros versions paging",
    ),
)
VERBS = (
    Verb(
        "macros",
        "List the macros that templates and scripts can use; show one",
        macros,
        example="%dbapi macros show paging",
        actions=ACTIONS,
    ),
)
