"""stats: how much is asked, how fast it is answered, what goes wrong, and who asks."""

import argparse

from ..arguments import Parser, whole_number
from ..notebook import Notebook
from ..results import Message, Shown
from ..text import count_text
from ..trafficview import TrafficView
from .base import Verb
from .logs import add_optional_endpoint, endpoint_id

DAYS, MOST = 7, 90


def _arguments(parser: Parser) -> None:
    add_optional_endpoint(parser)
    parser.add_argument(
        "--days",
        type=whole_number(1, MOST),
        default=DAYS,
        metavar="N",
        help=f"the last so many days, today with them; {DAYS} unless given",
    )


def stats(notebook: Notebook, options: argparse.Namespace) -> Shown:
    """An overview."""
    found = notebook.traffic.overview(options.days, endpoint_id(notebook, options))
    what = "All endpoints"
    if options.method or options.last:
        what = " ".join(notebook.endpoint_key(options.method, options.path))
    days = count_text(options.days, "day")
    if not found["requests"]:
        return Message(f"{what}: nobody has called in the last {days}")
    return TrafficView(found, f"{what} · the last {days}, in UTC")


VERBS = (
    Verb(
        "stats",
        "Show how much is asked, how fast it is answered, and what goes wrong",
        stats,
        _arguments,
        completes=("method", "path"),
        example="%dbapi stats GET orders/{customer_id} --days 30",
    ),
)
