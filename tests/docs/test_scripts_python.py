"""The Python of scripts as docs/scripts.md tells it: what is refused, what fails, what works."""

from typing import Any

import pytest

from dbapi_jupyter.cells import read_cell
from dbapi_jupyter.kinds import SCRIPT
from tests.world import World

REFUSED = {
    "a private name": "_x = 1\nresult = 1",
    "open": "result = open('x')",
    "vars": "result = vars()",
    "a module that is not there": "import os\nresult = 1",
    "async": "async def execute():\n    return 1",
    "a star": "from json import *\nresult = 1",
    "a metaclass": "class A(metaclass=type):\n    pass\nresult = 1",
    "a pattern with attributes": "match 1:\n    case Point(x=1):\n        result = 1",
    "neither execute nor result": "def run(params):\n    return 1",
}
FAILS = {
    "dir": ("result = dir(1)", "'dir' is not defined"),
    "type of three": ("result = type('A', (), {})", "TypeError"),
    "print to a file": ("print(1, file=2)\nresult = 1", "file="),
    "a change of a module": ("json.dumps = 1\nresult = 1", "cannot be changed"),
    "sleep": ("time.sleep(1)\nresult = 1", "has no attribute 'sleep'"),
    "an object": ("class A:\n    pass\nresult = A()", "cannot be written as JSON"),
    "a value that cannot be cached": ("cache.set('', 1)\nresult = 1", "1 to 200 characters"),
    "a host that is not named": ("result = http.get('https://example.org').text", "HTTP_HOSTS"),
}
WORKS: dict[str, tuple[str, Any]] = {
    "an underscore": ("result = [1 for _ in range(2)]", [1, 1]),
    "a name": ("def f():\n    pass\nresult = f.__name__", "f"),
    "no parameter": ("def execute():\n    return 1", 1),
    "a generator": ("def execute(params):\n    yield 1\n    yield 2", [1, 2]),
    "fail is caught": (
        "try:\n    fail('x')\nexcept Exception:\n    result = 'caught'", "caught",
    ),
    "a database's error": (
        "try:\n    db.query('SELECT nope')\nexcept DatabaseError as error:\n"
        "    result = str(error)", "no such column: nope",
    ),
    "an unknown error": (
        "try:\n    cache.get(5)\nexcept Denied:\n    result = 'denied'", "denied",
    ),
    "no envelope": ("result = {'data': 5, 'total': 1}", {"data": 5, "total": 1}),
    "no boolean": ("result = {'success': 1}", {"success": 1}),
    "infinity": ("result = [float('inf')]", [None]),
    "one value": ("result = db.query('SELECT id FROM orders WHERE id = %s', 5)", [{"id": 5}]),
    "percent without values": (
        "result = db.query(\"SELECT count(*) AS n FROM orders WHERE status LIKE 'p%'\")",
        [{"n": 33}],
    ),
    "the datasource": ("result = sorted(ds)", ["database", "host", "name", "port", "product_type"]),
    "nobody": ("result = client", {"id": None, "name": None, "groups": [], "claims": {}}),
    "a date in the cache": (
        "cache.set('day', date(2026, 1, 31))\nresult = cache.get('day')", "2026-01-31",
    ),
    "counting": (
        "result = [cache.incr('seen'), cache.incr('seen', 4), cache.decr('seen'), "
        "cache.exists('seen'), cache.delete('seen'), cache.get('seen', 'gone')]",
        [1, 5, 4, True, True, "gone"],
    ),
    "the environment": ("result = [env.get('HOME'), env.get_int('HOME', 7)]", [None, 7]),
}  # fmt: skip


async def _tried(world: World, content: str) -> Any:
    """Saved and run once; the response of what failed first."""
    draft = read_cell("", content, SCRIPT).draft("script", "GET", "tried", datasource="shop")
    saved = await world.manage("PUT", "/drafts", json=draft)
    if saved.status_code != 200:
        return saved
    url = f"/endpoints/{saved.json()['id']}/debug"
    return await world.manage("POST", url, json={"params": {}})


@pytest.mark.parametrize("what", REFUSED)
async def test_it_is_refused_when_the_cell_runs(world: World, what: str) -> None:
    answer = await _tried(world, REFUSED[what])
    assert answer.json()["error"]["code"] == "invalid_definition", answer.text


@pytest.mark.parametrize("what", FAILS)
async def test_it_fails_when_its_line_runs(world: World, what: str) -> None:
    content, message = FAILS[what]
    answer = await _tried(world, content)
    assert answer.json()["error"]["code"] == "script_failed", answer.text
    assert message in answer.json()["message"]


@pytest.mark.parametrize("what", WORKS)
async def test_it_works_as_the_page_says(world: World, what: str) -> None:
    content, expected = WORKS[what]
    answer = await _tried(world, content)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"] == expected
