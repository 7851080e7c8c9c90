"""versions, diff: what was live, and what differs."""

import argparse
from collections.abc import Callable

from ..arguments import Parser, add_endpoint
from ..diffview import DiffView
from ..notebook import Notebook
from ..results import Listing, Message, Shown
from ..shapes import Version
from .availability import availability_text
from .base import Verb

COLUMNS = ("version", "live", "published", "by", "message", "notebook", "commit")
# Shown where there is any.
MORE: dict[str, Callable[[Version], str]] = {
    "callable": availability_text,
    "published although tests failed": lambda version: version.get("forced") or "",
}


def versions(notebook: Notebook, options: argparse.Namespace) -> Listing:
    """Newest first."""
    endpoint = notebook.endpoint(options.method, options.path)
    found = notebook.resources.versions(endpoint)
    columns: tuple[str, ...] = COLUMNS
    rows = [_row(version) for version in found]
    for column, tell in MORE.items():
        if any(tell(version) for version in found):
            columns = (*columns, column)
            rows = [(*row, tell(each)) for row, each in zip(rows, found, strict=True)]
    return Listing(
        columns,
        rows,
        note=f"{endpoint['method']} {endpoint['path']}",
        empty="Nothing has been published yet",
    )


def _row(version: Version) -> tuple[object, ...]:
    origin = version["provenance"]
    return (
        version["number"],
        "live" if version["is_live"] else "",
        version["created_at"][:16].replace("T", " "),
        version["created_by"] or "",
        version["message"] or "",
        origin["notebook"] or "",
        (origin["git_commit"] or "")[:8],
    )


def _diff_arguments(parser: Parser) -> None:
    add_endpoint(parser, optional=True)
    parser.add_argument(
        "--from", dest="before", default="live", metavar="SIDE", help="draft, live or a number"
    )
    parser.add_argument(
        "--to", dest="after", default="draft", metavar="SIDE", help="draft, live or a number"
    )


def diff(notebook: Notebook, options: argparse.Namespace) -> Shown:
    """What differs between two of draft, live, and versions."""
    endpoint = notebook.endpoint(options.method, options.path)
    name = f"{endpoint['method']} {endpoint['path']}"
    if endpoint["live_version"] is None and "live" in (options.before, options.after):
        return Message(f"{name} is not live: there is nothing to compare with yet")
    found = notebook.resources.diff(endpoint, options.before, options.after)
    view = DiffView(found, f"{name}: from {found['from']} to {found['to']}")
    if not view.changes:
        return Message(f"{name}: {found['from']} and {found['to']} are the same")
    return view


VERBS = (
    Verb(
        "versions",
        "List the versions of an endpoint, newest first",
        versions,
        lambda parser: add_endpoint(parser, optional=True),
        completes=("method", "path"),
        example="%dbapi versions GET orders/{customer_id}",
    ),
    Verb(
        "diff",
        "Show what differs between the draft, what is live, and versions",
        diff,
        _diff_arguments,
        completes=("method", "path"),
        example="%dbapi diff --from 1 --to 2",
    ),
)
