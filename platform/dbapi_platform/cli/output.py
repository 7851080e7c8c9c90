"""What commands print: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from ..console import out

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def print_json(data: object, *, sort_keys: bool = False) -> None:
    """On standard output, nothing else with it."""
    text = json.dumps(data, indent=2, ensure_ascii=False, default=str, sort_keys=sort_keys)
    sys.stdout.write(text + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows as they are: no text of theirs is taken for a style."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        # A path that is cut off names nothing.
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    out.print(table)


def print_fields(fields: Mapping[str, Any]) -> None:
    """One thing: a name and a value in each line."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in fields.items():
        table.add_row(Text(name, style="bold"), _cell(value))
    out.print(table)


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something is lost; ends the command unless it is wanted."""
    if not yes:
        typer.confirm(question, abort=True)


def say(text: str) -> None:
    """A line for people."""
    out.print(text, markup=False, soft_wrap=True)


def _cell(value: Any) -> Text:
    match value:
        case None:
            return Text("-", style="dim")
        case bool():
            return Text("yes" if value else "no")
        case list() | tuple():
            return Text("\n".join(str(element) for element in value))
        case Text():
            return value
    return Text(str(value))
