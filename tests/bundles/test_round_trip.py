"""An exported installation, imported into an empty one, exports the same: byte for byte."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlmodel import select

from dbapi_platform.store import Datasource
from tests.bundles.installations import exported, fill, imported
from tests.world import World, open_world


@pytest_asyncio.fixture(scope="module")
async def source(any_world: World) -> World:
    await fill(any_world)
    return any_world


@pytest_asyncio.fixture(scope="module")
async def target(
    request: pytest.FixtureRequest, source: World, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """An empty installation on the other store."""
    fields = {}
    if source.settings.async_database_url.startswith("sqlite"):
        fields["database_url"] = request.getfixturevalue("fresh_postgres_url")()
    async with open_world(tmp_path_factory.mktemp("target"), **fields) as opened:
        yield opened


async def states(world: World) -> dict[str, str]:
    listed = await world.manage("GET", "/endpoints", status=200)
    return {f"{item['method']} {item['path']}": item["state"] for item in listed["items"]}


async def test_an_export_imports_to_the_same_export(source: World, target: World) -> None:
    files = await exported(source)
    report = await imported(target, files)
    assert report.conflicts == []
    assert await exported(target) == files
    expected = {
        name: state if state != "unpublished" else "draft"
        for name, state in (await states(source)).items()
    }
    assert {"live", "edited", "draft"} <= set(expected.values())
    assert await states(target) == expected
    async with target.platform.services.database.session() as session:
        for row in await session.exec(select(Datasource)):
            assert row.encrypted_password is None
    again = await imported(target, files)
    assert [item for item in again.items if item.state != "unchanged"] == []


async def test_no_secret_is_in_an_export(source: World) -> None:
    text = "".join((await exported(source)).values())
    assert "Prod: PG" in text
    assert "s3cret" not in text
    assert "encrypted" not in text
