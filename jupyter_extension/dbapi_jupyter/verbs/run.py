"""run, and the cell magic: save the draft, run it on the platform, show what it answers."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from ..arguments import Parser, add_endpoint, add_parameters, split_words
from ..cells import ENGINES, MACRO, Cell, read_cell
from ..client import ApiError
from ..errors import DbapiError, UsageError
from ..notebook import CellRun, Notebook, endpoint_key
from ..parameters import ask_for, check_names, missing, read_params, read_values
from ..provenance import cell_id
from ..resources import unknown_datasource
from ..results import Message, Result, Shown, results_of
from ..shapes import Endpoint
from ..suggest import suggestion
from .base import Verb
from .explore import default_datasource, endpoint_state
from .macros import save_macro
from .refusals import refused


def _options(parser: Parser) -> None:
    add_parameters(parser)
    parser.add_argument(
        "--form", action="store_true", help="show a form for the parameters (needs ipywidgets)"
    )


def _run_arguments(parser: Parser) -> None:
    add_endpoint(parser, optional=True)
    _options(parser)


def cell_parser() -> Parser:
    """Of the line that begins a cell."""
    parser = Parser(
        "%%dbapi",
        "Save the cell as a draft and run it on the platform. Nothing goes live before publish",
        example="%%dbapi sql GET orders/{customer_id} customer_id=7",
    )
    parser.add_argument("engine", metavar="sql", help="what the cell holds")
    add_endpoint(parser)
    _options(parser)
    parser.add_argument("--no-run", action="store_true", help="save the draft only")
    return parser


def run_cell(notebook: Notebook, line: str, body: str) -> Shown:
    """What `%%dbapi sql METHOD path` does. Raises CellError, ApiError, UsageError."""
    words = split_words(line)
    if words[:1] == [MACRO]:
        return save_macro(notebook, line, body)
    options = cell_parser().parse_words(words)
    if options.engine not in ENGINES:
        raise UsageError(
            f"There are no '{options.engine}' cells",
            hint=suggestion(options.engine, (*ENGINES, MACRO)) or "Write %%dbapi sql METHOD path",
        )
    key = endpoint_key(options.method, options.path)
    cell = read_cell(f"%%dbapi {line}".rstrip(), body)
    given = {**cell.run, **_given(notebook, options)}
    endpoint = save(notebook, options.engine, key, cell)
    ran = notebook.runs.setdefault(key, CellRun())
    ran.cell_id, notebook.last, notebook.last_macro = cell_id(notebook.shell), key, None
    if options.no_run:
        return _saved(endpoint)
    try:
        return _run(notebook, endpoint, given, form=options.form, cell=cell)
    except DbapiError as error:
        error.notes.append(f"The draft of {' '.join(key)} is saved.")
        raise


def run(notebook: Notebook, options: argparse.Namespace) -> Shown:
    """Run a draft that is saved; what is not given is as it was the last time."""
    if options.method and "=" in options.method:
        # The endpoint is left out: what stands first are parameters.
        words = [options.method, *([options.path] if options.path else []), *options.values]
        options.method, options.path, options.values = None, None, words
    key = notebook.endpoint_key(options.method, options.path)
    endpoint = notebook.resources.endpoint(*key)
    known = notebook.runs.setdefault(key, CellRun())
    names = [parameter["name"] for parameter in endpoint["params"]]
    repeated = {name: value for name, value in known.params.items() if name in names}
    given = {**repeated, **_given(notebook, options)}
    notebook.last, notebook.last_macro = key, None
    return _run(notebook, endpoint, given, form=options.form)


def save(notebook: Notebook, engine: str, key: tuple[str, str], cell: Cell) -> Endpoint:
    """Save the cell as a draft. Raises CellError at the line that the platform refuses."""
    draft = cell.draft(engine, *key, module=notebook.module)
    if "datasource" not in draft:
        draft["datasource"] = default_datasource(notebook, None)
    try:
        endpoint = notebook.resources.save_draft(draft)
    except ApiError as error:
        if any(detail.field == "datasource" for detail in error.details):
            known = [found["name"] for found in notebook.resources.datasources()]
            error.hint = unknown_datasource(str(draft["datasource"]), known).hint
        raise refused(error, cell) from error
    notebook.catalog.forget("endpoints")
    return endpoint


def execute(
    notebook: Notebook, endpoint: Endpoint, given: Mapping[str, Any], cell: Cell | None = None
) -> Result:
    """Run the draft with these parameters and remember them."""
    key = (endpoint["method"], endpoint["path"])
    ran = notebook.runs.setdefault(key, CellRun())
    try:
        answer = notebook.resources.debug(endpoint, dict(given))
    except ApiError as error:
        ran.failure = error.message
        raise refused(error, cell) from error
    ran.params, ran.failure = dict(given), None
    state = endpoint_state(endpoint)
    return Result(
        answer["data"],
        results_of(answer["results"]),
        answer["elapsed_ms"],
        f"draft of {' '.join(key)} ({'not live' if state == 'draft' else state})",
        warnings=endpoint.get("problems", ()),
        params=answer["params"],
    )


def _run(
    notebook: Notebook,
    endpoint: Endpoint,
    given: Mapping[str, Any],
    *,
    form: bool,
    cell: Cell | None = None,
) -> Shown:
    declared = endpoint["params"]
    check_names(declared, given)
    lacking = missing(declared, given)
    if form:
        from ..form import show_form  # noqa: PLC0415 - ipywidgets is optional

        show_form(endpoint, given, lambda values: execute(notebook, endpoint, values))
        if lacking:
            return Message("Fill in the form to run the draft")
    if lacking:
        message, hint = ask_for(lacking)
        raise UsageError(message, hint=hint)
    return execute(notebook, endpoint, given, cell)


def _given(notebook: Notebook, options: argparse.Namespace) -> dict[str, Any]:
    return {**read_params(options.params, notebook.variables), **read_values(options.values)}


def _saved(endpoint: Endpoint) -> Message:
    names: Sequence[str] = [
        f"{parameter['name']} ({parameter.get('type', 'string')})"
        for parameter in endpoint["params"]
    ]
    return Message(
        f"Saved the draft of {endpoint['method']} {endpoint['path']}; it was not run. "
        f"Parameters: {', '.join(names) or 'none'}",
        "good",
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
