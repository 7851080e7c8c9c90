"""Whatever an author writes, it arrives as it was written."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bundles.installations import exported, imported
from tests.bundles.test_yaml import TEXTS
from tests.world import World, open_world

LONG = TEXTS.map(lambda text: text[:200])
PARAMETERS = st.dictionaries(
    st.sampled_from(["yes", "n", "Off", "e1", "y" * 200]),
    st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={"default": TEXTS, "description": TEXTS, "enum": st.lists(TEXTS, min_size=1)},
    )
    | st.fixed_dictionaries(
        {"type": st.just("number")}, optional={"default": st.integers() | st.floats()}
    )
    | st.fixed_dictionaries(
        {"type": st.just("object")},
        optional={"default": st.dictionaries(TEXTS, st.lists(TEXTS | st.none() | st.booleans()))},
    ),
    max_size=3,
)
CELLS = st.fixed_dictionaries(
    {"content": TEXTS.map(lambda text: f"SELECT 1 AS a -- {text}\n{text}\n/* {text} */")
                | TEXTS.map(lambda text: f"SELECT 1 AS a /* {text} */")},
    optional={"params": PARAMETERS, "name": LONG, "description": TEXTS,
              "timeout": st.floats(0.001, 100), "unknown_params": st.just("refuse"),
              "module": TEXTS.map(lambda text: text[:100]),
              "cache": st.integers(1, 86_400) | st.fixed_dictionaries(
                  {"ttl": st.integers(1, 86_400)}, optional={"vary": st.just(["client"])}),
              "page": st.fixed_dictionaries(
                  {"style": st.sampled_from(["offset", "keyset"]),
                   "by": st.lists(st.sampled_from(["id", "y", "no", "on", "_1"]), min_size=1,
                                  max_size=5, unique=True).map(lambda by: ["-" + by[0], *by[1:]])},
                  optional={"size": st.integers(1, 10_000)}),
              "max_rows": st.integers(1, 100_000), "max_export_rows": st.integers(1, 10_000_000),
              "allow_async": st.booleans()},
)  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def target(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with open_world(tmp_path_factory.mktemp("target")) as opened:
        yield opened


async def save(world: World, path: str, fields: dict[str, Any], *, publish: bool) -> None:
    """What the platform refuses is none of a bundle's."""
    body = {"method": "GET", "path": path, "engine": "sql", "datasource": "shop", **fields}
    saved = await world.manage("PUT", "/drafts", json=body)
    if saved.status_code == 200 and publish:
        url = f"/endpoints/{saved.json()['id']}/publish"
        await world.manage("POST", url, json={}, status=200)


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(st.tuples(CELLS, st.booleans()), min_size=1, max_size=5))
async def test_an_export_of_anything_imports_to_the_same(
    world: World, target: World, cells: list[tuple[dict[str, Any], bool]]
) -> None:
    for number, (fields, publish) in enumerate(cells):
        await save(world, f"p{number}/{{id}}", fields, publish=publish)
    files = await exported(world)
    report = await imported(target, files, overwrite=True)
    assert report.conflicts == []
    after = await exported(target)
    # What was live and is a draft only now stays live: an import takes nothing off the gateway.
    assert {path: text for path, text in after.items() if path in files} == files
