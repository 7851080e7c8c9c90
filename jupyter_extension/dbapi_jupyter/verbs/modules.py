"""modules: the folders of endpoints and macros."""

import argparse
from collections import Counter

from ..arguments import Parser
from ..asking import add_yes, confirm
from ..client import if_allowed
from ..errors import DbapiError
from ..notebook import Notebook
from ..results import Listing, Message
from ..shapes import Module
from ..suggest import suggestion
from .base import Verb


def modules(notebook: Notebook, _options: argparse.Namespace) -> Listing:
    """List them, with how much is in each."""
    resources = notebook.resources
    found = if_allowed(lambda: resources.platform.items("endpoints"))
    endpoints = Counter(each["module"] for each in found)
    macros = Counter(each["module"] for each in if_allowed(resources.macros))
    rows = [
        (
            module["name"],
            "active" if module["is_active"] else "inactive",
            endpoints[module["name"]],
            macros[module["name"]],
            module["description"] or "",
            "in use" if module["name"] == (notebook.module or "default") else "",
        )
        for module in _all(notebook)
    ]
    return Listing(
        ("name", "state", "endpoints", "macros", "description", ""),
        rows,
        empty="There is no module yet: %dbapi modules new NAME, or the first cell makes `default`",
    )


def _all(notebook: Notebook) -> list[Module]:
    found: list[Module] = notebook.resources.platform.items("modules")
    return found


def _module(notebook: Notebook, name: str) -> Module:
    found = _all(notebook)
    for module in found:
        if module["name"] == name:
            return module
    hint = suggestion(name, [module["name"] for module in found])
    raise DbapiError(f"There is no module named '{name}'", hint=hint)


def _named(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME")


def _new_arguments(parser: Parser) -> None:
    _named(parser)
    parser.add_argument("--description", metavar="TEXT", help="what it holds")


def new(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Under Run All: one that is there is as good as a new one."""
    name = options.name
    if any(module["name"] == name for module in _all(notebook)):
        return Message(f"Module {name} is there already")
    body = {"name": name, "description": options.description}
    notebook.resources.platform.post("modules", body)
    notebook.catalog.forget("modules")
    return Message(
        f"Module {name} is made; %dbapi use --module {name} puts new cells there", "good"
    )


def _rename_arguments(parser: Parser) -> None:
    _named(parser)
    parser.add_argument("to", metavar="NEW")


def rename(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Paths of endpoints never hold it, so callers see no difference."""
    module = _module(notebook, options.name)
    notebook.resources.platform.patch(f"modules/{module['id']}", {"name": options.to})
    notebook.catalog.forget()
    if notebook.module == options.name:
        notebook.module = options.to
    return Message(
        f"Module {options.name} is called {options.to} now. "
        f"Cells that say `module: {options.name}` would make it again: change them",
        "good",
    )


def _delete_arguments(parser: Parser) -> None:
    _named(parser)
    add_yes(parser)


def delete(notebook: Notebook, options: argparse.Namespace) -> Message:
    """An empty one only."""
    module = _module(notebook, options.name)
    confirm(f"Delete module {options.name}?", yes=options.yes)
    notebook.resources.platform.delete(f"modules/{module['id']}")
    notebook.catalog.forget("modules")
    if notebook.module == options.name:
        notebook.module = None
    return Message(f"Module {options.name} is deleted", "good")


ONE = ("module",)
ACTIONS = (
    Verb(
        "modules new", "Make an empty module", new, _new_arguments,
        example="%dbapi modules new sales",
    ),
    Verb(
        "modules rename", "Give a module another name", rename, _rename_arguments, ONE,
        "%dbapi modules rename sales trade",
    ),
    Verb(
        "modules delete", "Delete an empty module", delete, _delete_arguments, ONE,
        "%dbapi modules delete sales",
    ),
)  # fmt: skip
VERBS = (
    Verb(
        "modules",
        "List the modules; make, rename, delete one",
        modules,
        example="%dbapi modules new sales",
        actions=ACTIONS,
    ),
)
