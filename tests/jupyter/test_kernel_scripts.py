"""Scripts, transforms, Python macros and tests in a real kernel, against a served platform."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.jupyter.kernel import Kernel, text_of

PAGE = (Path(__file__).parents[2] / "docs" / "cells.md").read_text(encoding="utf-8")
MACRO = """%%dbapi macro money --python
#| description: Prices as people write them
def euros(amount):
    return f"{amount:.2f} €"
"""
SCRIPT = """%%dbapi script GET kernel/summary/{customer_id} customer_id=7
#| access: public
#| params:
#|   customer_id:
#|     type: integer
#|     validate: |
#|       def validate(value, params):
#|           if value > 5000:
#|               return "is no customer"
def execute(params):
    orders = db.query("SELECT total FROM orders WHERE customer_id = %s", [params["customer_id"]])
    log.info("%s orders", len(orders))
    return {"orders": len(orders), "spent": sum(order["total"] for order in orders)}
"""
LISTING = """%%dbapi sql GET kernel/listing customer_id=7
--| access: public
SELECT id, total FROM orders WHERE customer_id = {{ customer_id | sql_int }} ORDER BY id LIMIT 3"""
TRANSFORM = """%%dbapi transform GET kernel/listing
def transform(result, params):
    log.debug("%s rows", len(result))
    return {"success": True, "data": [{"order": row["id"]} for row in result], "total": len(result)}
"""
TEST = """%%dbapi test GET kernel/tested --name first
r = call(n=2)
assert r.status == 200, r.message
assert len(r.rows) == 2
"""
TESTED = """%%dbapi sql GET kernel/tested n=2
--| access: public
SELECT id FROM orders ORDER BY id LIMIT {{ n | sql_int }}"""


def is_error(messages: list) -> bool:
    return any(message["msg_type"] == "error" for message in messages)


def test_a_script_runs_logs_and_is_published(connected: Kernel):
    kernel = connected
    said = text_of(kernel.run(SCRIPT))
    assert '"orders":' in said
    assert "Log:\n  info     " in said
    assert "draft of GET kernel/summary/{customer_id}" in said
    assert "dict" in text_of(kernel.run("type(_.data)"))
    assert "Published version" in text_of(kernel.run("%dbapi publish"))
    called = text_of(kernel.run("%dbapi call GET kernel/summary/{customer_id} customer_id=7"))
    assert '"spent":' in called
    assert "#|       def validate(value, params):" in text_of(kernel.run("%dbapi show"))


def test_mistakes_in_a_script_are_shown_at_their_lines(connected: Kernel):
    kernel = connected
    for wrong, right, shown in (
        ("def execute(params)\n", "def execute(params):\n", "10 |"),
        ("1 / 0", 'len(orders), "spent"', "13 |"),
        ("return value.__class__", 'return "is no customer"', "9 |"),
    ):
        messages = kernel.run(SCRIPT.replace(right, wrong))
        assert is_error(messages), wrong
        said = text_of(messages)
        assert shown in said, said
        assert "^" in said
        assert "Traceback" not in said
    said = text_of(kernel.run(SCRIPT.replace('"orders": len(orders)', '"orders": 1 / 0')))
    assert "ZeroDivisionError" in said
    assert "orders" in said.split("Log:")[1]
    said = text_of(kernel.run(SCRIPT.replace("customer_id=7", "customer_id=6000", 1)))
    assert "is no customer" in said
    said = text_of(
        kernel.run(
            SCRIPT.replace("    log.info", "    fail('no such one', status=404)\n    log.info")
        )
    )
    assert "no such one" in said
    assert "status=404" in said


def test_a_transform_reshapes_what_a_query_answers(connected: Kernel):
    kernel = connected
    kernel.run(LISTING)
    said = text_of(kernel.run(TRANSFORM))
    assert said.startswith("order\n")
    assert "Beside the data: total: 3" in said
    assert "debug    3 rows" in said
    assert "3 rows" in text_of(kernel.run(LISTING))
    assert "Beside the data: total: 3" in text_of(kernel.run("%dbapi run"))
    assert "\n\n%%dbapi transform GET kernel/listing\n" in text_of(kernel.run("%dbapi show"))
    broken = kernel.run(TRANSFORM.replace('row["id"]', 'row["idd"]'))
    assert is_error(broken)
    assert "4 |" in text_of(broken)
    removed = text_of(kernel.run("%%dbapi transform GET kernel/listing --remove"))
    assert "has no transform any more" in removed
    assert "Beside" not in text_of(kernel.run("%dbapi run"))


def test_a_python_macro_is_written_published_and_used(connected: Kernel):
    kernel = connected
    assert "Saved macro money" in text_of(kernel.run(MACRO))
    assert "of macro money is published" in text_of(kernel.run("%dbapi publish"))
    assert "Python" in text_of(kernel.run("%dbapi macros"))
    used = kernel.run(
        "%%dbapi script GET kernel/priced\n#| access: public\n"
        "def execute(params):\n    return {'price': euros(12.5)}"
    )
    assert "12.50 €" in text_of(used)
    wrong = kernel.run(MACRO.replace("(amount)", "(amount"))
    assert is_error(wrong)
    assert "3 |" in text_of(wrong)


@pytest.mark.parametrize("reason", ["May is late"])
def test_a_test_that_fails_stops_publishing_unless_it_is_forced(connected: Kernel, reason: str):
    kernel = connected
    kernel.run(TESTED)
    assert "1 test passed" in text_of(kernel.run(TEST))
    assert "1 test passed" in text_of(kernel.run("%dbapi publish"))
    failed = kernel.run(TEST.replace("== 2\n", "== 3\n"))
    assert is_error(failed)
    assert "Test first failed" in text_of(failed)
    assert "4 |" in text_of(failed)
    kernel.run(TESTED.replace("ORDER BY id", "ORDER BY id DESC"))
    refused = kernel.run("%dbapi publish")
    assert is_error(refused)
    assert "Not published" in text_of(refused)
    assert "first" in text_of(refused)
    assert is_error(kernel.run("%dbapi tests"))
    forced = text_of(kernel.run(f"%dbapi publish --force '{reason}'"))
    assert "Published version" in forced
    assert f"1 of 1 test failed. It is published all the same: {reason}" in forced
    assert reason in text_of(kernel.run("%dbapi versions"))
    assert "1 test passed" in text_of(kernel.run(TEST))
    assert "is deleted" in text_of(kernel.run("%dbapi tests --remove first"))


def test_the_cells_of_the_page_run(connected: Kernel):
    cells = re.findall(r"```\n(%%dbapi .*?)```", PAGE, re.DOTALL)
    assert len(cells) == 6
    for cell in cells:
        moved = re.sub(r"(?<=%%dbapi )(\w+ GET) ", r"\1 page/", cell)
        messages = connected.run(moved)
        assert not is_error(messages), text_of(messages)
        line = moved.split("\n", 1)[0]
        if line.startswith("%%dbapi transform"):
            connected.run(f"{line} --remove")


def test_a_form_offers_what_a_query_answers(connected: Kernel) -> None:
    messages = connected.run(
        "%%dbapi sql GET kernel/options --form\n--| params:\n"
        "--|   status: {required: true, "
        "options: SELECT DISTINCT status FROM orders ORDER BY 1}\n"
        "SELECT count(*) AS n FROM orders WHERE status = {{ status }}"
    )
    assert "Fill in the form" in text_of(messages)
    form = form_of(messages)
    assert "application/vnd.jupyter.widget-view+json" in form
    # What is left of it where there are no widgets.
    assert "Parameters of GET kernel/options" in form["text/plain"]
    assert "string: cancelled, " in form["text/html"]


def test_a_form_begins_with_what_was_filled_in_last(connected: Kernel) -> None:
    cell = (
        "%%dbapi sql GET kernel/remembered --form\n--| params:\n"
        "--|   city: {type: string, default: Bern}\n--|   api_key: string\n"
        "SELECT {{ city }} AS city, {{ api_key }} AS k"
    )
    assert "city: Bern" in form_of(connected.run(cell))["text/plain"]
    filled = connected.run(
        "from ipywidgets import Button, Text\n"
        "from ipywidgets.widgets.widget import _instances\n"
        "texts = {w.description: w for w in _instances.values() if isinstance(w, Text)}\n"
        "texts['city'].value, texts['api_key'].value = 'Basel', 'hush'\n"
        "[w for w in _instances.values() if isinstance(w, Button)][-1].click()"
    )
    assert not is_error(filled), text_of(filled)
    again = form_of(connected.run(cell))["text/plain"]
    assert "city: Basel" in again
    assert "hush" not in again


def form_of(messages: list[dict[str, Any]]) -> dict[str, str]:
    """The forms of one cell: its first output of many kinds."""
    shown = [
        message["content"]["data"]
        for message in messages
        if message["msg_type"] == "display_data"
        and "application/vnd.jupyter.widget-view+json" in message["content"]["data"]
    ]
    return dict(shown[0])
