"""What docs/scripts.md says is so: its cells are run, its answers compared, its limits tried."""

import re
import shlex
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from aiohttp import web

from dbapi_jupyter.cells import read_cell
from dbapi_jupyter.kinds import KINDS, PYTHON_MACRO
from dbapi_jupyter.words import SCRIPT_NAMES
from dbapi_platform.datasources.errors import QueryFailed
from dbapi_platform.engines.script import errors
from dbapi_platform.engines.script.errors import ScriptError, ScriptRefused
from dbapi_platform.engines.script.worker.facades import MODULES
from dbapi_platform.publishing.failures import failure_of
from dbapi_platform.settings import Settings
from tests.world import World, open_world

PAGE = (Path(__file__).parents[2] / "docs" / "scripts.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
BANK = """CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER);
          INSERT INTO account VALUES (1, 100), (2, 0);"""
CPU_S = 0.5
RATES = "https://rates.example.com"


@dataclass(frozen=True)
class Cell:
    """A cell of the page, and the answer that stands below it."""

    kind: str
    method: str
    path: str
    words: dict[str, list[str]]
    text: str
    answer: str | None

    @property
    def content(self) -> str:
        return self.text.partition("\n")[2]

    @property
    def called(self) -> str:
        """The path with its values, and the query."""
        given = {name: list(values) for name, values in self.words.items()}
        path = re.sub(r"\{(\w+)\}", lambda found: given.pop(found[1])[0], self.path)
        query = "&".join(f"{name}={value}" for name, values in given.items() for value in values)
        return f"{path}?{query}"


def cells_of(page: str) -> Iterator[Cell]:
    """The cells in their order; JSON below a cell is its answer."""
    blocks = BLOCK.findall(page)
    for index, (language, text) in enumerate(blocks):
        if language == "json":
            assert blocks[index - 1][1].startswith("%%dbapi")
            continue
        assert text.startswith("%%dbapi "), text
        kind, method, *rest = shlex.split(text.partition("\n")[0].removeprefix("%%dbapi "))
        words: dict[str, list[str]] = {}
        for word in rest[1:]:
            name, _, value = word.partition("=")
            words.setdefault(name, []).append(value)
        following = blocks[index + 1] if index + 1 < len(blocks) else ("", "")
        answer = following[1] if following[0] == "json" else None
        yield Cell(kind, method, rest[0], words, text, answer)


CELLS = list(cells_of(PAGE))


@pytest_asyncio.fixture(scope="module")
async def rates() -> AsyncIterator[str]:
    """The service that a cell asks for a rate."""

    async def latest(request: web.Request) -> web.Response:
        assert request.query["to"] == "USD"
        return web.json_response({"rate": 1.25})

    app = web.Application()
    app.router.add_get("/latest", latest)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest_asyncio.fixture(scope="module")
async def reader(
    rates: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[World, str]]:
    """A platform as the page supposes it, and where the service with the rates really is."""
    directory = tmp_path_factory.mktemp("scripts-page")
    with sqlite3.connect(directory / "bank.sqlite3") as connection:
        connection.executescript(BANK)
    opened = open_world(
        directory,
        script_cpu_seconds=CPU_S,
        script_http_hosts="127.0.0.1",
        script_http_networks="127.0.0.0/8",
    )
    async with opened as world:
        bank = {"name": "bank", "product_type": "sqlite", "database": "bank.sqlite3",
                "read_only": False}  # fmt: skip
        await world.manage("POST", "/datasources", json=bank, status=201)
        yield world, rates


async def test_every_cell_of_the_page_gives_the_answer_below_it(
    reader: tuple[World, str],
) -> None:
    world, rates = reader
    for cell in CELLS:
        await _run(world, cell, rates)
        if cell.answer is None:
            continue
        answer = await world.call(cell.method, cell.called)
        assert answer.status_code == 200, answer.text
        # As they are written: exact, and in any order.
        told, said = (_exact(text) for text in (cell.answer.encode(), answer.content))
        assert said == told, cell.text
    await _check_what_the_text_says(world)


def _exact(text: bytes) -> Any:
    return msgspec.json.decode(text)


async def _run(world: World, cell: Cell, rates: str) -> None:
    """As the notebook does; what is not an answer of its own is checked here."""
    text = cell.content.replace(RATES, rates)
    if cell.kind == "macro":
        macro = read_cell("", text, PYTHON_MACRO)
        body = {"name": cell.method, "language": "python", "content": macro.content,
                **macro.header}  # fmt: skip
        saved = await world.manage("PUT", "/macros", json=body, status=200)
        await world.manage("POST", f"/macros/{saved['id']}/publish", json={}, status=200)
        return
    if cell.kind in {"sql", "script"}:
        read = read_cell("", text, KINDS[cell.kind])
        draft = read.draft(cell.kind, cell.method, cell.path, **_datasource(read.header))
        endpoint = await world.manage("PUT", "/drafts", json=draft, status=200)
        url = f"/endpoints/{endpoint['id']}"
    else:
        where = {"method": cell.method, "path": cell.path}
        found = await world.manage("GET", "/endpoints", params=where, status=200)
        url = f"/endpoints/{found['items'][0]['id']}"
    if cell.kind == "transform":
        draft = await world.manage("GET", f"{url}/draft", status=200)
        body = draft | {"transform": cell.content}
        await world.manage("PUT", "/drafts", json=body, status=200)
    if cell.kind == "test":
        body = {"content": cell.content}
        await world.manage("PUT", f"{url}/tests/main", json=body, status=200)
        ran = await world.manage("POST", f"{url}/tests/run", json={}, status=200)
        assert ran["passed"], ran
    await world.manage("POST", f"{url}/publish", json={}, status=200)


def _datasource(header: dict[str, Any]) -> dict[str, str | None]:
    return {"datasource": header.get("datasource", "shop"), "module": None}


async def _check_what_the_text_says(world: World) -> None:
    missing = await world.call("GET", "customers/12345/summary")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "refused")
    assert missing.json()["message"] == "there is no such customer"
    poor = await world.call("POST", "transfers?payer=1&payee=2&amount=5000")
    assert poor.status_code == 409
    whole = await world.publish(
        "GET", "bank/all", "SELECT balance FROM account ORDER BY id", datasource="bank"
    )
    assert whole["state"] == "live"
    balances = (await world.call("GET", "bank/all")).json()["data"]
    assert balances == [{"balance": 70}, {"balance": 30}]
    wrong = await world.call("GET", "orders/between?since=2026-02-01&until=2026-01-01&status=lost")
    assert wrong.status_code == 400
    assert "since: lies after until" in wrong.json()["message"]
    assert "status: expected one of open, paid" in wrong.json()["message"]


# What goes over each limit, or fails, as a row of the page's table tells it; None where the tests
# of the engine bring it about.
FAILING: dict[str, str | None] = {
    "script_timeout": "while True:\n    pass",
    "script_cpu_limit": "while True:\n    pass",
    "script_memory_limit": "result = [0] * 10**10",
    "script_output_limit": "result = 'x' * 11_000_000",
    "script_query_limit": "for n in range(200):\n    db.query('SELECT 1')",
    "script_busy": None,
    "script_failed": "result = 1 / 0",
    "refused": "fail('what it said, and so does the caller')",
    "script_worker_lost": None,
}
COLUMNS = ("what", "setting", "default", "message", "status", "code")
CELLS_OF_ROW = re.compile(r"^\|(.*)\| (\d{3}) \| `(\w+)` \|$", re.MULTILINE)
ROWS = [
    dict(zip(COLUMNS, (*map(str.strip, row.split("|")), status, code), strict=True))
    for row, status, code in CELLS_OF_ROW.findall(PAGE)
]


def _matches(told: str, said: str) -> bool:
    """Whether the message is the page's, with numbers for each `…`."""
    return re.search(re.escape(told).replace("…", r"[\d.,]+"), said) is not None


@pytest.mark.parametrize("code", [code for code, text in FAILING.items() if text])
async def test_a_limit_is_told_as_the_page_says(reader: tuple[World, str], code: str) -> None:
    (row,) = [row for row in ROWS if row["code"] == code]
    # Under the processor time that a call has, or far over it.
    timeout = CPU_S / 2 if code == "script_timeout" else 20
    await _fails(reader[0], row, content=f"result = None\n{FAILING[code]}", timeout=timeout)


async def test_other_failures_are_told_as_the_page_says(reader: tuple[World, str]) -> None:
    world = reader[0]
    by_message = {row["message"]: row for row in ROWS}
    await _fails(world, by_message["The query answers more than … rows"], max_rows=5,
                 content="result = db.query('SELECT id FROM orders')")  # fmt: skip
    await _fails(world, by_message["no such table: ordres"],
                 content="result = db.query('SELECT * FROM ordres')")  # fmt: skip
    await _fails(world, by_message["KeyError: 'nope'"], content="result = {}",
                 transform="result = result['nope']")  # fmt: skip


async def _fails(world: World, row: dict[str, str], **fields: Any) -> None:
    """The author sees the message, a caller the status and the code."""
    path = f"failing/{row['code']}/{len(row['message'])}"
    body = {"method": "GET", "path": path, "engine": "script", "datasource": "shop",
            "access": "public", **fields}  # fmt: skip
    endpoint = await world.manage("PUT", "/drafts", json=body, status=200)
    seen = await world.manage("POST", f"/endpoints/{endpoint['id']}/debug", json={"params": {}})
    assert _matches(row["message"], seen.json()["message"]), seen.text
    await world.manage("POST", f"/endpoints/{endpoint['id']}/publish", json={}, status=200)
    answer = await world.call("GET", path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (int(row["status"]), row["code"])
    is_told = row["code"] == "refused"
    assert _matches(row["message"], answer.json()["message"]) == is_told
    (record,) = await world.records(limit="1")
    assert _matches(row["message"], record["error"])


def _kinds() -> list[type[ScriptError]]:
    return [kind for kind in vars(errors).values()
            if isinstance(kind, type) and issubclass(kind, ScriptError)]  # fmt: skip


def test_every_error_of_scripts_has_a_row_with_its_status() -> None:
    told = {row["code"]: int(row["status"]) for row in ROWS}
    for kind in _kinds():
        error = ScriptRefused("x", 400) if kind is ScriptRefused else kind("x")
        failure = failure_of(error)
        assert told[failure.code] == failure.status, kind
    assert told["execution_failed"] == failure_of(QueryFailed("x")).status


def test_every_setting_of_scripts_is_named() -> None:
    names = [name for name in Settings.model_fields if name.startswith("script_")]
    assert len(names) >= 11
    for name in (*names, "redis_url"):
        assert f"DBAPI_{name.upper()}" in PAGE, name


def test_the_defaults_of_the_table_are_those_of_the_settings() -> None:
    fields = Settings.model_fields
    seen = 0
    for row in ROWS:
        name = row["setting"].strip("`").removeprefix("DBAPI_").lower()
        if name in fields:
            assert str(fields[name].default) == row["default"], name
            seen += 1
    assert seen >= 5
    by_setting = {row["setting"]: row["default"] for row in ROWS}
    timeout, rows = fields["default_timeout_seconds"].default, fields["default_rows"].default
    assert by_setting["the endpoint's `timeout`"] == f"{timeout} s"
    assert by_setting["the endpoint's `max_rows`"] == str(rows)


def test_every_name_is_in_a_table_with_its_functions() -> None:
    tables = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))
    spoken = tables + PAGE[PAGE.index("### http") : PAGE.index("### cache")]
    for name, members in SCRIPT_NAMES.items():
        assert f"`{name}`" in tables or f"`{name}(" in tables, name
        if name in {"db", "tx", "http", "cache", "env", "log"}:
            missing = [member for member in members if f"`{name}.{member}" not in spoken]
            assert missing == []


def test_every_module_is_listed() -> None:
    listed = PAGE[PAGE.index("These modules may be imported") :].split("\n\n")[1]
    assert listed.split() == [f"`{name}`" for name in sorted(MODULES) if name != "urllib"]


async def test_a_transform_gets_what_the_page_says(reader: tuple[World, str]) -> None:
    world = reader[0]
    kinds = "result = [type(result).__name__, [type(v).__name__ for v in {}]]"
    for path, fields, seen, expected in (
        ("one", {"engine": "sql", "content": "SELECT id FROM orders LIMIT 1"}, "result",
         ["list", ["dict"]]),
        ("script", {"engine": "script", "content": "result = {'data': [], 'x': 1.5}"},
         "result.values()", ["dict", ["list", "float"]]),
        ("writes", {"engine": "sql", "content": "UPDATE account SET balance = balance",
                    "datasource": "bank"}, "[result]", ["int", ["int"]]),
    ):  # fmt: skip
        body = {"method": "GET", "path": f"kinds/{path}", "datasource": "shop", **fields,
                "transform": kinds.format(seen)}  # fmt: skip
        endpoint = await world.manage("PUT", "/drafts", json=body, status=200)
        url = f"/endpoints/{endpoint['id']}/debug"
        ran = await world.manage("POST", url, json={"params": {}}, status=200)
        assert ran["data"] == expected


async def test_the_locks_that_hold_are_among_those_that_are_named(
    reader: tuple[World, str],
) -> None:
    ready = (await reader[0].http.get("/health/ready")).json()
    assert ready["scripts"]["isolation"]
    for lock in ready["scripts"]["isolation"]:
        assert f"`{lock}`" in PAGE
