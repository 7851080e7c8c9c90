"""HTML that reads well in JupyterLab, VS Code, nbconvert and a browser, light or dark.

Text takes its colour from where it stands; lines and tints are that colour made thin, so nothing
depends on knowing the theme.
"""

from collections.abc import Sequence
from html import escape

from .shapes import LogLine
from .text import indented, is_number_column, log_lines, value_text

MAX_VALUE = 200

_RULES = """
.dbapi-out { font-size: 13px; line-height: 1.5; color: var(--jp-content-font-color1, inherit);
  max-width: 100%; }
.dbapi-out .dbapi-scroll { overflow-x: auto; }
.dbapi-out table { border-collapse: collapse; margin: 2px 0 4px; border: 0; width: auto;
  font-variant-numeric: tabular-nums; }
.dbapi-out tr, .dbapi-out tbody tr:nth-child(n) { background: transparent; }
.dbapi-out th, .dbapi-out td { text-align: left; padding: 3px 18px 3px 4px; border: 0;
  max-width: 34em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  vertical-align: top; }
.dbapi-out th { font-weight: 600;
  border-bottom: 1px solid color-mix(in srgb, currentColor 35%, transparent); }
.dbapi-out tbody td { border-bottom: 1px solid color-mix(in srgb, currentColor 10%, transparent); }
.dbapi-out td.dbapi-number, .dbapi-out th.dbapi-number { text-align: right; }
.dbapi-out .dbapi-null { opacity: .5; font-style: italic; }
.dbapi-out td.dbapi-bar { width: 16em; max-width: 16em; padding-right: 4px;
  text-overflow: clip; }
.dbapi-out td.dbapi-bar span { display: inline-block; height: .8em; min-width: 1px;
  background: color-mix(in srgb, currentColor 40%, transparent); }
.dbapi-out td.dbapi-bar .dbapi-bar-bad { background: #f85149; }
.dbapi-out p { margin: 2px 0; padding: 0 4px; }
.dbapi-out .dbapi-note { opacity: .72; }
.dbapi-out code, .dbapi-out pre { font-family: var(--jp-code-font-family, ui-monospace, monospace);
  font-size: 12.5px; background: color-mix(in srgb, currentColor 7%, transparent); color: inherit;
  border-radius: 3px; }
.dbapi-out code { padding: 1px 4px; }
.dbapi-out pre { padding: 8px 10px; margin: 4px 0; overflow-x: auto; white-space: pre;
  display: grid; }
.dbapi-out pre span { display: block; min-height: 1.4em; margin: 0 -10px; padding: 0 10px; }
.dbapi-out .dbapi-add { background: rgba(46, 160, 67, .22); }
.dbapi-out .dbapi-gone { background: rgba(248, 81, 73, .2); }
.dbapi-out .dbapi-place { opacity: .55; }
.dbapi-out .dbapi-log b { font-weight: 600; }
.dbapi-out .dbapi-log .dbapi-log-debug { opacity: .72; }
.dbapi-out .dbapi-log .dbapi-log-warning { box-shadow: inset 3px 0 #d29922; }
.dbapi-out .dbapi-log .dbapi-log-error { box-shadow: inset 3px 0 #f85149; }
.dbapi-out .dbapi-warning { border-left: 3px solid #d29922; padding-left: 8px; margin: 4px 0; }
.dbapi-out .dbapi-bad { border-left: 3px solid #f85149; padding-left: 8px; margin: 4px 0; }
.dbapi-out .dbapi-good { border-left: 3px solid #2ea043; padding-left: 8px; margin: 4px 0; }
"""
# The class is doubled to outweigh the front-ends' own rules for tables in outputs.
STYLE = _RULES.replace(".dbapi-out", ".dbapi-out.dbapi-out")


def page(*parts: str) -> str:
    """An output: its style and its parts. Values that hold `$` are not mathematics."""
    inside = "\n".join(part for part in parts if part)
    return (
        f'<div class="dbapi-out tex2jax_ignore mathjax_ignore"><style>{STYLE}</style>{inside}</div>'
    )


def paragraph(text: str, kind: str = "") -> str:
    """`kind` is note, warning, good or bad."""
    css = f' class="dbapi-{kind}"' if kind else ""
    return f"<p{css}>{with_code(text)}</p>"


def with_code(text: str) -> str:
    """Escaped; what stands in backquotes as code."""
    parts = escape(text, quote=False).split("`")
    if len(parts) % 2 == 0:
        return "`".join(parts)
    return "".join(
        f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts)
    )


def code_block(text: str) -> str:
    """Preformatted."""
    return f"<pre>{escape(text, quote=False)}</pre>"


def log(logs: Sequence[LogLine]) -> str:
    """What a script logged: the level is a word, so that nothing depends on colour."""
    lines = "".join(
        f'<span class="dbapi-log-{escape(level)}"><b>{escape(f"{level:<7}")}</b>  '
        f"{escape(indented(message, 9), quote=False)}</span>"
        for level, message in log_lines(logs)
    )
    return f'{paragraph("Log", "note")}<pre class="dbapi-log">{lines}</pre>'


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table of escaped values, shortened."""
    css = [
        ' class="dbapi-number"' if is_number_column(rows, index) else ""
        for index in range(len(columns))
    ]
    head = "".join(
        f"<th{kind}>{escape(value_text(name, MAX_VALUE))}</th>"
        for name, kind in zip(columns, css, strict=True)
    )
    body = "".join(
        "<tr>" + "".join(_cell(*pair) for pair in zip(row, css, strict=True)) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="dbapi-scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(value: object, kind: str) -> str:
    if value is None:
        return f'<td{kind}><span class="dbapi-null">NULL</span></td>'
    return f"<td{kind}>{escape(value_text(value, MAX_VALUE))}</td>"


def bar(share: float, bad: float) -> str:
    """A bar as long as `share` of the column, of which `bad` at its end is what went wrong."""
    good = max(share - bad, 0.0)
    parts = [("", good), (' class="dbapi-bar-bad"', bad)]
    drawn = "".join(
        f'<span{css} style="width: {length * 100:.1f}%"></span>' for css, length in parts if length
    )
    return f'<td class="dbapi-bar" aria-hidden="true">{drawn}</td>'


def bar_table(columns: Sequence[str], rows: Sequence[tuple[Sequence[object], str]]) -> str:
    """A table with a bar behind each row."""
    cells = [row for row, _ in rows]
    css = [
        ' class="dbapi-number"' if is_number_column(cells, index) else ""
        for index in range(len(columns))
    ]
    head = "".join(
        f"<th{kind}>{escape(name)}</th>" for name, kind in zip(columns, css, strict=True)
    )
    body = "".join(
        f"<tr>{''.join(_cell(*pair) for pair in zip(row, css, strict=True))}{drawn}</tr>"
        for row, drawn in rows
    )
    return (
        f'<div class="dbapi-scroll"><table><thead><tr>{head}<th></th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
