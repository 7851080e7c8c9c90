"""publish, rollback, unpublish, purge: what is live."""

import argparse
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from ..arguments import Parser, add_endpoint
from ..client import ApiError
from ..diffview import DiffView
from ..errors import UsageError
from ..meanwhile import publish_refused
from ..notebook import CellRun, Notebook
from ..parameters import as_text, fill_path
from ..provenance import provenance
from ..results import Message, Shown
from ..shapes import Diff, Endpoint, Macro, Plan, Published
from ..testview import tests_line
from .base import Verb
from .macros import meant_macro, publish_macro
from .tests import not_published

IN_QUERY = {"GET", "DELETE"}


def _publish_arguments(parser: Parser) -> None:
    add_endpoint(parser, optional=True)
    parser.add_argument("-m", "--message", metavar="TEXT", help="why, for those who read versions")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, only")
    parser.add_argument(
        "--force", metavar="REASON", help="publish although tests fail; the version keeps why"
    )


def publish(notebook: Notebook, options: argparse.Namespace) -> Shown:
    """Make the draft live, or a macro's text; say so when it is already."""
    macro = meant_macro(notebook, options)
    if macro is not None:
        return _macro(notebook, macro, options)
    key = notebook.endpoint_key(options.method, options.path)
    endpoint = notebook.resources.endpoint(*key)
    ran = notebook.runs.get(key, CellRun())
    if options.dry_run:
        return _planned(notebook.resources.plan(endpoint), endpoint, *_warnings(ran))
    origin = provenance(notebook.variables, ran.cell_id)
    seen = notebook.seen[key]
    try:
        done = notebook.resources.publish(
            endpoint, options.message, origin, _reason(options), if_match=seen.known
        )
    except ApiError as error:
        if error.conflict is not None:
            raise publish_refused(error, notebook.connection, key, seen.definition) from error
        if error.code == "tests_failed":
            raise not_published(notebook, endpoint, error) from error
        raise
    notebook.catalog.forget("endpoints")
    return _published(done, ran, options.force)


def _reason(options: argparse.Namespace) -> str | None:
    if options.force is not None and not options.force.strip():
        raise UsageError("--force needs a reason", hint='--force "The data of May is late"')
    return None if options.force is None else str(options.force)


def _macro(notebook: Notebook, macro: Macro, options: argparse.Namespace) -> Shown:
    for flag, given in {"--dry-run": options.dry_run, "--force": options.force}.items():
        if given:
            raise UsageError(f"{flag} is for endpoints", hint="Publishing a macro changes none")
    return publish_macro(notebook, macro, options.message)


def _warnings(ran: CellRun) -> list[str]:
    return [f"Its last run in this notebook failed: {ran.failure}"] if ran.failure else []


def _planned(plan: Plan, endpoint: Endpoint, *notes: str) -> Shown:
    name = _name(endpoint)
    if not plan["changes"]:
        return Message(f"Nothing to publish: version {plan['live_version']} is live and the same")
    number = plan["next_version"]
    made = f"make version {number} of {name}" if number else f"make an older version of {name} live"
    return _view(plan["diff"], f"Publishing would {made}. Nothing has changed yet.", *notes)


def _published(done: Published, ran: CellRun, reason: str | None) -> Shown:
    endpoint, version = done["endpoint"], done["version"]
    name = _name(endpoint)
    code = curl(endpoint, done["url"], ran.params)
    tests = _tests(done, reason)
    if not done["changed"]:
        said = f"Nothing to publish: version {version} is live and the same"
        return Message("\n".join([said, *tests]), code=code)
    if done["created"]:
        headline = f"Published version {version} of {name}"
    else:
        headline = f"Version {version} of {name} is live again: it is the same as the draft"
    notes = [_url_note(endpoint, done["url"]), *tests, *_warnings(ran)]
    return _view(done["diff"], headline, *notes, code=code)


def _tests(done: Published, reason: str | None) -> list[str]:
    results = done.get("tests")
    if not results:
        return []
    forced = f". It is published all the same: {reason}" if reason else ""
    failed = any(not result["passed"] for result in results)
    return [f"{tests_line(results)}{forced if failed else ''}"]


def _rollback_arguments(parser: Parser) -> None:
    add_endpoint(parser, optional=True)
    parser.add_argument(
        "--to", type=int, metavar="N", help="the version; without it the one before"
    )


def rollback(notebook: Notebook, options: argparse.Namespace) -> Shown:
    """Make an older version live; the draft stays as it is."""
    endpoint = notebook.endpoint(options.method, options.path)
    done = notebook.resources.rollback(endpoint, options.to)
    notebook.catalog.forget("endpoints")
    name = _name(endpoint)
    if not done["changed"]:
        return Message(f"Nothing to do: version {done['version']} of {name} is live already")
    headline = f"Version {done['version']} of {name} is live again. The draft is as it was."
    return _view(done["diff"], headline)


def purge(notebook: Notebook, options: argparse.Namespace) -> Message:
    """End what is kept of the endpoint's answers."""
    endpoint = notebook.endpoint(options.method, options.path)
    notebook.resources.purge(endpoint)
    return Message(f"The next call of {_name(endpoint)} is answered anew, by every worker", "good")


def unpublish(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Take the endpoint off the gateway."""
    endpoint = notebook.endpoint(options.method, options.path)
    name = _name(endpoint)
    if endpoint["live_version"] is None:
        return Message(f"Nothing to do: {name} is not live")
    notebook.resources.unpublish(endpoint)
    notebook.catalog.forget("endpoints")
    return Message(
        f"{name} is no longer live: callers get 404. Its draft and versions are kept; "
        f"`%dbapi rollback {name} --to {endpoint['live_version']}` brings it back",
        "good",
    )


def curl(endpoint: Endpoint, url: str, params: Mapping[str, Any]) -> str:
    """A command that calls the endpoint as the cell ran last; `…` where a value is not known."""
    base, _, template = url.partition("/api/")
    known = dict.fromkeys(_path_names(template), "…") | dict(params)
    path, left = fill_path(template, known)
    # Unreadable otherwise: the dots and the braces are there to be replaced.
    address = f"{base}/api/{path.replace('%E2%80%A6', '…')}"
    flags = []
    if endpoint["access"] == "private":
        flags.append('-H "Authorization: Bearer $TOKEN"')
    if left and endpoint["method"] in IN_QUERY:
        address += "?" + urlencode(
            {name: _query_value(value) for name, value in left.items()}, doseq=True
        )
    elif left:
        pairs = [f"{name}={as_text(value)}" for name, value in left.items()]
        flags += [f"--data-urlencode {shlex.quote(pair)}" for pair in pairs]
    if endpoint["method"] != "GET":
        flags.insert(0, f"-X {endpoint['method']}")
    return " ".join(["curl", *flags, f"'{address}'"])


def _query_value(value: object) -> str | list[str]:
    return [as_text(item) for item in value] if isinstance(value, list) else as_text(value)


def _path_names(template: str) -> list[str]:
    return [part[1:-1] for part in template.split("/") if part.startswith("{")]


def _view(diff: Diff, headline: str, *notes: str, code: str | None = None) -> DiffView:
    if diff["from"].startswith("live"):
        return DiffView(diff, headline, notes, code)
    # The first version differs from nothing: there is no change to look for.
    first: Diff = {**diff, "content": "", "fields": [], "breaking": []}
    return DiffView(first, headline, notes, code)


def _url_note(endpoint: Endpoint, url: str) -> str:
    who = "anybody may call it" if endpoint["access"] == "public" else "private: clients only"
    return f"`{url}` ({who})"


def _name(endpoint: Endpoint) -> str:
    return f"{endpoint['method']} {endpoint['path']}"


VERBS = (
    Verb(
        "publish",
        "Make a draft live as a new version; unchanged content makes none",
        publish,
        _publish_arguments,
        completes=("method", "path"),
        example='%dbapi publish -m "Only open orders"',
    ),
    Verb(
        "rollback",
        "Make an older version live",
        rollback,
        _rollback_arguments,
        completes=("method", "path"),
        example="%dbapi rollback GET orders/{customer_id} --to 1",
    ),
    Verb(
        "unpublish",
        "Take an endpoint off the gateway; its draft and versions are kept",
        unpublish,
        add_endpoint,
        completes=("method", "path"),
        example="%dbapi unpublish GET orders/{customer_id}",
    ),
    Verb(
        "purge",
        "End what is kept of an endpoint's answers, where it has a cache",
        purge,
        add_endpoint,
        completes=("method", "path"),
        example="%dbapi purge GET orders/{customer_id}",
    ),
)
