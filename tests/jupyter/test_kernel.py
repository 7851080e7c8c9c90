"""The magics in a real kernel, against a served platform."""

import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.jupyter.kernel import Kernel, text_of

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
CELL = """%%dbapi sql GET kernel/orders/{customer_id} customer_id=7
--| access: public
SELECT id, total FROM orders WHERE customer_id = {{ customer_id | sql_int }} ORDER BY id;"""
SLOW = """%%dbapi sql GET kernel/slow
SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range % 7 = b.range % 5"""


def test_a_cell_shows_rows_although_its_sql_ends_with_a_semicolon(connected: Kernel):
    messages = connected.run(CELL)
    shown = [m for m in messages if m["msg_type"] == "execute_result"]
    assert "draft of GET kernel/orders/{customer_id}" in shown[0]["content"]["data"]["text/plain"]
    assert "<table>" in shown[0]["content"]["data"]["text/html"]
    assert "(" in text_of(connected.run("_.df().shape"))


def test_braces_and_dollars_reach_the_platform_as_written(connected: Kernel):
    connected.run("customer_id = 'not this'")
    assert "draft of" in text_of(connected.run(CELL))


def test_publish_call_and_publish_again(connected: Kernel):
    connected.run(CELL)
    said = text_of(connected.run("%dbapi publish -m 'From a kernel'"))
    assert "Published version" in said or "Nothing to publish" in said
    assert "/api/kernel/orders/7'" in said
    assert "Nothing to publish" in text_of(connected.run("%dbapi publish"))
    called = text_of(connected.run("%dbapi call GET kernel/orders/{customer_id} customer_id=7"))
    assert "HTTP 200 OK" in called


def test_errors_are_short_unless_asked_for_in_full(connected: Kernel):
    broken = CELL.replace("sql_int", "sql_itn")
    short = text_of(connected.run(broken))
    assert "4 |" not in short
    assert "3 |" in short
    assert len(short.splitlines()) < 8
    assert "Traceback" in text_of(connected.run(broken.replace("=7", "=7 --debug", 1)))


def test_an_error_stops_run_all(connected: Kernel):
    messages = connected.run("%dbapi describe nothing_like_this")
    assert any(message["msg_type"] == "error" for message in messages)


def test_interrupting_ends_a_long_query_soon(connected: Kernel):
    connected.start(SLOW)
    time.sleep(2)
    started = time.monotonic()
    connected.client.parent_manager = None
    message = connected.client.session.msg("interrupt_request", content={})
    connected.client.control_channel.send(message)
    said = text_of(connected.messages(30))
    assert "Interrupted" in said
    assert time.monotonic() - started < 10
    assert "draft of" in text_of(connected.run(CELL))


def test_without_anybody_to_ask_login_says_what_to_do(platform: Any, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("DBAPI_URL", platform.url)
    monkeypatch.setenv("DBAPI_CONFIG_DIR", str(tmp_path))
    monkeypatch.delenv("DBAPI_TOKEN", raising=False)
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("%load_ext dbapi_jupyter\n%dbapi login")]
    )
    client = NotebookClient(notebook, kernel_name="python3", allow_errors=True)
    client.execute()
    [error] = [out for out in notebook.cells[0].outputs if out.output_type == "error"]
    assert error.ename == "NotConnected"
    assert "DBAPI_TOKEN" in "\n".join(error.traceback)


@each_notebook
def test_a_notebook_runs_twice(platform: Any, path: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("DBAPI_URL", platform.url)
    monkeypatch.setenv("DBAPI_TOKEN", platform.token)
    monkeypatch.setenv("DBAPI_CONFIG_DIR", str(tmp_path / "config"))
    for _ in range(2):
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(
            notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
        ).execute()
        text = nbformat.writes(notebook)
        assert platform.token not in text
        assert "client_secret" not in text


@each_notebook
def test_a_notebook_is_kept_without_outputs(path: Path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    for cell in notebook.cells:
        assert cell.id
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_a_macro_is_written_published_and_used(connected: Kernel) -> None:
    kernel = connected
    macro = """%%dbapi macro few
--| description: The first rows
{% macro few(n) %} LIMIT {{ n | sql_int }} {% endmacro %}"""
    endpoint = """%%dbapi sql GET kernel/few n=2
--| access: public
SELECT id FROM orders ORDER BY id {{ few(n) }}"""
    assert "Saved macro few (not published)" in text_of(kernel.run(macro))
    assert "there is no macro 'few'" in text_of(kernel.run(endpoint))
    assert "Saved macro few (not published)" in text_of(kernel.run(macro))
    assert "Version 1 of macro few is published" in text_of(kernel.run("%dbapi publish"))
    assert "2 rows" in text_of(kernel.run(endpoint))
    assert "Published version 1 of GET kernel/few" in text_of(kernel.run("%dbapi publish"))
    kernel.run(macro.replace("sql_int }}", "sql_int }} OFFSET 1"))
    assert "version 1, edited" in text_of(kernel.run("%dbapi macros"))
    again = text_of(kernel.run("%dbapi publish macro few -m 'skip one'"))
    assert "Version 2 of macro few is published" in again
    assert "GET kernel/few (version 1)" in again
    kernel.run(endpoint)
    assert "macros.few" in text_of(kernel.run("%dbapi diff"))


def test_a_mistake_in_a_macro_is_shown_at_its_line(connected: Kernel) -> None:
    kernel = connected
    shown = text_of(
        kernel.run("%%dbapi macro wrong\n{% macro wrong(a) %}\n'{{ a }}'\n{% endmacro %}")
    )
    assert "a value stands within quotes" in shown
    assert "3 |" in shown
    assert "'access' is not an option" in text_of(
        kernel.run("%%dbapi macro wrong\n--| access: public\n{% macro wrong() %}1{% endmacro %}")
    )
    assert "no macro 'fwe'" in text_of(kernel.run("%dbapi publish macro fwe"))
