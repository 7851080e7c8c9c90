"""Scripts behind the gateway: what consumers get, what authors find, and what is kept apart."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from dbapi_platform.engines.script.creating import create_scripts
from dbapi_platform.settings import SettingsError
from tests.world import World, make_settings, open_world

SCRIPT = {"engine": "script"}


async def last_record(world: World) -> dict[str, Any]:
    found: dict[str, Any] = (await world.records(limit="1"))[0]
    return found


async def test_a_script_answers_and_its_log_is_kept(world: World) -> None:
    await world.publish(
        "GET", "s/order/{id}",
        "def execute(params):\n    log.info('looking for %s', params['id'])\n    print('twice')\n"
        "    sql = 'SELECT id, customer_id FROM orders WHERE id = %s'\n"
        "    return db.query_one(sql, [params['id']])",
        params={"id": "integer"}, **SCRIPT,
    )  # fmt: skip
    answer = await world.call("GET", "s/order/7")
    assert answer.json() == {
        "success": True, "message": None, "data": {"id": 7, "customer_id": 7},
    }  # fmt: skip
    assert (await last_record(world))["log"] == "INFO looking for 7\nINFO twice"
    camel = await world.call("GET", "s/order/7?naming=camel")
    assert camel.json()["data"] == {"id": 7, "customerId": 7}
    wrong = await world.call("GET", "s/order/x")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "invalid_parameters")


ANSWERS: list[tuple[str, str]] = [
    ("result = [1, 2]", '{"success":true,"message":null,"data":[1,2]}'),
    ("result = None", '{"success":true,"message":null,"data":null}'),
    ("result = {'data': [], 'total': 0}", '{"success":true,"message":null,"data":[],"total":0}'),
    ("result = {'success': False, 'data': []}", '{"success":false,"message":null,"data":[]}'),
    (
        "result = {'success': False, 'message': 'later', 'data': None, 'retry': 5}",
        '{"success":false,"message":"later","data":null,"retry":5}',
    ),
    ("result = Decimal('0.10')", '{"success":true,"message":null,"data":0.10}'),
]


@pytest.mark.parametrize(("content", "body"), ANSWERS)
async def test_data_and_envelopes(world: World, content: str, body: str) -> None:
    await world.publish("GET", "s/answer", content, **SCRIPT)
    assert (await world.call("GET", "s/answer")).text == body


FAILURES: list[tuple[str, int, str, str]] = [
    ("\nresult = 1 / 0", 500, "script_failed", "content, line 2: ZeroDivisionError"),
    ("fail('gone', 410)\nresult = 1", 410, "refused", "gone"),
    ("while True: pass\nresult = 1", 500, "script_cpu_limit", "seconds of processor time"),
    ("result = 'a' * 10 ** 9", 500, "script_memory_limit", "line 1"),
    ("result = 'a' * 2_000_000", 500, "script_output_limit", "2,000,002 bytes"),
    ("while True: cache.get('a')\nresult = 1", 500, "script_query_limit", "more than 20 queries"),
]


@pytest_asyncio.fixture(scope="module")
async def limited(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A platform whose scripts may do little."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGION", "eu")
        patch.setenv("OTHER", "not theirs")
        async with open_world(
            tmp_path_factory.mktemp("limited"), script_cpu_seconds=0.3, script_memory_mb=64,
            script_max_output_bytes=1_000_000, script_max_queries=20, script_env=["REGION"],
            script_extra_modules=["colorsys"],
        ) as world:  # fmt: skip
            yield world


@pytest.mark.parametrize(("content", "status", "code", "internal"), FAILURES)
async def test_a_failure_has_a_code_for_the_consumer_and_words_for_the_author(
    limited: World, content: str, status: int, code: str, internal: str
) -> None:
    await limited.publish("GET", "s/failing", content, **SCRIPT)
    answer = await limited.call("GET", "s/failing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    record = await last_record(limited)
    assert internal in record["error"]
    if status == 500:
        assert internal not in answer.text
    await limited.publish("GET", "s/sound", "result = 1", **SCRIPT)
    assert (await limited.call("GET", "s/sound")).json()["data"] == 1


async def test_a_script_that_waits_too_long_is_a_504(limited: World) -> None:
    content = "def execute(params):\n    while True:\n        pass"
    await limited.publish("GET", "s/slow", content, timeout=0.1, **SCRIPT)
    answer = await limited.call("GET", "s/slow")
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "script_timeout")


async def test_only_named_variables_and_modules_are_there(limited: World) -> None:
    await limited.publish(
        "GET", "s/reach",
        "import colorsys\nresult = [env.get('REGION'), env.get('OTHER'), env.get('PATH'), "
        "env.get('DBAPI_SECRET_KEY'), colorsys.rgb_to_hsv(0, 0, 0)[2]]",
        **SCRIPT,
    )  # fmt: skip
    assert (await limited.call("GET", "s/reach")).json()["data"] == ["eu", None, None, None, 0]


async def test_a_script_without_declarations_gets_all_that_a_call_brings(world: World) -> None:
    await world.publish("POST", "s/all/{a}", "result = req", **SCRIPT)
    answer = await world.call("POST", "s/all/1?a=2&b=2&c=3&c=4", json={"a": 3, "b": 3, "d": [4]})
    assert answer.json()["data"] == {"a": "1", "b": "2", "c": ["3", "4"], "d": [4]}
    await world.publish("POST", "s/all/{a}", "result = req", unknown_params="refuse", **SCRIPT)
    assert (await world.call("POST", "s/all/1?b=2")).status_code == 400
    await world.publish("POST", "s/all/{a}", "result = req", params={"b": "integer"}, **SCRIPT)
    answer = await world.call("POST", "s/all/1?b=2&c=3")
    assert answer.json()["data"] == {"b": 2, "a": "1"}


async def test_a_script_knows_who_calls_and_where_it_works(world: World) -> None:
    content = "result = [client['name'], client['groups'], ds['name'], ds['product_type']]"
    endpoint = await world.publish("GET", "s/who", content, access="private", **SCRIPT)
    client = await world.client("reporting", endpoint)
    token = (await world.client_token(client)).json()["access_token"]
    answer = await world.call("GET", "s/who", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["data"] == ["reporting", [], "shop", "sqlite"]
    await world.publish("GET", "s/nobody", "result = [client['id'], ds['database']]", **SCRIPT)
    assert (await world.call("GET", "s/nobody")).json()["data"] == [None, "shop.sqlite3"]


async def test_a_read_only_datasource_stays_so_for_scripts(world: World) -> None:
    await world.publish(
        "POST", "s/write",
        "tx.begin()\nresult = db.execute('DELETE FROM orders')\ntx.commit()", **SCRIPT,
    )  # fmt: skip
    assert (await world.call("POST", "s/write")).status_code == 500
    assert "readonly" in (await last_record(world))["error"].replace(" ", "").replace("-", "")


VALIDATE = """
def validate(value, params):
    log.debug(f"looking at {value}")
    if params["kind"] == "even" and value % 2:
        return f"{value} is not even"
    if value > 100:
        raise ValueError("is far too much")
    if value == 13:
        fail("is unlucky")
    return value != 7
"""


async def test_validators_refuse_with_their_own_words(world: World) -> None:
    await world.publish(
        "GET", "s/checked", "SELECT id FROM orders WHERE id = {{ n | sql_int }}",
        params={"n": {"type": "integer", "validate": VALIDATE}, "kind": "string"},
    )  # fmt: skip
    for query, status, message in (
        ("n=4&kind=even", 200, None), ("n=5", 200, None), ("kind=even", 200, None),
        ("n=5&kind=even", 400, "n: 5 is not even"), ("n=13", 400, "n: is unlucky"),
        ("n=7", 400, "n: is not valid"), ("n=x", 400, "n: expected a whole number"),
    ):  # fmt: skip
        answer = await world.call("GET", f"s/checked?{query}")
        assert answer.status_code == status, answer.text
        if message is not None:
            assert answer.json()["message"].startswith(message)
            assert answer.json()["error"]["details"][0]["field"] == "n"


async def test_a_validator_that_raises_value_error_refuses_the_caller(world: World) -> None:
    await world.publish(
        "GET", "s/raises", "result = 1", **SCRIPT,
        params={"n": {"type": "integer", "validate": VALIDATE}, "kind": "string"},
    )  # fmt: skip
    answer = await world.call("GET", "s/raises?n=101")
    assert answer.status_code == 400
    assert answer.json()["message"] == "n: is far too much"


async def test_a_broken_validator_is_the_authors_fault(world: World) -> None:
    await world.publish(
        "GET", "s/broken", "result = 1", **SCRIPT,
        params={"n": {"type": "integer", "validate": "def validate(v, p):\n    return p['x'] + v"}},
    )  # fmt: skip
    answer = await world.call("GET", "s/broken?n=1")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "script_failed")
    assert "params.n.validate, line 2" in (await last_record(world))["error"]


async def test_options_come_from_a_query(world: World) -> None:
    options = {"options": "SELECT DISTINCT status FROM orders ORDER BY status"}
    endpoint = await world.publish(
        "GET", "s/options", "SELECT count(*) AS n FROM orders WHERE status IN {{ status }}",
        params={"status": {"type": "array", "items": "string", **options}},
    )  # fmt: skip
    assert (await world.call("GET", "s/options?status=paid,open")).json()["data"] == [{"n": 100}]
    answer = await world.call("GET", "s/options?status=paid,lost")
    assert answer.json()["message"] == "status: expected one of open, paid, got 'lost'"
    found = await world.manage("GET", f"/endpoints/{endpoint['id']}/options/status", status=200)
    assert [item["value"] for item in found["items"]] == ["open", "paid"]
    missing = await world.manage("GET", f"/endpoints/{endpoint['id']}/options/nope")
    assert missing.status_code == 422


WRONG: list[tuple[dict[str, Any], str, int | None]] = [
    ({"content": "x = 1", **SCRIPT}, "content", None),
    ({"content": "result = 1\nresult = ().__class__", **SCRIPT}, "content", 2),
    ({"content": "SELECT 1", "transform": "\n\ndef transform(result:\n"}, "transform", 3),
    ({"content": "SELECT 1", "transform": "x = 1"}, "transform", None),
    (
        {"content": "SELECT {{ a }}", "params": {"a": {"type": "integer", "validate": "import ("}}},
        "params.a.validate", 1,
    ),
    (
        {"content": "SELECT {{ a }}", "params": {"a": {"options": "SELECT {{ b }}"}}},
        "params.a.options", None,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "field", "line"), WRONG)
async def test_what_cannot_run_is_refused_when_it_is_saved(
    world: World, fields: dict[str, Any], field: str, line: int | None
) -> None:
    body = {"method": "GET", "path": "s/wrong", "engine": "sql", "datasource": "shop"} | fields
    answer = await world.manage("PUT", "/drafts", json=body)
    assert answer.status_code == 422
    detail = answer.json()["error"]["details"][0]
    assert (detail["field"], detail["line"]) == (field, line)


async def test_a_transform_shapes_what_sql_answers(world: World) -> None:
    endpoint = await world.publish(
        "GET", "s/shaped", "SELECT id, total FROM orders WHERE id < {{ n | sql_int }} ORDER BY id",
        transform="def transform(result, params):\n"
        "    return {'data': result, 'sum': sum(row['total'] for row in result), **params}",
        max_rows=2,
    )  # fmt: skip
    answer = await world.call("GET", "s/shaped?n=3")
    assert answer.json() == {
        "success": True, "message": None, "n": 3, "sum": 4.5,
        "data": [{"id": 1, "total": 1.5}, {"id": 2, "total": 3.0}],
    }  # fmt: skip
    assert (await world.call("GET", "s/shaped?n=9")).json()["truncated"] is True
    # Saving the cell again keeps it; null takes it away.
    body = {"method": "GET", "path": "s/shaped", "engine": "sql", "datasource": "shop",
            "content": "SELECT 1 AS n", "access": "public"}  # fmt: skip
    await world.manage("PUT", "/drafts", json=body, status=200)
    draft = await world.manage("GET", f"/endpoints/{endpoint['id']}/draft", status=200)
    assert draft["transform"].startswith("def transform")
    await world.manage("PUT", "/drafts", json=body | {"transform": None}, status=200)
    draft = await world.manage("GET", f"/endpoints/{endpoint['id']}/draft", status=200)
    assert draft["transform"] is None


async def test_a_failing_transform_is_the_authors_fault(world: World) -> None:
    await world.publish(
        "GET", "s/unshaped", "SELECT 1 AS n",
        transform="def transform(result):\n    log.warning('now')\n    return result['n']",
    )  # fmt: skip
    answer = await world.call("GET", "s/unshaped")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "transform_failed")
    record = await last_record(world)
    assert "transform, line 3: TypeError" in record["error"]
    assert record["log"] == "WARNING now"


async def test_python_macros_are_carried_by_versions(world: World) -> None:
    async def publish_macro(text: str) -> dict[str, Any]:
        body = {"name": "tax", "language": "python", "content": text}
        macro = await world.manage("PUT", "/macros", json=body, status=200)
        done = await world.manage("POST", f"/macros/{macro['id']}/publish", json={}, status=200)
        return dict(done)

    await publish_macro("RATE = 2\n\ndef tax(n):\n    return n * RATE")
    script = "def execute(params):\n    tax_free = 'tax'\n    return tax(params['n'])"
    await world.publish("GET", "s/tax", script, params={"n": "integer"}, **SCRIPT)
    await world.publish("GET", "s/free", "result = 'tax'", **SCRIPT)
    assert (await world.call("GET", "s/tax?n=4")).json()["data"] == 8
    done = await publish_macro("def tax(n):\n    return n * 3")
    assert [use["path"] for use in done["lagging"]] == ["s/tax"]
    assert (await world.call("GET", "s/tax?n=4")).json()["data"] == 8
    await world.publish("GET", "s/tax", script, params={"n": "integer"}, **SCRIPT)
    assert (await world.call("GET", "s/tax?n=4")).json()["data"] == 12
    assert (await world.call("GET", "s/tax")).status_code == 500
    assert "macros.tax, line 2" in (await last_record(world))["error"]
    twice = {"name": "other", "language": "python", "content": "def tax(): pass"}
    refused = await world.manage("PUT", "/macros", json=twice)
    assert "'tax' is defined by the macro 'tax' already" in refused.json()["message"]
    kind = {"name": "tax", "content": "{% macro tax(n) %}{% endmacro %}"}
    assert (await world.manage("PUT", "/macros", json=kind)).status_code == 422


async def test_the_locks_and_the_workers_are_told(world: World) -> None:
    ready = (await world.http.get("/health/ready")).json()
    assert {"rlimits", "seccomp", "no_new_privs"} <= set(ready["scripts"]["isolation"])
    assert set(ready["scripts"]["workers"]) == {"busy", "idle", "waiting"}


@pytest.mark.parametrize(
    ("name", "message"), [("os", "may not be given"), ("no_such.module", "is not installed")]
)
def test_a_module_that_cannot_be_given_is_told_by_its_setting(
    tmp_path: Path, name: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=f"DBAPI_SCRIPT_EXTRA_MODULES: .*'{name}' {message}"):
        create_scripts(make_settings(tmp_path, script_extra_modules=[name]))
