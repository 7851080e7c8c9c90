"""What a consumer sees: statuses, envelopes, parameters, tokens, limits, records."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.world import World

ORDERS = "SELECT id, total FROM orders WHERE customer_id = {{ customer_id | sql_int }} ORDER BY id"


def error(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert body["success"] is False
    assert body["data"] == []
    assert body["error"]["request_id"] == answer.headers["x-request-id"]
    return answer.status_code, body["error"]["code"]


async def test_a_published_cell_answers_rows(world: World) -> None:
    await world.publish("GET", "rows/{customer_id}", ORDERS)
    answer = await world.call("GET", "rows/7")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert body["success"] is True
    assert body["message"] is None
    assert body["data"][:2] == [{"id": 7, "total": 10.5}, {"id": 17, "total": 25.5}]
    assert len(body["data"]) == 10


async def test_what_is_not_published_is_not_found(world: World) -> None:
    await world.draft("GET", "only/draft", "SELECT 1 AS one")
    for path in ("only/draft", "nothing/here", "rows"):
        assert error(await world.call("GET", path)) == (404, "not_found")
    assert error(await world.call("GET", "")) == (404, "not_found")


async def test_every_wrong_parameter_is_named_in_one_answer(world: World) -> None:
    await world.publish(
        "GET",
        "wrong/{customer_id}",
        "SELECT {{ customer_id | sql_int }} a, {{ since | sql_date }} b, {{ size }} c, {{ must }}",
        params={
            "since": {"type": "date"},
            "size": {"type": "integer", "maximum": 10},
            "must": {"type": "string", "required": True},
        },
    )
    answer = await world.call("GET", "wrong/x?since=yesterday&size=11")
    assert error(answer) == (400, "invalid_parameters")
    named = {detail["field"]: detail["message"] for detail in answer.json()["error"]["details"]}
    assert set(named) == {"customer_id", "since", "size", "must"}
    assert "yesterday" in named["since"]


async def test_the_path_wins_over_a_query_of_the_same_name(world: World) -> None:
    await world.publish("GET", "wins/{id}", "SELECT {{ id | sql_int }} AS id")
    answer = await world.call("GET", "wins/5?id=7")
    assert answer.json()["data"] == [{"id": 5}]


async def test_encoded_segments_are_decoded_once_and_stay_one_segment(world: World) -> None:
    await world.publish("GET", "encoded/{name}", "SELECT {{ name }} AS name")
    for raw, value in (("a%2Fb", "a/b"), ("%C3%A9", "é"), ("100%25", "100%"), ("a+b", "a+b")):
        answer = await world.call("GET", f"encoded/{raw}")
        assert answer.json()["data"] == [{"name": value}]
    assert error(await world.call("GET", "encoded/%ff"))[0] == 400


async def test_bodies_are_json_or_forms(world: World) -> None:
    await world.publish("POST", "body", "SELECT {{ name }} AS name, {{ ids | sql_json }} AS ids",
                        params={"ids": {"type": "array", "items": "integer"}})  # fmt: skip
    as_json = await world.call("POST", "body", json={"name": "Ann", "ids": [1, 2]})
    as_form = await world.call("POST", "body", data={"name": "Ann", "ids": ["1", "2"]})
    in_query = await world.call("POST", "body?name=Ann&ids=1,2")
    expected = [{"name": "Ann", "ids": "[1,2]"}]
    assert [a.json()["data"] for a in (as_json, as_form, in_query)] == [expected] * 3


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"<a/>", "text/xml", 415),
        (b'{"a": "' + b"x" * 2_000_000 + b'"}', "application/json", 413),
    ],
)
async def test_a_bad_body_is_refused(world: World, content: bytes, kind: str, status: int) -> None:
    await world.publish("POST", "badbody", "SELECT {{ name }} AS name")
    answer = await world.call("POST", "badbody", content=content, headers={"content-type": kind})
    assert error(answer)[0] == status


async def test_several_statements_give_a_list_and_writing_a_number(
    world: World, tmp_path: Any
) -> None:
    await world.publish("GET", "two", "SELECT 1 AS a; SELECT 2 AS b")
    assert (await world.call("GET", "two")).json()["data"] == [[{"a": 1}], [{"b": 2}]]


async def test_rows_beyond_the_limit_are_cut_and_said_so(world: World) -> None:
    await world.publish("GET", "cut", "SELECT id FROM orders ORDER BY id", max_rows=3)
    answer = await world.call("GET", "cut")
    assert answer.json()["data"] == [{"id": 1}, {"id": 2}, {"id": 3}]
    assert answer.json()["truncated"] is True
    assert answer.headers["x-row-limit-reached"] == "true"


@pytest.mark.parametrize("form", ["json", "rows", "ndjson", "csv"])
async def test_no_column_is_lost_to_another_of_the_same_name(world: World, form: str) -> None:
    await world.publish(
        "GET", "camel/twice", 'SELECT 1 AS order_id, 2 AS "orderId", 3 AS made_by FROM orders'
    )
    answer = await world.call("GET", f"camel/twice?naming=camel&format={form}")
    for name in ("order_id", "orderId", "madeBy"):
        assert name in answer.text.splitlines()[0]


async def test_keys_are_camel_when_asked_and_camel_columns_stay(world: World) -> None:
    await world.publish("GET", "camel", 'SELECT 1 AS customer_id, 2 AS "orderTotal", 3 AS a_b_c')
    expected = [{"customerId": 1, "orderTotal": 2, "aBC": 3}]
    assert (await world.call("GET", "camel?naming=camel")).json()["data"] == expected
    answer = await world.call("GET", "camel", headers={"X-Response-Naming": "camel"})
    assert answer.json()["data"] == expected


async def test_an_unknown_accept_is_refused(world: World) -> None:
    await world.publish("GET", "accept", "SELECT 1 AS a")
    answer = await world.call("GET", "accept", headers={"accept": "text/html"})
    assert error(answer) == (406, "not_acceptable")
    for accept in ("*/*", "application/json", "text/html, application/*;q=0.5"):
        assert (await world.call("GET", "accept", headers={"accept": accept})).status_code == 200


async def test_a_failing_query_tells_the_author_and_not_the_consumer(world: World) -> None:
    await world.publish("GET", "fails", "SELECT secret_column FROM orders")
    answer = await world.call("GET", "fails")
    assert error(answer) == (500, "execution_failed")
    assert "secret_column" not in answer.text
    (record,) = await world.records(request_id=answer.headers["x-request-id"])
    assert "secret_column" in record["error"]


async def test_a_private_endpoint_needs_a_token_and_a_grant(world: World) -> None:
    endpoint = await world.publish("GET", "private", "SELECT 1 AS a", access="private")
    allowed = await world.client("allowed", endpoint)
    other = await world.client("other")
    assert error(await world.call("GET", "private")) == (401, "unauthorized")
    assert (await world.call("GET", "private")).headers["www-authenticate"].startswith("Bearer")
    for client, status in ((allowed, 200), (other, 403)):
        token = (await world.client_token(client)).json()["access_token"]
        answer = await world.call("GET", "private", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status
    session = await world.log_in("admin")
    answer = await world.call("GET", "private", headers={"Authorization": f"Bearer {session}"})
    assert error(answer) == (401, "unauthorized")


async def test_a_revoked_grant_a_new_secret_and_an_inactive_client_are_refused(
    world: World,
) -> None:
    endpoint = await world.publish("GET", "revoked", "SELECT 1 AS a", access="private")
    client = await world.client("to be revoked", endpoint)

    async def status() -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return (await world.call("GET", "revoked", headers=headers)).status_code

    token = (await world.client_token(client)).json()["access_token"]
    link = f"/clients/{client['id']}/endpoints/{endpoint['id']}"
    assert await status() == 200
    await world.manage("DELETE", link, status=204)
    assert await status() == 403
    await world.manage("PUT", link, status=204)
    assert await status() == 200
    renewed = await world.manage("POST", f"/clients/{client['id']}/secret", status=200)
    assert await status() == 401
    assert (await world.client_token(client)).status_code == 401
    token = (await world.client_token(renewed)).json()["access_token"]
    assert await status() == 200
    await world.manage("PATCH", f"/clients/{client['id']}", json={"is_active": False}, status=200)
    assert await status() == 401


async def test_a_group_gives_what_it_holds_while_it_is_there(world: World) -> None:
    endpoint = await world.publish("GET", "grouped", "SELECT 1 AS a", access="private")
    client = await world.client("in a group")
    group = await world.manage("POST", "/groups", json={"name": "g"}, status=201)
    await world.manage("PUT", f"/groups/{group['id']}/endpoints/{endpoint['id']}", status=204)
    token = (await world.client_token(client)).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert (await world.call("GET", "grouped", headers=headers)).status_code == 403
    await world.manage("PUT", f"/clients/{client['id']}/groups/{group['id']}", status=204)
    assert (await world.call("GET", "grouped", headers=headers)).status_code == 200
    await world.manage("DELETE", f"/groups/{group['id']}", status=204)
    assert (await world.call("GET", "grouped", headers=headers)).status_code == 403


async def test_templates_see_the_client_and_nothing_of_a_public_caller(world: World) -> None:
    text = "SELECT {{ client.name if client else 'nobody' }} AS name"
    endpoint = await world.publish("GET", "whoami", text, access="private")
    client = await world.client("it's me", endpoint)
    token = (await world.client_token(client)).json()["access_token"]
    answer = await world.call("GET", "whoami", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["data"] == [{"name": "it's me"}]


async def test_no_endpoint_is_told_what_a_caller_shows(world: World) -> None:
    params = {"token": {"in": "header", "header": "Authorization"}, "cookie": {"in": "header"}}
    text = "SELECT {{ token }} AS token, {{ cookie }} AS cookie"
    await world.publish("GET", "thief", text, params=params)
    headers = {"Authorization": "Bearer secret", "Cookie": "session=secret"}
    answer = await world.call("GET", "thief", headers=headers)
    assert answer.json()["data"] == [{"token": None, "cookie": None}]


async def test_the_rate_limit_is_a_sliding_window_with_retry_after(world: World) -> None:
    await world.publish("GET", "limited", "SELECT 1 AS a", rate_limit=3)
    statuses = [(await world.call("GET", "limited")).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    answer = await world.call("GET", "limited")
    assert error(answer) == (429, "rate_limited")
    assert 1 <= int(answer.headers["retry-after"]) <= 61


async def test_concurrency_slots_are_given_back(world: World) -> None:
    slow = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) "
        "SELECT count(*) AS n FROM n"
    )
    await world.publish("GET", "slots", slow, max_concurrent=1)
    answers = await asyncio.gather(*(world.call("GET", "slots") for _ in range(4)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 503, 503, 503]
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert error(refused) == (503, "too_many_concurrent")
    assert "retry-after" in refused.headers
    assert (await world.call("GET", "slots")).status_code == 200


async def test_an_endpoint_over_its_timeout_answers_504(world: World) -> None:
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    )
    await world.publish("GET", "slow", endless, timeout=0.2)
    assert error(await world.call("GET", "slow")) == (504, "query_timeout")


async def test_every_request_is_recorded_refused_ones_too(world: World) -> None:
    endpoint = await world.publish("GET", "recorded/{n}", "SELECT {{ n | sql_int }} AS n")
    for path, status, code in (
        ("recorded/1", 200, None),
        ("recorded/x", 400, "invalid_parameters"),
        ("recorded/1/2", 404, "not_found"),
    ):
        answer = await world.call("GET", path, headers={"x-request-id": f"test-{status}-id"})
        assert answer.headers["x-request-id"] == f"test-{status}-id"
        (record,) = await world.records(request_id=f"test-{status}-id")
        assert (record["status"], record["error_code"]) == (status, code)
        assert record["path"] == path
        assert record["ip_address"] == "127.0.0.1"
        assert record["endpoint_id"] == (endpoint["id"] if status != 404 else None)


async def test_records_are_written_once_however_many_write(world: World) -> None:
    await world.publish("GET", "once/{n}", "SELECT {{ n }} AS n")
    for n in range(5):
        await world.call("GET", f"once/{n}")
    await asyncio.gather(*(world.platform.recorder.flush() for _ in range(5)))
    paths = [record["path"] for record in await world.records(limit="100")]
    assert [paths.count(f"once/{n}") for n in range(5)] == [1] * 5


async def test_wrong_credentials_get_no_token(world: World) -> None:
    client = await world.client("token taker")
    for body in (
        {"client_id": client["client_id"], "client_secret": "wrong"},
        {"client_id": "nobody", "client_secret": client["client_secret"]},
    ):
        answer = await world.http.post("/token/generate", json=body)
        assert error(answer) == (401, "unauthorized")
    assert error(await world.http.post("/token/generate", json={}))[0] == 400
    wrong = await world.http.post("/token/generate", auth=(client["client_id"], "wrong"))
    assert error(wrong) == (401, "unauthorized")
    for given in ("Basic", "Basic nonsense", "Basic bm9uc2Vuc2U="):
        told = await world.http.post("/token/generate", headers={"Authorization": given})
        assert error(told) == (400, "invalid_request")
    assert error(await world.http.get("/api/token/generate"))[0] == 405


async def test_a_token_is_given_by_http_basic(world: World) -> None:
    endpoint = await world.publish("GET", "basic", "SELECT 1 AS one", access="private")
    client = await world.client("basic", endpoint)
    given = await world.http.post(
        "/token/generate",
        data={"grant_type": "client_credentials"},
        auth=(client["client_id"], client["client_secret"]),
    )
    assert given.status_code == 200, given.text
    token = given.json()["access_token"]
    answer = await world.call("GET", "basic", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


async def test_unknown_parameters_are_refused_when_the_endpoint_says_so(world: World) -> None:
    await world.publish("GET", "strict", "SELECT {{ a }} AS a", unknown_params="refuse")
    assert (await world.call("GET", "strict?a=1")).status_code == 200
    answer = await world.call("GET", "strict?a=1&b=2")
    assert error(answer) == (400, "invalid_parameters")
    assert answer.json()["error"]["details"][0]["field"] == "b"


async def test_a_header_is_a_parameter_when_declared(world: World) -> None:
    await world.publish(
        "GET", "tenant", "SELECT {{ x_tenant }} AS t", params={"x_tenant": {"in": "header"}}
    )
    answer = await world.call("GET", "tenant", headers={"X-Tenant": "north"})
    assert answer.json()["data"] == [{"t": "north"}]


async def test_every_answer_tells_how_the_window_stands(world: World) -> None:
    await world.publish("GET", "windowed/{n}", "SELECT {{ n | sql_int }} AS n", rate_limit=3)
    told = []
    for n in ("1", "x", "2", "3"):
        answer = await world.call("GET", f"windowed/{n}")
        told.append((answer.status_code, answer.headers["ratelimit-remaining"]))
        assert answer.headers["ratelimit-limit"] == "3"
        assert 0 < int(answer.headers["ratelimit-reset"]) <= 60
    assert told == [(200, "2"), (400, "1"), (200, "0"), (429, "0")]
