"""logs: what was asked of the gateway, and what callers were not told."""

import argparse
import re
import time
from typing import Any

from IPython.display import DisplayHandle
from IPython.display import display as _display

from ..arguments import Parser, add_endpoint, whole_number
from ..errors import DbapiError, UsageError
from ..moments import moment_text, read_moment
from ..notebook import Notebook
from ..recordview import RecordView
from ..results import Listing, Shown
from ..traffic_shapes import AccessRecord
from .base import Verb

COLUMNS = ("time", "status", "request", "ms", "client", "address", "error", "request id")
STATUS = re.compile(r"[1-5](?:\d\d|xx)")
LIMIT, MOST = 20, 500
POLL_S, LONGEST_S = 2.0, 600


def add_optional_endpoint(parser: Parser) -> None:
    """METHOD and PATH, or `--last`; without them all are meant."""
    add_endpoint(parser, optional=True, without="all")
    parser.add_argument(
        "--last", action="store_true", help="that of the cell that ran last in this notebook"
    )


def endpoint_id(notebook: Notebook, options: argparse.Namespace) -> str | None:
    """Of the endpoint that is meant; None is all. Raises UsageError, DbapiError."""
    if options.method is None and not options.last:
        return None
    if options.method is not None and options.last:
        raise UsageError("Give an endpoint or --last, not both")
    return notebook.endpoint(options.method, options.path)["id"]


def _arguments(parser: Parser) -> None:
    add_optional_endpoint(parser)
    parser.add_argument("--status", metavar="CODE", help="such as 404, or 5xx for all like it")
    parser.add_argument(
        "--path",
        dest="path_begins",
        metavar="PATH",
        help="what the path that was called begins with",
    )
    parser.add_argument("--client", metavar="NAME", help="calls of this client")
    parser.add_argument("--ip", metavar="ADDRESS", help="calls from this address")
    parser.add_argument("--error", metavar="CODE", help="such as invalid_parameters")
    parser.add_argument(
        "--slow",
        type=whole_number(0, 3_600_000),
        metavar="MS",
        help="those that took so many milliseconds or longer",
    )
    parser.add_argument("--since", metavar="WHEN", help="30m, 1h, 2d ago, or a date")
    parser.add_argument("--until", metavar="WHEN", help="the same")
    parser.add_argument("--request-id", metavar="ID", help="this one, with its error in full")
    parser.add_argument(
        "--limit",
        type=whole_number(1, MOST),
        default=LIMIT,
        metavar="N",
        help=f"how many; {LIMIT} unless given",
    )
    parser.add_argument(
        "--follow",
        type=whole_number(1, LONGEST_S),
        metavar="SECONDS",
        help=f"show new ones as they come, for so long (up to {LONGEST_S}); interrupt to end it",
    )


def logs(notebook: Notebook, options: argparse.Namespace) -> Shown | None:
    """Newest first."""
    filters = _filters(notebook, options)
    if options.follow is not None:
        _follow(notebook, options, filters)
        return None
    found, total = _read(notebook, options, filters)
    if options.request_id is None:
        return _listing(found, total)
    if not found:
        raise DbapiError(
            f"There is no record of request {options.request_id}",
            hint="Records are written within seconds, and kept for some days. "
            "You see those of endpoints that you may read",
        )
    return RecordView(found[0])


def _filters(notebook: Notebook, options: argparse.Namespace) -> dict[str, Any]:
    if options.status and not STATUS.fullmatch(options.status.lower()):
        raise UsageError(
            f"--status: '{options.status}' is no status", hint="Write 404, or 4xx for all like it"
        )
    client = notebook.consumers.client(options.client)["id"] if options.client else None
    return {
        "endpoint_id": endpoint_id(notebook, options),
        "status": options.status.lower() if options.status else None,
        "client_id": client,
        "path": options.path_begins,
        "ip_address": options.ip,
        "error_code": options.error,
        "min_duration_ms": options.slow,
        "request_id": options.request_id,
    }


def _read(
    notebook: Notebook, options: argparse.Namespace, filters: dict[str, Any]
) -> tuple[list[AccessRecord], str]:
    return notebook.traffic.records(
        since=read_moment(options.since, "--since") if options.since else None,
        until=read_moment(options.until, "--until") if options.until else None,
        limit=options.limit,
        **filters,
    )


def _listing(found: list[AccessRecord], total: str) -> Listing:
    said = [f"the newest {len(found)} of {total}"] if total else []
    said.append("times in UTC")
    if any(record["error"] for record in found):
        said.append("%dbapi logs --request-id ID shows an error in full")
    return Listing(
        COLUMNS, [_row(record) for record in found], " · ".join(said), "No request is like that"
    )


def _row(record: AccessRecord) -> tuple[object, ...]:
    return (
        moment_text(record["created_at"]),
        record["status"],
        f"{record['method']} {record['path']}",
        round(record["duration_ms"], 1),
        record["client"] or record["client_id"] or "",
        record["ip_address"] or "",
        record["error"] or record["error_code"] or "",
        record["request_id"],
    )


def _follow(notebook: Notebook, options: argparse.Namespace, filters: dict[str, Any]) -> None:
    """Interrupting ends it, like any other end."""
    ends_at = time.monotonic() + options.follow
    shown: DisplayHandle | None = None
    before: object = None
    try:
        while True:
            found = _read(notebook, options, filters)
            if found != before:
                shown = _show(_listing(*found), shown)
            before = found
            if time.monotonic() + POLL_S > ends_at:
                return
            time.sleep(POLL_S)
    except KeyboardInterrupt:
        return


def _show(listing: Listing, shown: DisplayHandle | None) -> DisplayHandle | None:
    """In the place of what was shown before, where the front-end can do that."""
    if shown is None:
        handle: DisplayHandle | None = _display(listing, display_id=True)  # type: ignore[no-untyped-call]
        return handle
    shown.update(listing)  # type: ignore[no-untyped-call]
    return shown


VERBS = (
    Verb(
        "logs",
        "List the requests to the gateway, refused ones too, with their errors",
        logs,
        _arguments,
        completes=("method", "path"),
        example="%dbapi logs GET orders/{customer_id} --status 5xx --since 1h",
    ),
)
