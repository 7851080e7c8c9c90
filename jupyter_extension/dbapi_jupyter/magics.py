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
        """Write a query or a script in a cell, publish it as a versioned HTTP endpoint.

        %dbapi VERB …                    %dbapi help lists the verbs; each has --help
        %%dbapi sql METHOD path          save a query as a draft and run it on the platform
        %%dbapi script METHOD path       the same with a Python script
        %%dbapi transform METHOD path    reshape an endpoint's answer
        %%dbapi macro NAME               save what several endpoints share
        %%dbapi test METHOD path         save a test that publishing must pass
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
    verb, left = find_verb(name, VERBS).chosen(words[1:])
    return verb.run(notebook, verb.parser().parse_words(left))


def _answer(line: str, run: Callable[[], object]) -> object:
    try:
        return run()
    except HelpRequested as requested:
        return Message("", code=str(requested).rstrip())
    except (DbapiError, Interrupted) as error:
        error.debug = "--debug" in line.split()
        raise


def keep_body(lines: list[str]) -> list[str]:
    """Give a cell of ours that has no body an empty line: IPython refuses it otherwise.

    Its error asks for `%dbapi`, which is wrong for `%%dbapi --help` or `--remove`.
    """
    first, *body = lines or [""]
    if first.startswith("%%dbapi") and not any(body):
        return [first if first.endswith("\n") else f"{first}\n", "\n"]
    return lines


def load(shell: InteractiveShell) -> None:
    """Register the magics and Tab."""
    unload(shell)
    magics = DbapiMagics(shell)
    shell.register_magics(magics)
    install_completer(shell, magics.notebook)
    shell.input_transformers_cleanup.append(keep_body)
    if os.environ.get("DBAPI_TOKEN") or magics.notebook.store.default_url():
        # So that the first Tab has something to offer.
        magics.notebook.catalog.warm()


def unload(shell: InteractiveShell) -> None:
    """Leave no trace of a former load."""
    remove_completer(shell)
    cleanups = shell.input_transformers_cleanup
    cleanups[:] = [each for each in cleanups if getattr(each, "__name__", "") != keep_body.__name__]
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("dbapi", None)
