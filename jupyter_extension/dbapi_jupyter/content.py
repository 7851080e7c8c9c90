"""What Tab offers below a cell's first line: options in the header, SQL, Python."""

import re
from collections.abc import Iterable, Mapping, Sequence

from .kinds import TEST, TRANSFORM, Kind
from .notebook import Notebook
from .words import (
    ANSWER_NAMES,
    FILTERS,
    HEADER_VALUES,
    PARAMETER_KEYS,
    PYTHON_WORDS,
    RULE_KEYS,
    SCRIPT_NAMES,
    TAGS,
    TYPES,
)

Offer = tuple[str, Iterable[str]]
_WORD = re.compile(r"\w*$")
_OPEN_TAG = re.compile(r"\{([{%#])(?:(?![}%#]\}).)*$", re.DOTALL)
_RULE = re.compile(rf"\s?({'|'.join(RULE_KEYS)}):\s*\{{(.*)$")
_MEMBER = re.compile(r"\b(\w+)\.\w*$")
_PARAMETER = re.compile(r"""\bparams(?:\[|\.get\()["']\w*$|\bcall\((?:[^()]*,)?\s*\w*$""")
_STRINGS = re.compile(
    r'''"""(?:.|\n)*?"""|\'\'\'(?:.|\n)*?\'\'\'|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#.*'''
)
_SQL_USE = re.compile(r"\{\{-?\s*(\w+)\s*(?:\||-?\}\})")
_PYTHON_USE = re.compile(r"""params(?:\[|\.get\()["'](\w+)["']""")


class CellBody:
    """One cell; `cell` is its whole text."""

    def __init__(self, notebook: Notebook, kind: Kind, cell: str) -> None:
        self._notebook = notebook
        self._kind = kind
        self._cell = cell

    def offer(self, below: str) -> Offer:
        """The fragment at the cursor and what may replace it; `below` ends at the cursor."""
        line = below.rsplit("\n", 1)[-1]
        if line.startswith(self._kind.mark):
            return self._header(line[len(self._kind.mark) :])
        if self._kind.is_python:
            return self._python(below, line)
        return self._sql(below, line)

    def _header(self, text: str) -> Offer:
        fragment = _fragment(text)
        before = text[: len(text) - len(fragment)]
        if not before.strip():
            return fragment, self._keys(len(before))
        if rule := _RULE.match(before):
            return fragment, _of_rule(RULE_KEYS[rule[1]], rule[2])
        return fragment, self._values(before)

    def _values(self, before: str) -> Iterable[str]:
        key = before.strip().rstrip(":")
        if key == "datasource":
            return self._notebook.catalog.datasources()
        if key in HEADER_VALUES:
            return HEADER_VALUES[key]
        if re.search(r"type:\s*$", before) or re.fullmatch(r"\s{2,}\w+:\s*", before):
            return TYPES
        if re.search(r"[{,]\s*$", before):
            return [f"{name}: " for name in PARAMETER_KEYS]
        return ()

    def _keys(self, depth: int) -> list[str]:
        """Between these depths stand the names of parameters, which are the author's own."""
        if depth <= 1:
            return [f"{name}: " for name in self._kind.keys]
        return [f"{name}: " for name in PARAMETER_KEYS] if depth in (4, 5) else []

    def _sql(self, below: str, line: str) -> Offer:
        fragment = _fragment(line)
        tag = _OPEN_TAG.search(below)
        if tag is None:
            return fragment, self._names() if fragment or line.endswith(".") else ()
        inside = tag[0][2:]
        if tag[1] == "#":
            return fragment, ()
        if re.search(r"\|\s*\w*$", inside):
            return fragment, FILTERS
        if tag[1] == "%" and re.fullmatch(r"-?\s*\w*", inside):
            return fragment, TAGS
        return fragment, self._parameters()

    def _python(self, below: str, line: str) -> Offer:
        fragment = _fragment(line)
        if _PARAMETER.search(line):
            end = "=" if "call(" in line else ""
            return fragment, [f"{name}{end}" for name in self._parameters()]
        left = _STRINGS.sub("", below)
        if '"' in left or "'" in left:
            # Within a text, which in a script is most often SQL.
            return fragment, self._names() if fragment else ()
        if member := _MEMBER.search(line):
            return fragment, self._members(member[1])
        return fragment, self._globals() if fragment else ()

    def _members(self, name: str) -> Iterable[str]:
        return SCRIPT_NAMES.get(name, ANSWER_NAMES if self._kind is TEST else ())

    def _globals(self) -> list[str]:
        """Those of the platform first, then the cell's own, then Python's."""
        first = {TEST: ["call"], TRANSFORM: ["result"]}.get(self._kind, [])
        own = re.findall(r"^[ \t]*(?:def )?(\w{2,})(?=\(|\s*=[^=])", self._cell, re.MULTILINE)
        return list(dict.fromkeys([*first, *SCRIPT_NAMES, *own, *PYTHON_WORDS]))

    def _names(self) -> list[str]:
        """Tables and columns of the cell's datasource."""
        mark = re.escape(self._kind.mark)
        chosen = re.search(rf"^{mark}\s*datasource:\s*(\S+)", self._cell, re.MULTILINE)
        tables = self._notebook.catalog.tables(chosen[1] if chosen else self._notebook.datasource)
        columns = [column["name"] for table in tables for column in table["columns"]]
        return list(dict.fromkeys([*(table["name"] for table in tables), *columns]))

    def _parameters(self) -> list[str]:
        """Of the path, of the header, those that the content uses, and those that are saved."""
        first = self._cell.lstrip("\n").split("\n", 1)[0]
        path = re.findall(r"\{(\w+)\}", first)
        mark = re.escape(self._kind.mark)
        header = re.findall(rf"^{mark}\s{{2,4}}(\w+):", self._cell, re.MULTILINE)
        used = re.findall(_PYTHON_USE if self._kind.is_python else _SQL_USE, self._cell)
        saved = [
            parameter["name"]
            for endpoint in self._notebook.catalog.endpoints()
            if f" {endpoint['method']} {endpoint['path']} " in f"{first} "
            for parameter in endpoint["params"]
        ]
        return list(dict.fromkeys([*path, *header, *used, *saved]))


def _of_rule(keys: Mapping[str, Sequence[str]], inside: str) -> Sequence[str]:
    """What may stand within the braces of an option; `inside` ends at the word being written."""
    if said := re.search(r"(\w+):\s*$", inside):
        return keys.get(said[1], ())
    is_key = re.search(r"^\s*$|,\s*$", inside) and inside.count("[") == inside.count("]")
    return [f"{name}: " for name in keys] if is_key else ()


def _fragment(text: str) -> str:
    found = _WORD.search(text)
    return found[0] if found else ""
