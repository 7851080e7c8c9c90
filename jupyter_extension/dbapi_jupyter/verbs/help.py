"""help: what there is, and how each is used."""

import argparse

from ..arguments import HelpRequested, Parser
from ..errors import UsageError
from ..notebook import Notebook
from ..results import Message
from ..suggest import suggestion
from .base import Verb
from .cells import CELLS, USAGE

INTRODUCTION = f"""{USAGE}

%dbapi VERB --help and %%dbapi KIND --help tell how each is used

"""


def help_verb(others: dict[str, Verb]) -> Verb:
    """It tells of the others."""

    def run(_notebook: Notebook, options: argparse.Namespace) -> Message:
        if not options.verb:
            width = max(map(len, others))
            lines = [f"%dbapi {verb.name:<{width}}  {verb.summary}" for verb in others.values()]
            return Message("", code=INTRODUCTION + "\n".join(lines))
        name, *words = options.verb
        verb, _ = find_verb(name, others).chosen(words)
        raise HelpRequested(verb.parser().format_help())

    def arguments(parser: Parser) -> None:
        parser.add_argument("verb", nargs="*", metavar="VERB")

    return Verb("help", "List the verbs, or tell how one is used", run, arguments, ("verb",))


def find_verb(name: str, verbs: dict[str, Verb]) -> Verb:
    """Raises UsageError with the verb that is most like it."""
    if name in verbs:
        return verbs[name]
    hint = suggestion(name, verbs, label="The verbs are")
    if name in CELLS:
        hint = f"A cell begins with two signs: {CELLS[name].usage}"
    raise UsageError(f"There is no verb '{name}'", hint=hint)
