"""Bodies of any size and depth: nobody has to be known to send one."""

from collections.abc import AsyncIterator

import pytest

from dbapi_platform.bundles.files import MAX_ARCHIVE_BYTES
from dbapi_platform.management.body_limit import OPEN_BYTES, most_bytes
from tests.management.people import audited
from tests.world import World

JSON = {"Content-Type": "application/json"}
DRAFT = (
    '{"method": "GET", "path": "bodies/deep", "engine": "sql", "datasource": "shop", '
    '"content": "SELECT 1 AS a", "params": {"p": {"type": "%s", "default": %s}}}'
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Endless:
    """A body that goes on; `sent` tells how much of it was taken."""

    def __init__(self, most: int) -> None:
        self.sent = 0
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunk = b"x" * 65_536
        while self.sent < self._most:
            self.sent += len(chunk)
            yield chunk


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/login/access-token", FORM),
        ("/password-reset", JSON),
        ("/tokens", JSON),
        ("/endpoints/nonsense/debug", JSON),
    ],
)
async def test_nobody_makes_the_platform_keep_a_body_without_end(
    world: World, path: str, headers: dict[str, str]
) -> None:
    most = most_bytes(world.settings)
    body = Endless(3 * most)
    answer = await world.http.post(f"/api/v1{path}", content=body, headers=headers)
    assert answer.status_code == 413, answer.text
    assert answer.json()["error"]["code"] == "body_too_large"


async def test_whoever_is_not_known_sends_little_and_is_told_little(world: World) -> None:
    body = {f"unknown{i}": 1 for i in range(2_000)}
    answer = await world.http.post("/api/v1/password-reset", json=body)
    assert answer.status_code == 422
    assert len(answer.json()["error"]["details"]) == 50
    large = {"username": "x", "password": "y" * OPEN_BYTES}
    answer = await world.http.post("/api/v1/login/access-token", data=large)
    assert answer.status_code == 413


async def test_a_bundle_may_be_larger_than_other_bodies(world: World) -> None:
    body = Endless(most_bytes(world.settings) + 65_536)
    answer = await world.manage("POST", "/bundle/plan", content=body)
    assert answer.json()["error"]["code"] == "invalid_request"
    body = Endless(MAX_ARCHIVE_BYTES + 65_536)
    assert (await world.manage("POST", "/bundle/plan", content=body)).status_code == 413


@pytest.mark.parametrize("depth", [90, 101, 300, 990, 2_000, 100_000])
async def test_no_depth_of_a_body_is_too_much(any_world: World, depth: int) -> None:
    world = any_world
    endpoint = await world.draft("GET", "bodies/deep", "SELECT 1 AS a")
    nested = "[" * depth + "]" * depth
    objects = '{"a":' * depth + "1" + "}" * depth
    for kind, text in (("array", nested), ("object", objects)):
        for method, path, body in (
            ("POST", f"/endpoints/{endpoint['id']}/debug", f'{{"params": {{"content": {text}}}}}'),
            ("PUT", "/drafts", DRAFT % (kind, text)),
            ("POST", "/datasources", f'{{"options": {text}}}'),
            ("POST", "/bundle/plan", f'{{"files": {text}}}'),
        ):
            answer = await world.manage(method, path, content=body.encode(), headers=JSON)
            assert answer.status_code in {200, 400, 422}, (path, answer.text)
    # What was saved can be told, too.
    await world.manage("GET", "/endpoints", status=200)


async def test_a_parameter_may_be_called_like_a_field(any_world: World) -> None:
    body = {
        "method": "GET", "path": "bodies/named", "engine": "sql", "datasource": "shop",
        "content": "SELECT {{ content }} AS a",
        "params": {"content": {"type": "string", "description": "a\0b"}},
    }  # fmt: skip
    answer = await any_world.manage("PUT", "/drafts", json=body)
    assert answer.status_code == 422
    assert "NUL" in answer.json()["message"]


async def test_no_run_fills_the_audit_log(any_world: World) -> None:
    world = any_world
    endpoint = await world.draft("GET", "bodies/noted", "SELECT 1 AS a")
    url = f"/endpoints/{endpoint['id']}"
    params = {f"{i}" * 100_000: 1 for i in range(9)}
    # That they are unknown is found out once the run is noted.
    answer = await world.manage("POST", f"{url}/debug", json={"params": params})
    assert answer.status_code == 400
    for names in (["x" * 100_000], ["x"] * 1_001):
        answer = await world.manage("POST", f"{url}/tests/run", json={"names": names})
        assert answer.status_code == 422
    entries = await audited(world, change="executed", resource_id=endpoint["id"])
    assert [len(entry["after"]["params"][0]) for entry in entries] == [100]
