"""Records are followed as they come: what is after an id, found by the ids alone."""

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy.dialects import sqlite

from dbapi_platform.records.scope import Scope
from dbapi_platform.records.search import RecordFilter, conditions_of, records_query
from dbapi_platform.store.base import now
from tests.management.people import told
from tests.management.test_permissions import grant_module
from tests.records.filling import forget, record, write
from tests.world import World


async def page(world: World, query: str, user: str = "admin") -> dict[str, Any]:
    return await world.manage("GET", f"/access-records?{query}", user=user, status=200)


async def fill(world: World, *rows: dict[str, Any]) -> None:
    """Records of the last minutes, with ids from 1,000 on."""
    await forget(world)
    start = now() - timedelta(minutes=5)
    await write(
        world.platform.services.database,
        [
            record(id=1_000 + n, created_at=start + timedelta(seconds=n), path=f"r{n}") | row
            for n, row in enumerate(rows)
        ],
    )


async def test_what_came_since_is_told_newest_first(any_world: World) -> None:
    await fill(any_world, *({} for _ in range(6)))
    found = await page(any_world, "after_id=1002")
    assert [row["path"] for row in found["items"]] == ["r5", "r4", "r3"]
    assert (found["total"], found["total_is_capped"], found["next"]) == (3, False, None)
    assert (await page(any_world, "after_id=1005"))["items"] == []
    assert (await page(any_world, "after_id=0"))["total"] == 6
    first = await page(any_world, "after_id=1000&limit=3")
    assert [row["path"] for row in first["items"]] == ["r5", "r4", "r3"]
    rest = await page(any_world, f"after_id=1000&limit=3&cursor={first['next']}")
    assert [row["path"] for row in rest["items"]] == ["r2", "r1"]


async def test_other_filters_hold_too(any_world: World) -> None:
    endpoint = uuid.uuid4()
    await fill(
        any_world, {"endpoint_id": endpoint}, {"endpoint_id": endpoint, "status": 404},
        {"endpoint_id": endpoint}, {"status": 500, "error_code": "x", "ip_address": "10.1.2.3"},
    )  # fmt: skip
    for query, paths in (
        (f"endpoint_id={endpoint}", ["r2", "r1"]), ("status=4xx", ["r1"]), ("error_code=x", ["r3"]),
        ("ip_address=10.0.0.0/8", ["r3"]), ("path=r2", ["r2"]), ("method=POST", []),
    ):  # fmt: skip
        found = await page(any_world, f"after_id=1000&{query}")
        assert [row["path"] for row in found["items"]] == paths, query
    answer = await any_world.manage("GET", "/access-records/export?format=jsonl&after_id=1002")
    assert len(answer.text.splitlines()) == 1


@pytest.mark.parametrize("counted", [2, 10_000])
async def test_more_than_are_counted_are_told_in_order(
    any_world: World, monkeypatch: pytest.MonkeyPatch, counted: int
) -> None:
    monkeypatch.setattr("dbapi_platform.records.search.COUNTED", counted)
    endpoint = uuid.uuid4()
    await fill(any_world, *({"endpoint_id": endpoint} for _ in range(6)))
    found = await page(any_world, f"after_id=1001&endpoint_id={endpoint}&limit=3")
    assert [row["path"] for row in found["items"]] == ["r5", "r4", "r3"]
    assert found["total_is_capped"] == (counted == 2)


async def test_a_record_that_appears_late_is_found_by_overlapping(any_world: World) -> None:
    await fill(any_world, *({} for _ in range(3)))
    seen = (await page(any_world, "after_id=0"))["items"]
    newest = max(row["id"] for row in seen)
    since = quote((now() - timedelta(seconds=30)).isoformat())
    # Another worker's: its id was given before, and it can be seen only now.
    late = [record(id=1_000 - 7, path="late"), record(id=newest + 1, path="next")]
    await write(any_world.platform.services.database, late)
    missed = await page(any_world, f"after_id={newest}")
    assert [row["path"] for row in missed["items"]] == ["next"]
    overlap = await page(any_world, f"after_id={max(0, newest - 5_000)}&from={since}")
    known = {row["id"] for row in seen}
    new = {row["path"] for row in overlap["items"] if row["id"] not in known}
    assert new == {"late", "next"}
    # What was seen long ago is not sent again.
    assert len(overlap["items"]) == 2


async def test_nobody_follows_what_they_may_not_read(any_world: World) -> None:
    mine = await any_world.draft("GET", "follow/mine", "SELECT 1 AS a", module="follow")
    await fill(any_world, {}, {"endpoint_id": uuid.UUID(mine["id"])}, {"endpoint_id": uuid.uuid4()})
    await grant_module(any_world, "follower", "follow", "read")
    found = await page(any_world, "after_id=0", user="follower")
    assert [row["path"] for row in found["items"]] == ["r1"]


async def test_a_wrong_id_is_refused_by_its_name(any_world: World) -> None:
    for wrong in ("-1", "x", "1.5", str(2**63)):
        assert "after_id" in await told(any_world, "GET", f"/access-records?after_id={wrong}")


async def test_sqlite_looks_through_no_more_than_the_new_ones(world: World) -> None:
    wanted = RecordFilter(Scope(endpoint_id=uuid.uuid4()), status="4xx", after_id=7)
    async with world.platform.services.database.session() as session:
        assert len(await conditions_of(session, wanted)) == 2
        query = (await records_query(session, wanted, limit=10)).order_by(None)
        text = str(query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
        connection = await session.connection()
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")
        assert ["INTEGER PRIMARY KEY (rowid>?)" in row[3] for row in rows] == [True]
