"""The cell that reshapes an endpoint's answer by a function in Python."""

import argparse

from ..arguments import Parser, add_endpoint, add_parameters
from ..cells import Cell, read_cell
from ..client import ApiError
from ..errors import DbapiError, UsageError
from ..kinds import TRANSFORM
from ..notebook import CellRun, Notebook, endpoint_key
from ..parameters import ask_for, check_names, missing
from ..provenance import cell_id
from ..results import Message, Shown
from ..shapes import Endpoint
from .base import CellText, CellVerb
from .refusals import refused
from .run import execute, given_values, repeated


def _arguments(parser: Parser) -> None:
    add_endpoint(parser)
    add_parameters(parser)
    parser.add_argument("--no-run", action="store_true", help="save the transform only")
    parser.add_argument(
        "--remove", action="store_true", help="take the transform away; the cell is empty then"
    )


def transform(notebook: Notebook, options: argparse.Namespace, text: CellText) -> Shown:
    """Save it on the draft and run that. Raises CellError, ApiError, UsageError."""
    key = endpoint_key(options.method, options.path)
    if options.remove:
        return _remove(notebook, key, text)
    cell = read_cell(text.magic_line, text.body, TRANSFORM, field="transform")
    endpoint = _save(notebook, key, cell)
    ran = notebook.runs.setdefault(key, CellRun())
    # A version remembers the endpoint's own cell, where that has run here.
    ran.cell_id = ran.cell_id or cell_id(notebook.shell)
    given = repeated(notebook, endpoint) | given_values(notebook, options)
    check_names(endpoint["params"], given)
    lacking = missing(endpoint["params"], given)
    if options.no_run or lacking:
        why = ". ".join(ask_for(lacking, None)) if lacking else "It was not run"
        return Message(f"Saved the transform of {' '.join(key)}. {why}", "good")
    try:
        return execute(notebook, endpoint, given, cell)
    except DbapiError as error:
        error.notes.append(f"The transform of {' '.join(key)} is saved.")
        raise


def _save(notebook: Notebook, key: tuple[str, str], cell: Cell | None) -> Endpoint:
    draft = notebook.resources.draft(notebook.resources.endpoint(*key))
    notebook.last, notebook.last_macro = key, None
    try:
        endpoint = notebook.resources.save_draft(
            {**draft, "transform": cell.content if cell else None}
        )
    except ApiError as error:
        raise refused(error, cell, lambda: draft) from error
    notebook.catalog.forget("endpoints")
    return endpoint


def _remove(notebook: Notebook, key: tuple[str, str], text: CellText) -> Message:
    if text.body.strip():
        raise UsageError(
            "--remove takes the transform away, and this cell holds one",
            hint="Empty the cell, or leave --remove out",
        )
    endpoint = _save(notebook, key, None)
    name = " ".join(key)
    if not endpoint.get("changed", True):
        return Message(f"Nothing to do: {name} has no transform")
    return Message(f"The draft of {name} has no transform any more", "good")


CELLS = (
    CellVerb(
        TRANSFORM,
        "%%dbapi transform METHOD path",
        "Save a Python function that reshapes the answer, and run the draft with it",
        transform,
        _arguments,
        completes=("method", "path", "parameter"),
        example="%%dbapi transform GET orders/{customer_id}",
    ),
)
