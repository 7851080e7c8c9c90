"""The cell that reshapes an endpoint's answer by a function in Python."""

import argparse
from typing import cast

from ..arguments import Parser, add_endpoint, add_parameters
from ..cells import Cell, read_cell
from ..client import ApiError
from ..comparing import draft_loses_nothing
from ..errors import DbapiError, UsageError
from ..kinds import TRANSFORM
from ..meanwhile import draft_changed
from ..notebook import CellRun, Notebook, endpoint_key
from ..parameters import ask_for, check_names, missing
from ..provenance import cell_id
from ..results import Message, Shown
from ..seen import UNSEEN
from ..shapes import Endpoint
from .base import CellText, CellVerb
from .drafts import add_overwrite
from .refusals import refused
from .run import execute, given_values, repeated


def _arguments(parser: Parser) -> None:
    add_endpoint(parser)
    add_parameters(parser)
    parser.add_argument("--no-run", action="store_true", help="save the transform only")
    parser.add_argument(
        "--remove", action="store_true", help="take the transform away; the cell is empty then"
    )
    add_overwrite(parser)


def transform(notebook: Notebook, options: argparse.Namespace, text: CellText) -> Shown:
    """Save it on the draft and run that. Raises CellError, ApiError, UsageError."""
    key = endpoint_key(options.method, options.path)
    if options.remove:
        return _remove(notebook, key, text, overwrite=options.overwrite)
    cell = read_cell(text.magic_line, text.body, TRANSFORM, field="transform")
    endpoint = _save(notebook, key, cell, overwrite=options.overwrite)
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


def _save(
    notebook: Notebook, key: tuple[str, str], cell: Cell | None, *, overwrite: bool
) -> Endpoint:
    there = notebook.resources.endpoint(*key)
    read = notebook.resources.read_draft(there)
    notebook.last, notebook.last_macro = key, None
    seen = notebook.seen[key]
    new_here = seen.saved is None
    if new_here and not read.data.get("transform"):
        # A transform where none was: whoever wrote the rest of the draft loses nothing.
        seen.saved = read.etag
    draft = {**read.data, "transform": cell.content if cell else None}
    try:
        reply = seen.save(
            draft,
            lambda tag: notebook.resources.save_draft(draft, tag),
            overwrite=overwrite,
            loses_nothing=draft_loses_nothing,
        )
    except ApiError as error:
        if error.conflict is not None:
            raise draft_changed(error, notebook.connection, key, draft) from error
        raise refused(error, cell, lambda: read.data) from error
    if new_here and there["updated_by"] != notebook.connection.username:
        # From now on the draft is this user's to the platform, but its cell has not seen it.
        seen.saved = UNSEEN
    notebook.catalog.forget("endpoints")
    return cast("Endpoint", reply.data)


def _remove(
    notebook: Notebook, key: tuple[str, str], text: CellText, *, overwrite: bool
) -> Message:
    if text.body.strip():
        raise UsageError(
            "--remove takes the transform away, and this cell holds one",
            hint="Empty the cell, or leave --remove out",
        )
    endpoint = _save(notebook, key, None, overwrite=overwrite)
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
