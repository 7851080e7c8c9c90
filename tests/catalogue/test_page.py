"""The files of the page: what browsers may do with them, and that nothing else is served."""

import httpx
import pytest

from dbapi_platform.catalogue.page import STATIC
from tests.world import World

FILES = sorted(file.name for file in STATIC.iterdir())
POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'",
    "img-src": "'self' data:", "connect-src": "'self'", "frame-ancestors": "'none'",
    "base-uri": "'none'", "form-action": "'none'",
}  # fmt: skip


def policy_of(answer: httpx.Response) -> dict[str, str]:
    parts = answer.headers["content-security-policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


@pytest.mark.parametrize("path", ["/catalog", *(f"/catalog/page/{name}" for name in FILES)])
async def test_a_file_is_guarded_and_not_sent_twice(world: World, path: str) -> None:
    answer = await world.http.get(path)
    assert answer.status_code == 200
    assert policy_of(answer) == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-cache"
    again = await world.http.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_page_is_the_same_for_everybody(world: World) -> None:
    answer = await world.http.get("/catalog")
    for headers in ({"Authorization": "Bearer x"}, {"Cookie": "dbapi_session=x"}):
        assert (await world.http.get("/catalog", headers=headers)).content == answer.content
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script>" not in answer.text
    assert "style=" not in answer.text
    assert "http://" not in answer.text
    assert "https://" not in answer.text


async def test_a_slash_leads_to_the_page_whoever_is_in_front(world: World) -> None:
    answer = await world.http.get("/catalog/", headers={"Host": "elsewhere"})
    assert (answer.status_code, answer.headers["location"]) == (308, "../catalog")


@pytest.mark.parametrize(
    "path", ["/catalog/page/", "/catalog/page/x.js", "/catalog/page/..%2fapp.py", "/catalogs"]
)
async def test_nothing_else_is_served(world: World, path: str) -> None:
    answer = await world.http.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
