"""Cells that the magics and the JupyterLab extension must read alike.

`python -m tests.jupyter.same_cells` writes how the magics read them, for the tests of both.
"""

import json
from pathlib import Path
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from dbapi_jupyter.arguments import HelpRequested, split_words
from dbapi_jupyter.cells import Cell, read_cell
from dbapi_jupyter.errors import CellError, DbapiError
from dbapi_jupyter.kinds import MACRO, PYTHON_MACRO
from dbapi_jupyter.notebook import endpoint_key
from dbapi_jupyter.verbs.cells import CELLS

FIXTURE = Path(__file__).parents[2] / "jupyter_extension" / "tests" / "cell" / "cells.json"
BODY = "SELECT * FROM orders WHERE id = {{ id | sql_int }}\n"
_GET = "%%dbapi sql GET orders/{id}"
_SCRIPT = "%%dbapi script POST people/score\n"

SOURCES = (
    f"{_GET}\n{BODY}",
    f"{_GET} id=7 --no-run status='in transit'\n{BODY}",
    f"%%dbapi sql get /orders/{{id}}/ id=7\n{BODY}",
    f"%%dbapi sql --form GET 'orders/{{id}}'\n{BODY}",
    f"%%dbapi sql GET --params '{{\"id\": 7}}' orders\n{BODY}",
    f"%%dbapi sql GET --params='{{\"id\": 7}}' orders -1\n{BODY}",
    f"\n\n{_GET}\n\n{BODY}\n\n",
    f"  {_GET}\n  --| access: public\n  SELECT 1\n    AS one\n",
    f"{_GET}\r\n--| access: public\r\nSELECT 1\r\n  AS one\r\n",
    f"{_GET}\n--| access: public\n\n--| timeout: 5\n\nSELECT 1\n--  a comment\n \t",
    f"{_GET}\n--|access: public\n--|max_rows:   10\nSELECT 1",
    f"{_GET}\n--| params:\n--|   since: date\n--|   limit: {{type: integer, default: 20}}\n"
    f"--|   nothing:\n{BODY}",
    f"{_GET}\n--| params: {{since: date, limit: integer, region: }}\n{BODY}",
    f"{_GET}\n--| params:\n--|   a: {{enum: [a, 'b c', 3, true, null], type: string}}\n"
    f"--|   b:\n--|     type: array\n--|     items: integer\n--|     enum:\n--|     - 1\n"
    f"--|     - 2\n--|   c:\n--|     default: {{x: [1, {{y: z}}], w: []}}\n{BODY}",
    f"{_GET}\n--| params:\n--|   month:\n--|     type: string\n--|     validate: |\n"
    '--|       def validate(value, params):\n--|           if value > params["until"]:\n'
    f'--|               return "ünder 🦆 lies"\n--|     required: true\n{BODY}',
    f"{_GET}\n--| description: |\n--|   first\n--|\n--|     deeper\n\n--|   last\n"
    f"--| name: x\n{BODY}",
    f"{_GET}\n--| description: |-\n--|   first\n--|   last\n{BODY}",
    f"{_GET}\n--| description: |+\n--|   first\n--|\n--|\n--| name: x\n{BODY}",
    f"{_GET}\n--| description: >\n--|   one line\n--|   goes on\n--|\n--|   another\n{BODY}",
    f"{_GET}\n--| description: >-\n--|   one\n--|     deep\n--|     er\n--|   two\n{BODY}",
    f"{_GET}\n--| description: plain text\n--|   goes on\n--| name: x\n{BODY}",
    f"{_GET}\n--| description: \"with \\\"quotes\\\" \\u00fc \\x41 \\n \\t: it's\"\n{BODY}",
    f"{_GET}\n--| description: 'it''s: # no comment'\n--| name: x # a comment\n{BODY}",
    f"{_GET}\n--| description: ünïcödé 🦆 text\n--| name: 🦆\nSELECT '🦆' AS duck\n",
    f"{_GET}\n--| run: {{id: 7, on: yes, d: 2026-01-01, t: 12:30, f: 1.5, e: 1e3, o: 010}}\n{BODY}",
    f"{_GET}\n--| cache: 60\n--| page: {{style: keyset, by: [-created_at, id], size: 100}}\n"
    f"--| max_export_rows: 5000000\n--| allow_async: true\n{BODY}",
    f"{_GET}\n--| cache: {{ttl: 60, vary: [client]}}\n--| page:\n--|   style: offset\n"
    f"--|   by:\n--|   - -id\n--| allow_async: yes\n{BODY}",
    f"{_GET}\n--| cache: 1.5\n{BODY}",
    f"{_GET}\n--| cache: true\n--| page: id\n{BODY}",
    f"{_GET}\n--| cache:\n--| page:\n{BODY}",
    f"{_GET}\n--| run: {{a: -5, b: +7, c: .5, d: 0x10, e: ~, f: 'no', g: No, h: TRUE}}\n{BODY}",
    f"{_GET}\n--| run:\n{BODY}",
    f"{_GET}\n--| name:\n--| access: public\n{BODY}",
    f"{_GET}\n--| params: &p {{id: integer}}\n--| run: {{id: !!str 7}}\n{BODY}",
    f"{_GET}\n--| # only a comment\n{BODY}",
    f"{_GET}\n--|\n{BODY}",
    f"{_GET}\n--| {{access: public, timeout: 5}}\n{BODY}",
    f"{_GET}\n--| \"access\": 'public'\n{BODY}",
    f"{_GET}\nSELECT (((1 + (2))))\n  , '(' AS x\n",
    f"{_GET}\nSELECT 1 AS \x0b x\n",
    f"{_SCRIPT}#| description: A score\n#| params:\n#|   factor: integer\n# a comment\n"
    "def execute(params):\n    return 1\n",
    f"{_SCRIPT}\nresult = 1\n",
    "%%dbapi transform GET orders/{id}\ndef transform(result, params):\n    return result\n",
    "%%dbapi test GET orders/{id} --name empty\nassert call(id=7).status == 200\n",
    "%%dbapi macro page\n--| description: One page\n"
    "{% macro page(n) %} LIMIT {{ n }} {% endmacro %}",
    "%%dbapi macro money --python\n#| module: sales\ndef euros(cents):\n    return cents / 100\n",
    # What cannot be read.
    f"{_GET}\n",
    f"{_GET}\n--| access: public\n",
    f"{_GET}\n--| acces: public\n{BODY}",
    f"{_GET}\n--| name: a\n--| name: b\n{BODY}",
    f"{_GET}\n--| params:\n--|   a: date\n--|   a: date\n{BODY}",
    f"{_GET}\n--| params: [a, b]\n{BODY}",
    f"{_GET}\n--| run: 7\n{BODY}",
    f"{_GET}\n--| just words\n{BODY}",
    f"{_GET}\n--| - a\n--| - b\n{BODY}",
    f"{_GET}\n--| name: a: b\n{BODY}",
    f"{_GET}\n--| name: \"no end\n{BODY}",
    f"{_GET}\n--| name: [1, 2\n{BODY}",
    f"{_GET}\n--| name: @at\n{BODY}",
    f"{_GET}\n--| name: *nobody\n{BODY}",
    f"{_GET}\nSELECT 1\n--| name: late\n",
    f"{_GET}\n#| name: python\n{BODY}",
    f"{_SCRIPT}--| name: sql\nresult = 1\n",
    "%%dbapi transform GET orders\n#| name: x\ndef transform(result, params): ...\n",
    f"%%dbapi\n{BODY}",
    f"%%dbapi query GET orders\n{BODY}",
    f"%%dbapi sql\n{BODY}",
    f"%%dbapi sql GET\n{BODY}",
    f"%%dbapi sql orders/{{id}} GET\n{BODY}",
    f"%%dbapi sql GET limit=7\n{BODY}",
    f"%%dbapi sql GET /\n{BODY}",
    f"%%dbapi sql GET orders --nothing\n{BODY}",
    f"%%dbapi sql GET 'orders\n{BODY}",
    f"%%dbapi sql --help\n{BODY}",
    f"%%dbapi macro\n{BODY}",
)  # fmt: skip


def described(source: str) -> dict[str, Any]:
    """How the magics read it."""
    line, body = _as_run(source)
    try:
        return _read(line, body)
    except CellError as error:
        place = error.place
        return {"error": str(error), "line": place.line if place else None}
    except (DbapiError, HelpRequested):
        return {"error": "the first line"}


def _as_run(source: str) -> tuple[str, str]:
    """What IPython gives to the magic."""
    manager = TransformerManager()
    lines = f"{source}\n".splitlines(keepends=True)
    for transform in manager.cleanup_transforms[:2]:
        lines = transform(lines)
    name, _, line = lines[0][2:].rstrip().partition(" ")
    assert name == "dbapi", source
    return line, "".join(lines[1:])


def _read(line: str, body: str) -> dict[str, Any]:
    words = split_words(line)
    verb = CELLS[words[0]] if words and words[0] in CELLS else None
    if verb is None:
        return {"error": "the first line"}
    options = verb.parser().parse_words(words[1:])
    kind = verb.kind
    said: dict[str, Any] = {"kind": kind.name}
    if kind is MACRO:
        kind = PYTHON_MACRO if options.python else MACRO
        said["name"] = options.name
    else:
        said["method"], said["path"] = endpoint_key(options.method, options.path)
    return {**said, "mark": kind.mark, **_parts(read_cell(f"%%dbapi {line}", body, kind))}


def _parts(cell: Cell) -> dict[str, Any]:
    return {
        "header": cell.header,
        "run": cell.run,
        "content": cell.content,
        "content_line": cell.content_line,
        "places": cell.places,
        "texts": cell.texts,
    }


def fixture() -> list[dict[str, Any]]:
    """All of them."""
    cells = [{"source": source, **described(source)} for source in SOURCES]
    # As it comes back from a file: tuples are lists there.
    read: list[dict[str, Any]] = json.loads(json.dumps(cells))
    return read


if __name__ == "__main__":
    FIXTURE.write_text(json.dumps(fixture(), indent=1, ensure_ascii=True) + "\n")
