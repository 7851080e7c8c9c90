"""`%dbapi` and `%%dbapi`."""

import os
from collections.abc import Callable

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from .arguments import HelpRequested, split_words
from .completion import install_completer, remove_completer
from .errors import DbapiError, Interrupted
from .notebook import Notebook
from .results import Message
from .verbs import VERBS, find_verb, run_cell


@magics_class
class DbapiMagics(Magics):
    """The magics; they keep what this notebook has chosen."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.notebook = Notebook(shell)

    @no_var_expand
    @line_cell_magic
    def dbapi(self, line: str, cell: str | None = None) -> object:
        """Write a query in a cell, publish it as a versioned HTTP endpoint.

        %dbapi VERB …             %dbapi help lists the verbs; each has --help
        %%dbapi sql METHOD path   save the cell as a draft and run it on the platform
        %%dbapi macro NAME        save the cell as a macro for templates
        """
        if cell is None:
            return _answer(line, lambda: run_line(self.notebook, line))
        return _answer(line, lambda: run_cell(self.notebook, line, cell))


def run_line(notebook: Notebook, line: str) -> object:
    """Run one verb. Raises DbapiError, HelpRequested."""
    words = split_words(line)
    name = words[0] if words else "help"
    if name in ("-h", "--help"):
        name, words = "help", []
    verb = find_verb(name, VERBS)
    return verb.run(notebook, verb.parser().parse_words(words[1:]))


def _answer(line: str, run: Callable[[], object]) -> object:
    try:
        return run()
    except HelpRequested as requested:
        return Message("", code=str(requested).rstrip())
    except (DbapiError, Interrupted) as error:
        error.debug = "--debug" in line.split()
        raise


def load(shell: InteractiveShell) -> None:
    """Register the magics and Tab."""
    unload(shell)
    magics = DbapiMagics(shell)
    shell.register_magics(magics)
    install_completer(shell, magics.notebook)
    if os.environ.get("DBAPI_TOKEN") or magics.notebook.store.default_url():
        # So that the first Tab has something to offer.
        magics.notebook.catalog.warm()


def unload(shell: InteractiveShell) -> None:
    """Leave no trace of a former load."""
    remove_completer(shell)
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("dbapi", None)
