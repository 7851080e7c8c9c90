"""Tab offers what may stand at the cursor, without waiting and without failing."""

import time

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from dbapi_jupyter.completion import Completions
from dbapi_jupyter.kinds import HEADER_KEYS
from dbapi_jupyter.notebook import Notebook
from dbapi_jupyter.verbs import VERBS
from dbapi_jupyter.words import FILTERS
from tests.jupyter.fake_platform import Fake

CELL = (
    "%%dbapi sql GET orders/{customer_id}\n--| params:\n--|   since: {type: date}\nSELECT * FROM "
)
HEADER = "%%dbapi sql GET orders/{customer_id}\n--| "
SCRIPT = "%%dbapi script GET orders/{customer_id}"
TEST = "%%dbapi test GET orders/{customer_id}"


@pytest.fixture
def tab(notebook: Notebook, fake: Fake):
    """What is offered for a text with the cursor at `|` (or at its end)."""
    fake.drafts["GET orders/{customer_id}"] = {
        "method": "GET", "path": "orders/{customer_id}", "datasource": "shop", "content": "",
        "params": {"since": {"type": "date"}},
    }  # fmt: skip
    fake.create_client("billing")
    fake.create("groups", {"name": "reporting"})
    fake.create("modules", {"name": "sales"})
    fake.save_macro({"name": "few", "content": ""})
    fake.token_names.append("nightly")
    notebook.datasource = "shop"
    notebook.catalog.forget()
    for kind in ("clients", "groups", "modules", "macros", "tokens"):
        getattr(notebook.catalog, kind)()
    notebook.catalog.warm("shop")
    notebook.catalog.wait()

    def offered(text: str) -> list[str]:
        found = Completions(notebook).offer(text, text)
        assert found is not None
        fragment, names = found
        return [name for name in names if name.lower().startswith(fragment.lower())]

    return offered


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%dbapi ", list(VERBS)),
        ("%dbapi pub", ["publish"]),
        ("rows = %dbapi ca", ["call"]),
        ("x = 1\n%dbapi des", ["describe"]),
        ("%dbapi publish --d", ["--debug", "--dry-run"]),
        ("%dbapi use s", ["shop"]),
        ("%dbapi tables --datasource w", ["warehouse"]),
        ("%dbapi describe o", ["orders"]),
        ("%dbapi publish G", ["GET"]),
        ("%dbapi publish GET o", ["orders/{customer_id}"]),
        ("%dbapi publish -m x GET ", ["orders/{customer_id}"]),
        ("%dbapi publish POST ", []),
        ("%dbapi diff --from d", ["draft"]),
        ("%dbapi grant b", ["billing"]),
        ("%dbapi grant billing GET ord", ["orders/{customer_id}"]),
        ("%dbapi call GET orders/{customer_id} ", ["customer_id=", "since="]),
        ("%dbapi call GET orders/{customer_id} customer_id=7 s", ["since="]),
        ("%dbapi call GET orders/{customer_id} --client ", ["billing"]),
        (f"{HEADER}max_e", ["max_export_rows: "]),
        (f"{HEADER}cache: {{", ["ttl: ", "vary: "]),
        (f"{HEADER}cache: {{ttl: 60, v", ["vary: "]),
        (f"{HEADER}cache: {{vary: ", ["[client]"]),
        (f"{HEADER}cache: {{ttl: ", []),
        (f"{HEADER}page: {{style: k", ["keyset"]),
        (f"{HEADER}page: {{by: [-a, ", []),
        (f"{HEADER}page: {{by: [-a, id], s", ["style: ", "size: "]),
        (f"{HEADER}allow_async: t", ["true"]),
        ("%dbapi help rol", ["rollback"]),
        ("%dbapi clients ", ["new", "show", "limits"]),
        ("%dbapi clients sh", ["show"]),
        ("%dbapi clients show ", ["billing"]),
        ("%dbapi clients limits billing --r", ["--rate"]),
        ("%dbapi clients rotate b", ["billing"]),
        ("%dbapi groups add ", ["reporting"]),
        ("%dbapi groups add reporting GET o", ["orders/{customer_id}"]),
        ("%dbapi grant billing --group ", ["reporting"]),
        ("%dbapi modules rename s", ["sales"]),
        ("%dbapi macros show f", ["few"]),
        ("%dbapi tokens revoke n", ["nightly"]),
        ("%dbapi nonsense ", []),
        ("%%dbapi ", ["sql", "script", "transform", "macro", "test"]),
        ("%%dbapi s", ["sql", "script"]),
        ("%%dbapi nonsense ", []),
        ("%%dbapi sql GET o", ["orders/{customer_id}"]),
        ("%%dbapi sql GET orders/{customer_id} --n", ["--no-run"]),
        ("%%dbapi sql GET x\n--| ", [f"{key}: " for key in HEADER_KEYS]),
        ("%%dbapi sql GET x\n--| data", ["datasource: "]),
        ("%%dbapi sql GET x\n--|data", ["datasource: "]),
        ("%%dbapi sql GET x\n--| datasource: ", ["shop", "warehouse"]),
        ("%%dbapi sql GET x\n--| access: pr", ["private"]),
        ("%%dbapi sql GET x\n--| params:\n--|   since: da", ["date", "datetime"]),
        ("%%dbapi sql GET x\n--| params:\n--|   since: {ty", ["type: "]),
        ("%%dbapi sql GET x\n--| params:\n--|   since: {type: bo", ["boolean"]),
        ("%%dbapi transform GET o", ["orders/{customer_id}"]),
        ("%%dbapi transform GET orders/{customer_id} --r", ["--remove"]),
        ("%%dbapi transform GET orders/{customer_id} cus", ["customer_id="]),
        ("%%dbapi test GET x --n", ["--name", "--no-run"]),
        ("%%dbapi macro m --p", ["--python"]),
        ("%dbapi publish --f", ["--force"]),
        ("%dbapi tests GET o", ["orders/{customer_id}"]),
        (SCRIPT + "\n#| ", [f"{key}: " for key in HEADER_KEYS]),
        (SCRIPT + "\n#| datasource: w", ["warehouse"]),
        (SCRIPT + "\n#| params:\n#|   x: {v", ["validate: "]),
        (SCRIPT + "\n#| params:\n#|   x:\n#|     opt", ["options: "]),
        ("%%dbapi macro m --python\n#| ", ["module: ", "description: "]),
        ("%%dbapi macro m\n--| ", ["module: ", "description: "]),
        ("%%dbapi transform GET x\n#| ", []),
        (SCRIPT + "\nx = d", ["db", "ds", "datetime", "date"]),
        (SCRIPT + "\nrows = db.q", ["query", "query_one"]),
        (SCRIPT + "\ntx.", ["begin", "commit", "rollback"]),
        (SCRIPT + "\nlog.w", ["warning"]),
        (SCRIPT + "\nrows.", []),
        (SCRIPT + "\ndef total(rows):\n  return to", ["total"]),
        (SCRIPT + "\ndb.query('SELECT * FROM or", ["orders"]),
        (SCRIPT + '\ndb.query("""\nSELECT *\nFROM or', ["orders"]),
        (SCRIPT + "\n# it's\nx = 'a' + js", ["json"]),
        (SCRIPT + "\nparams['cu", ["customer_id"]),
        (SCRIPT + "\nparams.get('si", ["since"]),
        (SCRIPT + "\nimpo", ["import"]),
        ("%%dbapi transform GET x\nres", ["result"]),
        (TEST + "\nr = ca", ["call", "cache"]),
        (TEST + "\nr = call(s", ["since="]),
        (TEST + "\nassert r.", ["status", "data", "message", "success", "rows"]),
        (TEST + "\nlog.i", ["info"]),
        (CELL + "orders WHERE id = {{ since | sql_da", ["sql_date", "sql_datetime"]),
        (CELL + "orders WHERE id = {{ cu", ["customer_id"]),
        (CELL + "orders WHERE id = {{ s", ["since"]),
        (CELL + "orders {% wh", ["where"]),
        (CELL + "{# sq", []),
        (CELL + "{{ since }} ord", ["orders"]),
        (CELL + "orders o WHERE o.", ["customers", "orders", "id", "name", "email"]),
        (CELL + "orders o WHERE o.customer", ["customers", "customer_id"]),
    ],
)  # fmt: skip
def test_what_is_offered(tab, text: str, expected: list[str]):
    assert tab(text)[: len(expected)] == expected
    if not expected:
        assert tab(text) == []


def test_every_filter_is_offered(tab):
    assert tab(CELL + "{{ since | ") == list(FILTERS)


@pytest.mark.parametrize("text", ["impo", "x = '%dbapi '\nimp", "%time x", "%%timeit\n%%dbap"])
def test_python_is_left_to_ipython(notebook: Notebook, text: str):
    assert Completions(notebook).offer(text, text) is None


def complete(shell: InteractiveShell, text: str) -> list[str]:
    with provisionalcompleter():
        return [
            text[: found.start] + found.text
            for found in shell.Completer.completions(text, len(text))
        ]


def test_the_shell_completes_without_python_among_the_sql(tab, shell: InteractiveShell):
    for start in ("ord", "orders/{cu"):
        found = complete(shell, f"%dbapi publish GET {start}")
        assert found == ["%dbapi publish GET orders/{customer_id}"]
    assert complete(shell, CELL + "ord") == [CELL + "orders"]
    assert complete(shell, CELL + "impo") == []
    assert "%dbapi publish" in complete(shell, "%dbapi pu")


def test_tab_waits_for_nobody_and_never_fails(notebook: Notebook, fake: Fake, monkeypatch):
    notebook.catalog.wait()
    fake.datasources = ()

    def slow(*_args: object) -> None:
        time.sleep(1)
        raise RuntimeError

    monkeypatch.setattr(notebook.catalog, "_connect", slow)
    notebook.catalog.forget()
    started = time.monotonic()
    completions = Completions(notebook)
    for text in ("%dbapi use ", "%dbapi grant ", "%dbapi publish GET "):
        completions.offer(text, text)
    assert time.monotonic() - started < 0.5
