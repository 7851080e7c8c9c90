"""Two people at one draft: whoever comes second is told, and nothing is overwritten silently."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.world import World


def cell(path: str, content: str = "SELECT 1 AS a", **fields: Any) -> dict[str, Any]:
    return {
        "method": "GET", "path": path, "engine": "sql", "datasource": "shop", "content": content,
        "access": "public", **fields,
    }  # fmt: skip


@pytest.fixture
async def two(any_world: World) -> World:
    for name in ("ann", "ben"):
        if name not in any_world.tokens:
            await any_world.add_user(name, "Dev")
    return any_world


async def save(
    world: World, user: str, body: dict[str, Any], etag: str | None = None
) -> httpx.Response:
    headers = {"If-Match": etag} if etag else {}
    return await world.manage("PUT", "/drafts", user=user, json=body, headers=headers)


async def test_the_second_writer_gets_both_versions(two: World) -> None:
    first = await save(two, "ann", cell("pair"))
    seen = first.headers["ETag"]
    assert (await save(two, "ben", cell("pair", "SELECT 2 AS a"), seen)).status_code == 200
    late = await save(two, "ann", cell("pair", "SELECT 3 AS a"), seen)
    assert late.status_code == 412
    error = late.json()["error"]
    assert error["code"] == "precondition_failed"
    assert error["current"]["content"] == "SELECT 2 AS a"
    assert error["sent"]["content"] == "SELECT 3 AS a"
    assert late.json()["message"].startswith("ben has changed it since you read it")
    draft = await two.manage("GET", f"/endpoints/{first.json()['id']}/draft", user="ann")
    assert draft.json()["content"] == "SELECT 2 AS a"
    # Having seen that, she may decide.
    assert draft.headers["ETag"] == error["etag"] == late.headers["ETag"]
    done = await save(two, "ann", cell("pair", "SELECT 3 AS a"), error["etag"])
    assert done.status_code == 200
    assert done.json()["changed"] is True


async def test_what_somebody_else_saved_is_not_overwritten_unseen(two: World) -> None:
    await save(two, "ann", cell("hers"))
    blind = await save(two, "ben", cell("hers", "SELECT 2 AS a"))
    assert blind.status_code == 428
    assert blind.json()["error"]["code"] == "precondition_required"
    assert blind.json()["error"]["current"]["content"] == "SELECT 1 AS a"
    assert blind.json()["message"].startswith("ann saved this last")
    # What changes nothing loses nothing, and she herself goes on as before.
    assert (await save(two, "ben", cell("hers"))).json()["changed"] is False
    assert (await save(two, "ann", cell("hers", "SELECT 3 AS a"))).status_code == 200
    both = await save(two, "ben", cell("hers", "SELECT 2 AS a"), blind.headers["ETag"])
    assert both.status_code == 412


async def test_any_version_is_overwritten_when_asked_to(two: World) -> None:
    await save(two, "ann", cell("starred"))
    assert (await save(two, "ben", cell("starred", "SELECT 2 AS a"), "*")).status_code == 200


async def test_a_deleted_endpoint_is_not_made_again_unseen(two: World) -> None:
    made = await save(two, "ann", cell("gone"))
    await two.manage("DELETE", f"/endpoints/{made.json()['id']}", status=204)
    late = await save(two, "ann", cell("gone"), made.headers["ETag"])
    assert late.status_code == 412
    assert late.json()["error"]["current"] is None
    assert (await save(two, "ann", cell("gone"))).json()["created"] is True


async def test_publishing_names_the_draft_that_was_seen(two: World) -> None:
    made = await save(two, "ann", cell("seen"))
    url = f"/endpoints/{made.json()['id']}"
    await save(two, "ben", cell("seen", "SELECT 2 AS a"), made.headers["ETag"])
    late = await two.manage(
        "POST", f"{url}/publish", user="ann", json={}, headers={"If-Match": made.headers["ETag"]}
    )
    assert late.status_code == 412
    assert (await two.manage("GET", url, status=200))["state"] == "draft"


async def test_of_many_writers_one_wins(two: World) -> None:
    seen = (await save(two, "ann", cell("race"))).headers["ETag"]
    answers = await asyncio.gather(
        *(
            save(two, "ann" if i % 2 else "ben", cell("race", f"SELECT {i} AS a"), seen)
            for i in range(2, 10)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


async def test_publishing_at_once_leaves_a_history_without_gaps(two: World) -> None:
    made = (await save(two, "ann", cell("numbers"))).json()
    url = f"/endpoints/{made['id']}"
    for i in range(3):
        await save(two, "ann", cell("numbers", f"SELECT {i} AS a"))
        answers = await asyncio.gather(
            *(two.manage("POST", f"{url}/publish", user="ann", json={}) for _ in range(4))
        )
        assert {answer.status_code for answer in answers} <= {200, 409}
        assert sum(answer.json().get("created", False) for answer in answers) == 1
    listed = await two.manage("GET", f"{url}/versions", status=200)
    assert [version["number"] for version in listed["items"]] == [3, 2, 1]
    assert [version["is_live"] for version in listed["items"]] == [True, False, False]


async def test_a_macro_is_not_overwritten_unseen(two: World) -> None:
    body = {"name": "one", "language": "sql", "content": "{% macro one() %}1{% endmacro %}"}
    first = await two.manage("PUT", "/macros", user="ann", json=body)
    assert first.status_code == 200, first.text
    other = body | {"content": "{% macro one() %}2{% endmacro %}"}
    headers = {"If-Match": first.headers["ETag"]}
    assert (
        await two.manage("PUT", "/macros", user="ben", json=other, headers=headers)
    ).status_code == 200
    late = await two.manage("PUT", "/macros", user="ann", json=body, headers=headers)
    assert late.status_code == 412
    assert late.json()["error"]["current"]["content"] == other["content"]
    blind = await two.manage("PUT", "/macros", user="ann", json=body)
    assert blind.status_code == 428
    assert blind.json()["message"].startswith("ben saved this last")
    headers = {"If-Match": blind.headers["ETag"]}
    seen = await two.manage("PUT", "/macros", user="ann", json=body, headers=headers, status=200)
    assert (seen["changed"], seen["updated_by"]) == (True, "ann")


@pytest.mark.parametrize("resource", ["modules", "datasources", "clients", "groups"])
async def test_other_definitions_are_kept_too(two: World, resource: str) -> None:
    body = {"name": f"two {resource}"}
    if resource == "datasources":
        body |= {"product_type": "sqlite", "database": "shop.sqlite3"}
    made = await two.manage("POST", f"/{resource}", json=body, status=201)
    url = f"/{resource}/{made['id']}"
    seen = (await two.manage("GET", url)).headers["ETag"]
    for text, status in (("first", 200), ("second", 412)):
        answer = await two.manage(
            "PATCH", url, json={"description": text}, headers={"If-Match": seen}
        )
        assert answer.status_code == status
    late = await two.manage("DELETE", url, headers={"If-Match": seen})
    assert late.status_code == 412
    assert (await two.manage("GET", url, status=200))["description"] == "first"


async def test_what_a_client_is_given_meanwhile_is_a_change_and_its_secret_is_none(
    two: World,
) -> None:
    made = await two.client("seen client")
    url = f"/clients/{made['id']}"
    seen = (await two.manage("GET", url)).headers["ETag"]
    # Tokens of the secret before run out by themselves: nobody changed what was seen.
    await two.manage("POST", f"{url}/secret", json={"overlap_hours": 1}, status=200)
    sent = {"json": {"max_concurrent": 3}, "headers": {"If-Match": seen}}
    kept = await two.manage("PATCH", url, **sent)
    assert kept.status_code == 200, kept.text
    assert kept.headers["ETag"] == (await two.manage("GET", url)).headers["ETag"] != seen
    endpoint = await two.draft("GET", "meanwhile", "SELECT 1 AS a")
    await two.manage("PUT", f"{url}/endpoints/{endpoint['id']}", status=204)
    late = await two.manage("DELETE", url, headers={"If-Match": kept.headers["ETag"]})
    assert late.status_code == 412
    assert [one["path"] for one in late.json()["error"]["current"]["endpoints"]] == ["meanwhile"]
    await two.manage("DELETE", url, headers={"If-Match": late.headers["ETag"]}, status=204)


async def test_of_many_who_change_a_client_one_wins(two: World) -> None:
    made = await two.client("raced")
    url = f"/clients/{made['id']}"
    seen = (await two.manage("GET", url)).headers["ETag"]
    answers = await asyncio.gather(
        *(
            two.manage("PATCH", url, json={"max_concurrent": n}, headers={"If-Match": seen})
            for n in range(1, 9)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
