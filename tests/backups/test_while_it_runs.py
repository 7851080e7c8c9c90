"""A backup is taken from a platform that answers, and one that answers sees it put back."""

import asyncio
import io
from pathlib import Path

from dbapi_platform.backups import make_backup, read_archive, restore
from tests.world import World


async def test_what_was_live_at_the_backup_is_live_again(any_world: World, tmp_path: Path) -> None:
    world, kept = any_world, io.BytesIO()
    await world.publish("GET", "n", "SELECT 1 AS n")
    await make_backup(world.settings, kept)
    await world.publish("GET", "n", "SELECT 2 AS n")
    await world.publish("GET", "later", "SELECT 3 AS n")
    assert (await world.call("GET", "n")).json()["data"] == [{"n": 2}]
    kept.seek(0)
    await restore(world.settings, read_archive(kept, tmp_path))
    for _ in range(500):
        if (await world.call("GET", "later")).status_code == 404:
            break
        await asyncio.sleep(0.02)
    assert (await world.call("GET", "n")).json()["data"] == [{"n": 1}]
    # And it goes on from there.
    await world.publish("GET", "n", "SELECT 4 AS n")
    assert (await world.call("GET", "n")).json()["data"] == [{"n": 4}]
    assert len(await world.records(path="n")) > 0
