"""run: a saved draft on the platform, and what it answers."""

import argparse
from collections.abc import Mapping
from typing import Any

from ..arguments import Parser, add_endpoint, add_parameters
from ..cells import Cell
from ..client import ApiError
from ..errors import UsageError
from ..notebook import CellRun, Key, Notebook
from ..parameters import ask_for, check_names, missing, read_params, read_values
from ..provenance import cell_id
from ..results import Message, Result, Shown
from ..rows import answers_of
from ..shapes import DebugResult, Endpoint
from .base import Verb
from .explore import endpoint_state
from .refusals import refused


def add_run_options(parser: Parser) -> None:
    """Parameters, and the form for them."""
    add_parameters(parser)
    parser.add_argument(
        "--form", action="store_true", help="show a form for the parameters (needs ipywidgets)"
    )


def _run_arguments(parser: Parser) -> None:
    add_endpoint(parser, optional=True)
    add_run_options(parser)


def run(notebook: Notebook, options: argparse.Namespace) -> Shown:
    """Run a draft that is saved; what is not given is as it was the last time."""
    if options.method and "=" in options.method:
        # The endpoint is left out: what stands first are parameters.
        words = [options.method, *([options.path] if options.path else []), *options.values]
        options.method, options.path, options.values = None, None, words
    key = notebook.endpoint_key(options.method, options.path)
    endpoint = notebook.resources.endpoint(*key)
    given = repeated(notebook, endpoint) | given_values(notebook, options)
    notebook.last, notebook.last_macro = key, None
    return run_draft(notebook, endpoint, given, form=options.form)


def given_values(notebook: Notebook, options: argparse.Namespace) -> dict[str, Any]:
    """Those of the line."""
    return {**read_params(options.params, notebook.variables), **read_values(options.values)}


def repeated(notebook: Notebook, endpoint: Endpoint) -> dict[str, Any]:
    """Those of the last run that the endpoint still has."""
    ran = notebook.runs.get((endpoint["method"], endpoint["path"]), CellRun())
    names = [parameter["name"] for parameter in endpoint["params"]]
    return {name: value for name, value in ran.params.items() if name in names}


def run_draft(
    notebook: Notebook,
    endpoint: Endpoint,
    given: Mapping[str, Any],
    *,
    form: bool = False,
    cell: Cell | None = None,
) -> Shown:
    """Run the draft, or show a form to run it by. Raises UsageError when a value is missing."""
    declared = endpoint["params"]
    check_names(declared, given)
    lacking = missing(declared, given)
    if form:
        from ..form import show_form  # noqa: PLC0415 - ipywidgets is optional

        key, url, place = _key(endpoint), notebook.connection.url, cell_id(notebook.shell)
        known = {parameter["name"] for parameter in declared}
        kept = notebook.remembered.load(url, key, place)

        def run_filled(values: dict[str, Any]) -> Result:
            notebook.remembered.save(url, key, place, values)
            return execute(notebook, endpoint, values)

        show_form(
            endpoint,
            {name: value for name, value in kept.items() if name in known} | dict(given),
            run_filled,
            lambda name: notebook.resources.options(endpoint, name),
        )
        if lacking:
            return Message("Fill in the form to run the draft; what has a * is required")
    if lacking:
        message, hint = ask_for(lacking, cell.kind.mark if cell else None)
        raise UsageError(message, hint=hint)
    return execute(notebook, endpoint, given, cell)


def execute(
    notebook: Notebook, endpoint: Endpoint, given: Mapping[str, Any], cell: Cell | None = None
) -> Result:
    """Run the draft with these parameters and remember them."""
    ran = notebook.runs.setdefault(_key(endpoint), CellRun())
    try:
        answer = notebook.resources.debug(endpoint, dict(given))
    except ApiError as error:
        ran.failure = error.message
        raise refused(error, cell, lambda: notebook.resources.draft(endpoint)) from error
    ran.params, ran.failure = dict(given), None
    return _result(endpoint, answer)


def _key(endpoint: Endpoint) -> Key:
    return endpoint["method"], endpoint["path"]


def _result(endpoint: Endpoint, answer: DebugResult) -> Result:
    state = endpoint_state(endpoint)
    name = f"{endpoint['method']} {endpoint['path']}"
    envelope = answer.get("envelope", {})
    return Result(
        answer["data"],
        answers_of(
            answer["results"], answer["data"], truncated=bool(envelope.get("truncated", False))
        ),
        answer["elapsed_ms"],
        f"draft of {name} ({'not live' if state == 'draft' else state})",
        warnings=endpoint.get("problems", ()),
        params=answer["params"],
        logs=answer.get("logs", ()),
        envelope=envelope,
    )


VERBS = (
    Verb(
        "run",
        "Run a saved draft again; parameters not given are those of the last time",
        run,
        _run_arguments,
        completes=("method", "path", "parameter"),
        example="%dbapi run GET orders/{customer_id} customer_id=7 since=2026-01-01",
    ),
)
