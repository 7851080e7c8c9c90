"""The verbs of `%dbapi`, by name and in the order of the help."""

from . import call, clients, connect, explore, history, macros, publish, run
from .base import Verb
from .help import find_verb, help_verb
from .run import cell_parser, run_cell

VERBS: dict[str, Verb] = {
    verb.name: verb
    for module in (connect, explore, run, publish, history, call, clients, macros)
    for verb in module.VERBS
}
VERBS["help"] = help_verb(VERBS)

__all__ = ["VERBS", "Verb", "cell_parser", "find_verb", "run_cell"]
