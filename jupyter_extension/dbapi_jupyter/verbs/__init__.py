"""The verbs of `%dbapi`, by name and in the order of the help, and the cells of `%%dbapi`."""

from . import (
    availability,
    call,
    clients,
    connect,
    explore,
    grants,
    groups,
    history,
    logs,
    macro_list,
    modules,
    publish,
    run,
    stats,
    tests,
    tokens,
)
from .base import CellVerb, Verb
from .cells import CELLS, run_cell
from .help import find_verb, help_verb

VERBS: dict[str, Verb] = {
    verb.name: verb
    for module in (
        connect, explore, run, tests, publish, history, availability, call, logs, stats,
        clients, groups, grants, tokens, modules, macro_list,
    )
    for verb in module.VERBS
}  # fmt: skip
VERBS["help"] = help_verb(VERBS)

__all__ = ["CELLS", "VERBS", "CellVerb", "Verb", "find_verb", "run_cell"]
