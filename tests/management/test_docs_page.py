"""The page that describes the API loads one release of a script and no other."""

import re

import httpx

from dbapi_platform.management.docs_page import HASHES, RELEASE
from tests.world import World


async def page_of(world: World) -> httpx.Response:
    answer = await world.http.get("/api/v1/docs")
    assert answer.status_code == 200
    return answer


async def test_all_that_it_loads_from_elsewhere_has_a_hash(world: World) -> None:
    """Else whoever serves the script would act as whoever is logged in here."""
    text = (await page_of(world)).text
    loaded = re.findall(r'<(?:script|link)\b[^>]*"https?://[^>]*>', text)
    assert len(loaded) == len(HASHES)
    for tag in loaded:
        assert RELEASE in tag
        assert re.search(r'integrity="sha384-[A-Za-z0-9+/]{64}" crossorigin="anonymous"', tag)


async def test_it_shows_this_api_and_is_framed_by_nobody(world: World) -> None:
    answer = await page_of(world)
    assert "/api/v1/openapi.json" in answer.text
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["content-type"].startswith("text/html")
    described = (await world.http.get("/api/v1/openapi.json")).json()
    assert "/api/v1/docs" not in described["paths"]
