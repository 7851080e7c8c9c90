"""A job from its first to its last day, kept in the process and in Redis."""

import asyncio
from typing import Any

import httpx
import pytest

from dbapi_platform.app import Application
from tests.gateway.jobs.asking import ENDLESS, LATER, MANY, code, later, look, reaches, until
from tests.world import World

FORMS = ["json", "rows", "ndjson", "csv", "arrow", "parquet", "xlsx"]
# Of each answer anew.
OWN = {"x-request-id"}


async def headers_of(world: World, client: dict[str, Any]) -> dict[str, str]:
    token = (await world.client_token(client)).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def kept_headers(answer: httpx.Response) -> list[tuple[str, str]]:
    return sorted(pair for pair in answer.headers.multi_items() if pair[0] not in OWN)


@pytest.mark.parametrize("rows", [50, 12_000])
@pytest.mark.parametrize("form", FORMS)
async def test_the_answer_is_the_one_that_would_have_been_waited_for(
    jobs: World, form: str, rows: int
) -> None:
    path = f"life/{form}/{rows}"
    await jobs.publish("GET", path, MANY.format(rows=rows), max_rows=20_000, allow_async=True)
    query = f"{path}?format={form}&naming=camel"
    now = await jobs.call("GET", query)
    job = await later(jobs, query)
    done = await reaches(jobs, job, "succeeded")
    assert done["result"] == f"/api/{job}/result"
    assert done["created_at"] <= done["started_at"] <= done["finished_at"] < done["expires_at"]
    for _ in range(2):
        result = await jobs.call("GET", f"{job}/result")
        assert result.status_code == now.status_code == 200
        assert done["progress"] == {"rows": rows, "bytes": len(result.content)}
        # A workbook tells the second that it was made in.
        assert result.content == now.content or form == "xlsx"
        told = [pair for pair in kept_headers(result) if pair[0] != "content-length"]
        assert told == [pair for pair in kept_headers(now) if pair[0] != "content-length"]
        assert result.headers["content-length"] == str(len(result.content))


async def test_what_is_told_when_it_is_taken_in(jobs: World) -> None:
    await jobs.publish("GET", "life/told", "SELECT 1 AS a", allow_async=True, rate_limit=100)
    answer = await jobs.call("GET", "life/told", headers=LATER | {"X-Request-ID": "told-12345"})
    data = answer.json()["data"]
    assert answer.status_code == 202
    assert answer.headers["location"] == data["url"] == f"/api/jobs/{data['id']}"
    assert answer.headers["preference-applied"] == "respond-async"
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["x-api-version"] == "1"
    assert answer.headers["ratelimit-remaining"] == "99"
    assert answer.json()["success"] is True
    assert (data["status"], data["result"], data["error"]) == ("queued", None, None)
    assert len(data["id"]) == 32
    await reaches(jobs, f"jobs/{data['id']}", "succeeded")
    records = await jobs.records(request_id="told-12345")
    assert [(each["status"], each["path"], each["rows"]) for each in records] == [
        (200, "life/told", 1),
        (202, "life/told", None),
    ]
    assert {each["version"] for each in records} == {1}


@pytest.mark.parametrize(
    "prefer", ["respond-async", "wait=5", "return=minimal", 'x="respond-async"']
)
async def test_the_preference_is_ignored_where_it_is_not_allowed(jobs: World, prefer: str) -> None:
    allowed = prefer != "respond-async"
    await jobs.publish("GET", "life/ignored", "SELECT 1 AS a", allow_async=allowed)
    answer = await jobs.call("GET", "life/ignored", headers={"Prefer": prefer})
    assert answer.status_code == 200
    assert answer.json()["data"] == [{"a": 1}]
    assert "preference-applied" not in answer.headers


async def test_parameters_are_refused_at_once_and_keep_their_types(jobs: World) -> None:
    content = "SELECT {{ day }} AS day, {{ ids | json }} AS ids, {{ id }} AS id, {{ n }} AS n"
    params = {
        "day": {"type": "date"}, "ids": {"type": "array", "items": "integer"},
        "id": {"type": "uuid"}, "n": {"type": "integer"},
    }  # fmt: skip
    await jobs.publish("POST", "life/typed", content, params=params, allow_async=True)
    refused = await jobs.call("POST", "life/typed", json={"n": "many"}, headers=LATER)
    assert code(refused) == (400, "invalid_parameters")
    body = {
        "day": "2026-01-31", "ids": [1, 2], "id": "12345678-1234-5678-1234-567812345678",
        "n": 2**62,
    }  # fmt: skip
    now = await jobs.call("POST", "life/typed", json=body)
    assert now.status_code == 200, now.text
    job = await later(jobs, "life/typed", "POST", json=body)
    await reaches(jobs, job, "succeeded")
    assert (await jobs.call("GET", f"{job}/result")).content == now.content


async def test_a_failure_is_the_one_that_would_have_been_waited_for(jobs: World) -> None:
    await jobs.publish("GET", "life/fails", "SELECT * FROM nothing_there", allow_async=True)
    now = await jobs.call("GET", "life/fails", headers={"X-Request-ID": "fails-1234"})
    job = await later(jobs, "life/fails", headers={"X-Request-ID": "fails-1234"})
    failed = await reaches(jobs, job, "failed")
    error = now.json()["error"]
    assert failed["error"] == {
        "status": now.status_code, "code": error["code"], "message": now.json()["message"],
        "request_id": "fails-1234",
    }  # fmt: skip
    result = await jobs.call("GET", f"{job}/result")
    assert (result.status_code, result.json()) == (now.status_code, now.json())
    (fetched,) = await jobs.records(request_id=result.headers["x-request-id"])
    assert (fetched["status"], fetched["error_code"]) == (now.status_code, error["code"])
    (asynchronous, _, synchronous) = await jobs.records(request_id="fails-1234")
    assert asynchronous["error"] == synchronous["error"]
    assert "nothing_there" in asynchronous["error"]


async def test_an_answer_that_comes_in_time_is_waited_for(jobs: World) -> None:
    await jobs.publish("GET", "life/waits", "SELECT 1 AS a", allow_async=True)
    headers = {"Prefer": "respond-async, wait=20"}
    answer = await jobs.call("GET", "life/waits?format=csv", headers=headers)
    assert (answer.status_code, answer.text) == (200, "a\r\n1\r\n")
    assert "preference-applied" not in answer.headers
    await jobs.publish("GET", "life/waits/fails", "SELECT * FROM nothing", allow_async=True)
    assert code(await jobs.call("GET", "life/waits/fails", headers=headers)) == (
        500,
        "execution_failed",
    )
    await jobs.publish("GET", "life/waits/long", ENDLESS, allow_async=True)
    job = await later(jobs, "life/waits/long", headers={"Prefer": "respond-async, wait=1"})
    assert (await look(jobs, job))["status"] in {"queued", "running"}
    await jobs.call("DELETE", job)


async def test_a_job_runs_longer_than_the_endpoint_may_and_is_cancelled(jobs: World) -> None:
    await jobs.publish("GET", "life/endless", ENDLESS, allow_async=True, timeout=0.5)
    assert code(await jobs.call("GET", "life/endless")) == (504, "query_timeout")
    job = await later(jobs, "life/endless", headers={"X-Request-ID": "endless-123"})
    await reaches(jobs, job, "running")
    await asyncio.sleep(1)
    assert (await look(jobs, job))["status"] == "running"
    assert code(await jobs.call("GET", f"{job}/result")) == (409, "job_not_done")
    assert (await jobs.call("DELETE", job)).json()["data"]["status"] == "cancelled"
    assert (await look(jobs, job))["status"] == "cancelled"
    assert code(await jobs.call("GET", f"{job}/result")) == (409, "job_cancelled")

    async def has_ended() -> bool:
        found = await jobs.records(request_id="endless-123")
        return [each["status"] for each in found] == [499, 202]

    await until(has_ended)
    assert jobs.platform.gateway.jobs is not None
    assert jobs.platform.gateway.jobs.running == 0


async def test_a_result_is_removed_by_its_caller(jobs: World) -> None:
    await jobs.publish("GET", "life/removed", "SELECT 1 AS a", allow_async=True)
    job = await later(jobs, "life/removed")
    await reaches(jobs, job, "succeeded")
    assert (await jobs.call("DELETE", job)).json()["data"]["status"] == "removed"
    for path in (job, f"{job}/result"):
        assert code(await jobs.call("GET", path)) == (404, "not_found")


async def test_only_the_client_who_made_it_sees_it(jobs: World) -> None:
    endpoint = await jobs.publish(
        "GET", "life/private", "SELECT {{ client.name }} AS a", access="private", allow_async=True
    )
    ann, bob = await jobs.client("ann", endpoint), await jobs.client("bob", endpoint)
    hers, his = await headers_of(jobs, ann), await headers_of(jobs, bob)
    assert code(await jobs.call("GET", "life/private", headers=LATER)) == (401, "unauthorized")
    job = await later(jobs, "life/private", headers=hers)
    await reaches(jobs, job, "succeeded", headers=hers)
    result = await jobs.call("GET", f"{job}/result", headers=hers)
    assert result.json()["data"] == [{"a": "ann"}]
    for path in (job, f"{job}/result"):
        assert code(await jobs.call("GET", path, headers=his)) == (404, "not_found")
        assert code(await jobs.call("GET", path)) == (401, "unauthorized")
    assert code(await jobs.call("DELETE", job, headers=his)) == (404, "not_found")
    await jobs.manage("DELETE", f"/clients/{ann['id']}/endpoints/{endpoint['id']}", status=204)
    await jobs.platform.snapshots.refresh()
    assert code(await jobs.call("GET", f"{job}/result", headers=hers)) == (403, "forbidden")
    await jobs.manage("DELETE", f"/clients/{ann['id']}", status=204)
    await jobs.platform.snapshots.refresh()
    assert code(await jobs.call("GET", f"{job}/result", headers=hers)) == (401, "unauthorized")


async def test_what_is_not_published_any_more_gives_nothing(jobs: World) -> None:
    endpoint = await jobs.publish("GET", "life/offline", "SELECT 1 AS a", allow_async=True)
    job = await later(jobs, "life/offline")
    await reaches(jobs, job, "succeeded")
    await jobs.manage("POST", f"/endpoints/{endpoint['id']}/unpublish", status=200)
    await jobs.platform.snapshots.refresh()
    assert code(await jobs.call("GET", f"{job}/result")) == (404, "not_found")


async def test_firewall_rules_hold_for_jobs_too(jobs: World) -> None:
    endpoint = await jobs.publish("GET", "life/walled", "SELECT 1 AS a", allow_async=True)
    job = await later(jobs, "life/walled")
    await reaches(jobs, job, "succeeded")
    body = {"action": "deny", "network": "10.0.0.0/8", "endpoint_id": endpoint["id"]}
    rule = await jobs.manage("POST", "/firewall-rules", json=body, status=201)
    await jobs.platform.snapshots.refresh()
    transport = httpx.ASGITransport(Application(jobs.platform), client=("10.1.1.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as elsewhere:
        assert code(await elsewhere.get(f"/api/{job}/result")) == (403, "address_refused")
        assert code(await elsewhere.delete(f"/api/{job}")) == (403, "address_refused")
    assert (await jobs.call("GET", f"{job}/result")).status_code == 200
    await jobs.manage("DELETE", f"/firewall-rules/{rule['id']}", status=204)


async def test_unknown_jobs_and_methods_are_refused(jobs: World) -> None:
    for path in ("jobs/nothing", "jobs/nothing/result", "jobs/", "jobs/a/b/c"):
        assert code(await jobs.call("GET", path)) == (404, "not_found")
    await jobs.publish("GET", "life/methods", "SELECT 1 AS a", allow_async=True)
    job = await later(jobs, "life/methods")
    await reaches(jobs, job, "succeeded")
    refused = await jobs.call("DELETE", f"{job}/result")
    assert (code(refused), refused.headers["allow"]) == ((405, "method_not_allowed"), "GET")
    refused = await jobs.call("POST", job)
    assert (code(refused), refused.headers["allow"]) == ((405, "method_not_allowed"), "GET, DELETE")


async def test_records_do_not_tell_what_a_job_is_fetched_by(jobs: World) -> None:
    await jobs.publish("GET", "life/recorded", "SELECT 1 AS a", allow_async=True)
    job = await later(jobs, "life/recorded")
    await reaches(jobs, job, "succeeded")
    await jobs.call("GET", f"{job}/result", headers={"X-Request-ID": "fetched-1"})
    (record,) = await jobs.records(request_id="fetched-1")
    assert record["path"] == f"{job[: len('jobs/') + 8]}…/result"
    assert (record["status"], record["rows"]) == (200, 1)


async def test_a_caller_has_so_many_jobs_and_no_more(jobs: World) -> None:
    await jobs.publish("GET", "life/many", ENDLESS, allow_async=True)
    made = [await later(jobs, "life/many") for _ in range(4)]
    refused = await jobs.call("GET", "life/many", headers=LATER)
    assert code(refused) == (429, "too_many_jobs")
    assert int(refused.headers["retry-after"]) > 0
    await jobs.call("DELETE", made[0])
    made[0] = await later(jobs, "life/many")
    for job in made:
        await jobs.call("DELETE", job)


async def test_an_answer_that_is_too_large_is_not_kept(jobs: World) -> None:
    await jobs.publish(
        "GET", "life/large", MANY.format(rows=60_000), max_rows=100_000, allow_async=True
    )
    for form in ("csv", "json"):
        job = await later(jobs, f"life/large?format={form}")
        failed = await reaches(jobs, job, "failed")
        assert failed["error"]["code"] == "result_too_large"
        assert code(await jobs.call("GET", f"{job}/result")) == (500, "result_too_large")


async def test_a_long_answer_tells_that_the_limit_cut_it(jobs: World) -> None:
    await jobs.publish(
        "GET", "life/cut", MANY.format(rows=30_000), max_rows=15_000, allow_async=True
    )
    job = await later(jobs, "life/cut?format=csv")
    assert (await reaches(jobs, job, "succeeded"))["progress"]["rows"] == 15_000
    result = await jobs.call("GET", f"{job}/result")
    assert result.headers["x-row-limit-reached"] == "true"
    assert len(result.text.splitlines()) == 15_001


async def test_a_job_waits_for_a_slot(jobs: World) -> None:
    await jobs.publish("GET", "life/slot", ENDLESS, allow_async=True, max_concurrent=1)
    first = await later(jobs, "life/slot")
    await reaches(jobs, first, "running")
    assert code(await jobs.call("GET", "life/slot")) == (503, "too_many_concurrent")
    second = await later(jobs, "life/slot")
    await asyncio.sleep(1.5)
    assert (await look(jobs, second))["status"] == "queued"
    await jobs.call("DELETE", first)
    await reaches(jobs, second, "running")
    await jobs.call("DELETE", second)


async def test_a_version_that_was_replaced_is_not_run(jobs: World) -> None:
    await jobs.publish("GET", "life/replaced", ENDLESS, allow_async=True, max_concurrent=1)
    first = await later(jobs, "life/replaced")
    await reaches(jobs, first, "running")
    second = await later(jobs, "life/replaced")
    await jobs.publish("GET", "life/replaced", "SELECT 1 AS a", allow_async=True)
    await jobs.platform.snapshots.refresh()
    failed = await reaches(jobs, second, "failed")
    assert (failed["error"]["status"], failed["error"]["code"]) == (404, "version_not_available")
    await jobs.call("DELETE", first)


async def test_an_endpoint_that_keeps_answers_is_asked_anew(jobs: World) -> None:
    await jobs.publish(
        "GET", "life/kept", "SELECT random() AS a", allow_async=True, cache={"ttl": 600}
    )
    kept = await jobs.call("GET", "life/kept")
    job = await later(jobs, "life/kept")
    await reaches(jobs, job, "succeeded")
    assert (await jobs.call("GET", f"{job}/result")).content != kept.content


async def test_pages_lead_on(jobs: World) -> None:
    await jobs.publish(
        "GET", "life/pages", "SELECT id FROM orders", allow_async=True,
        page={"style": "keyset", "by": ["id"], "size": 10},
    )  # fmt: skip
    refused = await jobs.call("GET", "life/pages?page_size=11", headers=LATER)
    assert code(refused) == (400, "invalid_parameters")
    now = await jobs.call("GET", "life/pages?page_size=3")
    job = await later(jobs, "life/pages?page_size=3")
    await reaches(jobs, job, "succeeded")
    result = await jobs.call("GET", f"{job}/result")
    assert (result.json(), result.headers["link"]) == (now.json(), now.headers["link"])


async def test_jobs_are_measured(jobs: World) -> None:
    headers = {"Authorization": "Bearer a token of at least thirty-two bytes"}

    async def measured(name: str) -> float:
        text = (await jobs.http.get("/metrics", headers=headers)).text
        lines = [line for line in text.splitlines() if line.startswith(name)]
        return sum(float(line.rpartition(" ")[2]) for line in lines)

    await jobs.publish("GET", "life/measured", "SELECT 1 AS a", allow_async=True)
    before = await measured('dbapi_jobs_total{outcome="succeeded"}')
    await reaches(jobs, await later(jobs, "life/measured"), "succeeded")
    assert await measured('dbapi_jobs_total{outcome="succeeded"}') == before + 1
    await jobs.publish("GET", "life/measured/long", ENDLESS, allow_async=True)
    job = await later(jobs, "life/measured/long")

    async def shown() -> bool:
        # Another test's may still be ending.
        return await measured("dbapi_jobs_running") == jobs.platform.state().jobs_running >= 1

    await until(shown)
    await jobs.call("DELETE", job)
