"""`%%dbapi`: what each kind of cell does."""

from ..arguments import HelpRequested, split_words
from ..errors import UsageError
from ..notebook import Notebook
from ..results import Shown
from ..suggest import suggestion
from . import drafts, macros, tests, transforms
from .base import CellText, CellVerb

CELLS: dict[str, CellVerb] = {
    verb.kind.name: verb for module in (drafts, transforms, macros, tests) for verb in module.CELLS
}
_WIDTH = max(len(verb.usage) for verb in CELLS.values())
USAGE = "\n".join(f"{verb.usage:<{_WIDTH}}  {verb.summary}" for verb in CELLS.values())


def run_cell(notebook: Notebook, line: str, body: str) -> Shown:
    """Save what the cell holds. Raises CellError, ApiError, UsageError, HelpRequested."""
    words = split_words(line)
    name = words[0] if words else None
    if name in ("-h", "--help", "help"):
        raise HelpRequested(f"{USAGE}\n\n%%dbapi KIND --help tells how each is used")
    if name is None:
        raise UsageError("What does the cell hold?", hint=f"Write one of {', '.join(CELLS)}")
    if name not in CELLS:
        raise UsageError(
            f"There are no '{name}' cells",
            hint=suggestion(name, CELLS, label="A cell is one of")
            or "Write %%dbapi sql METHOD path",
        )
    verb = CELLS[name]
    options = verb.parser().parse_words(words[1:])
    return verb.run(notebook, options, CellText(f"%%dbapi {line}".rstrip(), body))
