"""The cells that hold an endpoint: save the draft, run it on the platform, show the answer."""

import argparse
from functools import partial
from typing import cast

from ..arguments import Parser, add_endpoint
from ..cells import Cell, read_cell
from ..client import ApiError
from ..comparing import draft_loses_nothing
from ..errors import DbapiError
from ..kinds import SCRIPT, SQL, Kind
from ..meanwhile import draft_changed
from ..notebook import CellRun, Notebook, endpoint_key
from ..provenance import cell_id
from ..resources import unknown_datasource
from ..results import Message, Shown
from ..shapes import Endpoint
from .base import CellText, CellVerb
from .explore import default_datasource
from .refusals import refused
from .run import add_run_options, given_values, run_draft


def _arguments(parser: Parser) -> None:
    add_endpoint(parser)
    add_run_options(parser)
    parser.add_argument("--no-run", action="store_true", help="save the draft only")
    add_overwrite(parser)


def add_overwrite(parser: Parser) -> None:
    """`--overwrite`."""
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace what somebody else has saved, once the difference was shown here",
    )


def run_endpoint_cell(
    notebook: Notebook, options: argparse.Namespace, text: CellText, *, kind: Kind
) -> Shown:
    """Save and run it. Raises CellError, ApiError, UsageError."""
    key = endpoint_key(options.method, options.path)
    cell = read_cell(text.magic_line, text.body, kind)
    given = {**cell.run, **given_values(notebook, options)}
    endpoint = save(notebook, key, cell, overwrite=options.overwrite)
    ran = notebook.runs.setdefault(key, CellRun())
    ran.cell_id, notebook.last, notebook.last_macro = cell_id(notebook.shell), key, None
    if options.no_run:
        return _saved(endpoint)
    try:
        return run_draft(notebook, endpoint, given, form=options.form, cell=cell)
    except DbapiError as error:
        error.notes.append(f"The draft of {' '.join(key)} is saved.")
        raise


def save(notebook: Notebook, key: tuple[str, str], cell: Cell, *, overwrite: bool) -> Endpoint:
    """Save the cell as a draft, over what this notebook has seen.

    Raises CellError at the line that the platform refuses, ChangedMeanwhile.
    """
    draft = cell.draft(cell.kind.name, *key, module=notebook.module)
    if "datasource" not in draft:
        draft["datasource"] = default_datasource(notebook, None)
    try:
        reply = notebook.seen[key].save(
            draft,
            lambda tag: notebook.resources.save_draft(draft, tag),
            overwrite=overwrite,
            loses_nothing=draft_loses_nothing,
        )
    except ApiError as error:
        if error.conflict is not None:
            raise draft_changed(error, notebook.connection, key, draft) from error
        if any(detail.field == "datasource" for detail in error.details):
            known = [found["name"] for found in notebook.resources.datasources()]
            error.hint = unknown_datasource(str(draft["datasource"]), known).hint
        raise refused(error, cell) from error
    notebook.catalog.forget("endpoints")
    return cast("Endpoint", reply.data)


def _saved(endpoint: Endpoint) -> Message:
    names = [
        f"{parameter['name']} ({parameter.get('type', 'string')})"
        for parameter in endpoint["params"]
    ]
    return Message(
        f"Saved the draft of {endpoint['method']} {endpoint['path']}; it was not run. "
        f"Parameters: {', '.join(names) or 'none'}",
        "good",
    )


def _cell_verb(kind: Kind, summary: str) -> CellVerb:
    return CellVerb(
        kind,
        f"%%dbapi {kind.name} METHOD path",
        f"{summary}. Nothing goes live before publish",
        partial(run_endpoint_cell, kind=kind),
        _arguments,
        completes=("method", "path", "parameter"),
        example=f"%%dbapi {kind.name} GET orders/{{customer_id}} customer_id=7",
    )


CELLS = (
    _cell_verb(SQL, "Save the query as a draft and run it on the platform"),
    _cell_verb(SCRIPT, "Save the Python script as a draft and run it on the platform"),
)
