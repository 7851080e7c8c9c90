"""Secrets on their way to a program: into a variable of the notebook, never into its output."""

from keyword import iskeyword
from typing import TYPE_CHECKING

from .arguments import Parser
from .errors import UsageError

if TYPE_CHECKING:
    from .notebook import Notebook


class Secret(str):
    """A text like any other, but a cell that ends with its name does not save it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<a secret that is not shown>"


def add_into(parser: Parser, *, required: bool = False) -> None:
    """`--into`."""
    parser.add_argument(
        "--into",
        metavar="VARIABLE",
        type=_variable,
        required=required,
        help="put its text into a variable of the notebook; it is never shown",
    )


def put(notebook: "Notebook", name: str, text: str) -> None:
    """Set the variable."""
    notebook.shell.user_ns[name] = Secret(text)


def _variable(name: str) -> str:
    if not name.isidentifier() or iskeyword(name):
        raise UsageError(f"--into: '{name}' is not a name for a variable", hint="--into token")
    return name
