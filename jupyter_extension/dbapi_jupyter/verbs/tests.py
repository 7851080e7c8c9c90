"""tests, and the cell that saves one: what must hold before an endpoint is published."""

import argparse
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from ..arguments import Parser, add_endpoint
from ..cells import read_cell
from ..client import ApiError
from ..errors import DbapiError, Place, UsageError
from ..kinds import TEST
from ..notebook import Notebook, endpoint_key
from ..results import Message, Shown
from ..shapes import Endpoint, TestResult
from ..suggest import suggestion
from ..testview import TestReport, cost, went
from .base import CellText, CellVerb, Verb
from .refusals import refused

USUAL_NAME = "main"
PlaceOf = Callable[[str, int], Place | None]


class TestFailed(DbapiError):
    """An assertion does not hold, or a test ended with an error."""

    __test__ = False


def _cell_arguments(parser: Parser) -> None:
    add_endpoint(parser)
    parser.add_argument(
        "--name", metavar="NAME", default=USUAL_NAME, help=f"the test's name; else {USUAL_NAME}"
    )
    parser.add_argument("--no-run", action="store_true", help="save the test only")


def test_cell(notebook: Notebook, options: argparse.Namespace, text: CellText) -> Shown:
    """Save the test and run it on the draft. Raises TestFailed, CellError, ApiError."""
    key, name = endpoint_key(options.method, options.path), options.name
    if "/" in name:
        raise UsageError(f"'{name}' is no name for a test", hint="Write it without a /")
    cell = read_cell(text.magic_line, text.body, TEST)
    endpoint = notebook.resources.endpoint(*key)
    try:
        notebook.resources.save_test(endpoint, name, cell.content)
    except ApiError as error:
        if error.details and error.details[0].field == f"tests.{name}":
            cell = replace(cell, field=f"tests.{name}")
        raise refused(error, cell) from error
    notebook.last, notebook.last_macro = key, None
    saved = f"Test {name} of {' '.join(key)} is saved."
    if options.no_run:
        return Message(f"{saved} It was not run", "good")

    def place(_name: str, line: int) -> Place | None:
        return cell.place(field="content", line=line)

    try:
        return _run(notebook, endpoint, [name], place)
    except DbapiError as error:
        error.notes.append(saved)
        raise


def _verb_arguments(parser: Parser) -> None:
    add_endpoint(parser, optional=True)
    parser.add_argument("--remove", metavar="NAME", help="delete this test, and run none")


def tests(notebook: Notebook, options: argparse.Namespace) -> Shown:
    """Run all on the draft. Raises TestFailed."""
    endpoint = notebook.endpoint(options.method, options.path)
    saved = [test["name"] for test in notebook.resources.tests(endpoint)]
    if options.remove is not None:
        return _remove(notebook, endpoint, options.remove, saved)
    if not saved:
        name = _name(endpoint)
        return Message(f"{name} has no test yet; `%%dbapi test {name}` saves one")
    return _run(notebook, endpoint, None, place_in_saved(notebook, endpoint))


def _remove(notebook: Notebook, endpoint: Endpoint, name: str, saved: list[str]) -> Message:
    if name not in saved:
        raise DbapiError(
            f"{_name(endpoint)} has no test '{name}'",
            hint=suggestion(name, saved, label="It has") or "It has none",
        )
    notebook.resources.delete_test(endpoint, name)
    return Message(f"Test {name} of {_name(endpoint)} is deleted", "good")


def _run(
    notebook: Notebook, endpoint: Endpoint, names: list[str] | None, place_of: PlaceOf
) -> TestReport:
    try:
        done = notebook.resources.run_tests(endpoint, names)
    except ApiError as error:
        raise refused(error, None, lambda: notebook.resources.draft(endpoint)) from error
    if not done["passed"]:
        raise failure(endpoint, done["results"], place_of)
    return TestReport(done["results"], f"draft of {_name(endpoint)}")


def failure(endpoint: Endpoint, results: Sequence[TestResult], place_of: PlaceOf) -> TestFailed:
    """The first that failed at its line, then a line for each."""
    failed = [result for result in results if not result["passed"]]
    if not failed:
        return TestFailed(f"The tests of {_name(endpoint)} failed")
    first, line = failed[0], failed[0]["line"]
    place = place_of(first["name"], line) if line is not None else None
    alone = len(results) == 1
    what = (
        f"Test {first['name']} failed"
        if alone
        else f"{len(failed)} of {len(results)} tests of {_name(endpoint)} failed. {first['name']}"
    )
    return TestFailed(
        f"{what}: {first['message'] or 'an assertion does not hold'}",
        place=place.marked() if place else None,
        logs=first["logs"],
        notes=[f"  {cost(first)}"] if alone else [f"  {went(result)}" for result in results],
    )


def not_published(notebook: Notebook, endpoint: Endpoint, error: ApiError) -> DbapiError:
    """What `publish` says when a test failed."""
    name = _name(endpoint)
    place_of = place_in_saved(notebook, endpoint)
    lines, place = [], None
    for detail in error.details:
        test = (detail.field or "").removeprefix("tests.")
        at = f", line {detail.line}" if detail.line else ""
        lines.append(f"  {test}: failed{at}: {detail.message}")
        if place is None and detail.line:
            place = place_of(test, detail.line)
    return TestFailed(
        f"Not published: {error.message}",
        place=place.marked() if place else None,
        notes=lines,
        logs=error.logs,
        hint=f"%dbapi tests {name} runs them again; "
        f'%dbapi publish {name} --force "reason" publishes all the same',
    )


def place_in_saved(notebook: Notebook, endpoint: Endpoint) -> PlaceOf:
    """In a test as it was saved, which is fetched when it is asked for."""

    def place(name: str, line: int) -> Place | None:
        with suppress(DbapiError):
            for test in notebook.resources.tests(endpoint):
                if test["name"] == name:
                    return Place(test["content"].splitlines(), line)
        return None

    return place


def _name(endpoint: Endpoint) -> str:
    return f"{endpoint['method']} {endpoint['path']}"


VERBS = (
    Verb(
        "tests",
        "Run the tests of an endpoint on its draft",
        tests,
        _verb_arguments,
        completes=("method", "path"),
        example="%dbapi tests GET orders/{customer_id}",
    ),
)
CELLS = (
    CellVerb(
        TEST,
        "%%dbapi test METHOD path",
        "Save a test of an endpoint and run it on the draft; publishing runs it again",
        test_cell,
        _cell_arguments,
        completes=("method", "path"),
        example="%%dbapi test GET orders/{customer_id} --name empty",
    ),
)
