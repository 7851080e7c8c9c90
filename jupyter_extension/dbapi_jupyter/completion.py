"""Tab: what may stand at the cursor, from what is known already."""

import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from .content import CellBody, Offer
from .kinds import KINDS, PYTHON_MACRO, SQL, Kind
from .notebook import METHODS, Notebook
from .verbs import CELLS, VERBS

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

IDENTIFIER = "dbapi_matcher"
_LINE = re.compile(r"^\s*(?:[\w.\[\]'\", ]+=\s*)?%dbapi\s+(.*)$")
STATUSES = ("2xx", "4xx", "5xx", "400", "401", "403", "404", "429", "500", "503", "504")
_CELL = re.compile(r"^\s*%%dbapi\b[ \t]*(.*)$")


class Completions:
    """What to offer for a text and a cursor."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def offer(self, cell: str, before: str) -> Offer | None:
        """The fragment at the cursor and what may replace it; None where others know better.

        `before` is the cell's text up to the cursor.
        """
        line = before.rsplit("\n", 1)[-1]
        if found := _LINE.match(line):
            return self._verb_line(found[1])
        first, newline, below = before.lstrip("\n").partition("\n")
        magic = _CELL.match(first)
        if magic is None:
            return None
        if not newline:
            return self._cell_line(magic[1])
        return CellBody(self._notebook, _kind(magic[1]), cell).offer(below)

    def _verb_line(self, rest: str) -> Offer:
        *words, fragment = _words(rest)
        if not words:
            return fragment, VERBS
        verb = VERBS.get(words[0])
        if verb is None:
            return fragment, ()
        verb, words = verb.find(words[1:])
        if verb.actions and not words and not fragment.startswith("-"):
            return fragment, [action.word for action in verb.actions]
        return self._arguments(verb.parser(), verb.completes, words, fragment)

    def _cell_line(self, rest: str) -> Offer:
        *words, fragment = _words(rest)
        if not words:
            return fragment, CELLS
        verb = CELLS.get(words[0])
        if verb is None:
            return fragment, ()
        return self._arguments(verb.parser(), verb.completes, words[1:], fragment)

    def _arguments(
        self, parser: Any, kinds: tuple[str, ...], words: list[str], fragment: str
    ) -> Offer:
        if fragment.startswith("-"):
            return fragment, parser.flags
        previous = parser.flags.get(words[-1]) if words else None
        if previous is not None and previous.nargs != 0:
            return fragment, self._kind(previous.dest, words)
        plain = _positional(words, parser.flags)
        if not kinds:
            return fragment, parser.flags if not fragment else ()
        # The last kind repeats: parameters may be many.
        index = len(plain)
        if index >= len(kinds) and kinds[-1] != "parameter":
            return fragment, parser.flags if not fragment else ()
        return fragment, self._kind(kinds[min(index, len(kinds) - 1)], plain)

    def _kind(self, kind: str, words: list[str]) -> Iterable[str]:
        """What a word of this kind may be; `words` stand before it."""
        catalog = self._notebook.catalog
        match kind:
            case "path":
                return self._paths(words)
            case "parameter":
                return self._parameters(words)
            case "table":
                return [table["name"] for table in catalog.tables(self._notebook.datasource)]
            case "module":
                used = [endpoint["module"] for endpoint in catalog.endpoints()]
                return sorted({*catalog.modules(), *used})
        fixed: dict[str, Callable[[], Iterable[str]]] = {
            "verb": lambda: VERBS,
            "method": lambda: METHODS,
            "datasource": catalog.datasources,
            "client": catalog.clients,
            "group": catalog.groups,
            "macro": catalog.macros,
            "token": catalog.tokens,
            "status": lambda: STATUSES,
            "before": lambda: ("draft", "live"),
            "after": lambda: ("draft", "live"),
        }
        return fixed.get(kind, tuple)()

    def _paths(self, words: list[str]) -> list[str]:
        method = next((word.upper() for word in words if word.upper() in METHODS), None)
        endpoints = self._notebook.catalog.endpoints()
        return [item["path"] for item in endpoints if item["method"] == method]

    def _parameters(self, words: list[str]) -> list[str]:
        key = next(
            (
                (word.upper(), path.strip("/"))
                for word, path in pairwise(words)
                if word.upper() in METHODS
            ),
            None,
        )
        given = {word.partition("=")[0] for word in words}
        return [
            f"{parameter['name']}="
            for endpoint in self._notebook.catalog.endpoints()
            if (endpoint["method"], endpoint["path"]) == key
            for parameter in endpoint["params"]
            if parameter["name"] not in given
        ]


def _kind(rest: str) -> Kind:
    """What the cell holds, by its first line."""
    words = rest.split()
    found = KINDS.get(words[0], SQL) if words else SQL
    return PYTHON_MACRO if found.name == PYTHON_MACRO.name and "--python" in words else found


def _words(rest: str) -> list[str]:
    """The words, the one at the cursor last; it is empty after a space."""
    words = rest.split()
    return words if words and not rest[-1].isspace() else [*words, ""]


def _positional(words: list[str], flags: dict[str, Any]) -> list[str]:
    """The words that are neither flags nor their values."""
    plain, skip = [], False
    for word in words:
        if not skip and not word.startswith("-"):
            plain.append(word)
        action = flags.get(word)
        skip = action is not None and action.nargs is None
    return plain


def install_completer(shell: "InteractiveShell", notebook: Notebook) -> None:
    """Answer before IPython's own matchers, which would offer Python in SQL."""
    completions = Completions(notebook)

    @context_matcher(priority=1000, identifier=IDENTIFIER)  # type: ignore[untyped-decorator]
    def matcher(context: CompletionContext) -> SimpleMatcherResult:
        try:
            found = completions.offer(context.full_text, _before(context))
        except Exception:  # noqa: BLE001 - a Tab must never show a traceback
            found = None
        if found is None:
            return {"completions": [], "suppress": False}
        fragment, names = found
        return {
            "completions": [
                SimpleCompletion(name, type="dbapi")
                for name in names
                if name.lower().startswith(fragment.lower())
            ],
            "matched_fragment": fragment,
            "suppress": True,
        }

    shell.Completer.custom_matchers.append(matcher)


def remove_completer(shell: "InteractiveShell") -> None:
    """Remove what was installed, by whichever load."""
    matchers = shell.Completer.custom_matchers
    matchers[:] = [m for m in matchers if getattr(m, "matcher_identifier", "") != IDENTIFIER]


def _before(context: CompletionContext) -> str:
    lines = context.full_text.split("\n")[: context.cursor_line + 1]
    return "\n".join([*lines[:-1], lines[-1][: context.cursor_position]])
