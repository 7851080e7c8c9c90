"""datasources, tables, describe, endpoints, show."""

import argparse
import shlex
from fnmatch import fnmatchcase

from ..arguments import Parser, add_endpoint
from ..cells import write_cell
from ..errors import DbapiError
from ..kinds import SQL
from ..notebook import Notebook
from ..results import Listing, Message
from ..shapes import Endpoint, Table
from ..suggest import suggestion
from .base import Verb


def datasources(notebook: Notebook, _options: argparse.Namespace) -> Listing:
    """What can be queried."""
    rows = [
        (
            found["name"],
            found["product_type"],
            "read only" if found["read_only"] else "read and write",
            found.get("description") or "",
        )
        for found in notebook.resources.datasources()
    ]
    return Listing(
        ("name", "product", "access", "description"),
        rows,
        empty="You may use no datasource yet: ask an administrator",
    )


def default_datasource(notebook: Notebook, named: str | None) -> str:
    """The one named, else the one in use, else the only one. Raises DbapiError."""
    if chosen := named or notebook.datasource:
        return chosen
    names = [found["name"] for found in notebook.resources.datasources()]
    if len(names) == 1:
        return names[0]
    raise DbapiError(
        "Which datasource?",
        hint=f"Choose one with %dbapi use NAME: {', '.join(names) or 'there is none'}",
    )


def _datasource_flag(parser: Parser) -> None:
    parser.add_argument("--datasource", metavar="NAME", help="instead of the one in use")


def _tables_arguments(parser: Parser) -> None:
    parser.add_argument(
        "pattern", nargs="?", metavar="PATTERN", help="part of a name, or with * and ?"
    )
    _datasource_flag(parser)


def tables(notebook: Notebook, options: argparse.Namespace) -> Listing:
    """Tables and views."""
    datasource = default_datasource(notebook, options.datasource)
    pattern = (options.pattern or "*").lower()
    pattern = pattern if set(pattern) & set("*?[") else f"*{pattern}*"
    found = [
        table
        for table in notebook.resources.tables(datasource)
        if fnmatchcase(table["name"].lower(), pattern)
    ]
    rows = [
        (table["name"], table["schema"], table["kind"], len(table["columns"])) for table in found
    ]
    return Listing(
        ("name", "schema", "kind", "columns"),
        rows,
        note=f"datasource {datasource}",
        empty=f"No table of {datasource} is called {options.pattern}"
        if options.pattern
        else f"{datasource} has no tables",
    )


def _describe_arguments(parser: Parser) -> None:
    parser.add_argument("table", metavar="TABLE", help="a name, or schema.name")
    _datasource_flag(parser)


def describe(notebook: Notebook, options: argparse.Namespace) -> Listing:
    """The columns of one table."""
    datasource = default_datasource(notebook, options.datasource)
    found = _table(notebook.resources.tables(datasource), options.table, datasource)
    rows = [
        (column["name"], column["type"], "yes" if column["nullable"] else "no")
        for column in found["columns"]
    ]
    note = f"{found['kind']} {found['schema']}.{found['name']} of datasource {datasource}"
    return Listing(("column", "type", "nullable"), rows, note=note)


def _table(tables: list[Table], wanted: str, datasource: str) -> Table:
    name = wanted.lower()
    for table in tables:
        if name in (table["name"].lower(), f"{table['schema']}.{table['name']}".lower()):
            return table
    raise DbapiError(
        f"{datasource} has no table {wanted}",
        hint=suggestion(wanted, [table["name"] for table in tables]),
    )


def _endpoints_arguments(parser: Parser) -> None:
    parser.add_argument("search", nargs="?", metavar="SEARCH", help="part of a path or a name")


def endpoints(notebook: Notebook, options: argparse.Namespace) -> Listing:
    """What has been written."""
    found, total = notebook.resources.endpoints(options.search)
    rows = [
        (
            endpoint["method"],
            endpoint["path"],
            endpoint_state(endpoint),
            endpoint["access"],
            endpoint["module"],
            endpoint["datasource"],
        )
        for endpoint in found
    ]
    note = f"{len(found)} of {total:,}; search to see others" if total > len(found) else ""
    return Listing(
        ("method", "path", "state", "access", "module", "datasource"),
        rows,
        note=note,
        empty="No endpoint is like that" if options.search else "There is no endpoint yet",
    )


def endpoint_state(endpoint: Endpoint) -> str:
    """`live: version 2, edited`."""
    if endpoint["live_version"] is None:
        return endpoint["state"]
    edited = ", edited" if endpoint["state"] == "edited" else ""
    return f"live: version {endpoint['live_version']}{edited}"


def show(notebook: Notebook, options: argparse.Namespace) -> Message:
    """The draft as the cells that would save it: its own, its transform's, its tests'."""
    endpoint = notebook.endpoint(options.method, options.path)
    read = notebook.resources.read_draft(endpoint)
    notebook.seen[endpoint["method"], endpoint["path"]].show(read)
    draft = read.data
    name = f"{endpoint['method']} {endpoint['path']}"
    whole = {**draft, "datasource": endpoint["datasource"], "module": endpoint["module"]}
    cells = [write_cell(draft.get("engine", SQL.name), whole)]
    if draft.get("transform"):
        cells.append(f"%%dbapi transform {name}\n{draft['transform']}")
    cells += [
        f"%%dbapi test {name} --name {shlex.quote(test['name'])}\n{test['content']}"
        for test in notebook.resources.tests(endpoint)
    ]
    return Message(f"{name} ({endpoint_state(endpoint)})", code="\n\n".join(cells))


VERBS = (
    Verb("datasources", "List the databases you may query", datasources),
    Verb(
        "tables",
        "List the tables of a datasource",
        tables,
        _tables_arguments,
        completes=("table",),
        example="%dbapi tables order*",
    ),
    Verb(
        "describe",
        "List the columns of a table",
        describe,
        _describe_arguments,
        completes=("table",),
        example="%dbapi describe orders",
    ),
    Verb("endpoints", "List the endpoints and their state", endpoints, _endpoints_arguments),
    Verb(
        "show",
        "Show an endpoint's draft as cells",
        show,
        lambda parser: add_endpoint(parser, optional=True),
        completes=("method", "path"),
        example="%dbapi show GET orders/{customer_id}",
    ),
)
