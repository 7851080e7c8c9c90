"""No way of publishing, moving or importing reaches what its caller may not reach."""

from typing import Any

from tests.management.people import make_user, refusal
from tests.world import World


async def module_id(world: World, name: str) -> str:
    listed = await world.manage("GET", "/modules", status=200)
    found: str = next(item["id"] for item in listed["items"] if item["name"] == name)
    return found


async def add_datasource(world: World, name: str) -> dict[str, Any]:
    body = {"name": name, "product_type": "sqlite", "database": "shop.sqlite3"}
    made: dict[str, Any] = await world.manage("POST", "/datasources", json=body, status=201)
    return made


async def test_a_version_is_made_live_by_whoever_may_query_its_datasource(any_world: World) -> None:
    world = any_world
    secret = await add_datasource(world, "salaries")
    endpoint = await world.publish("GET", "reach/a", "SELECT 1 AS a", datasource="salaries")
    await world.publish("GET", "reach/a", "SELECT 2 AS a")
    sources = await world.manage("GET", "/datasources", status=200)
    shop = next(item["id"] for item in sources["items"] if item["name"] == "shop")
    held = ("endpoint:read", "endpoint:publish", ("datasource:execute", shop))
    await make_user(world, "publisher", *held)
    url = f"/endpoints/{endpoint['id']}"
    for call, body in (("rollback", {}), ("rollback", {"version": 1}), ("publish", {"version": 1})):
        answer = await world.manage("POST", f"{url}/{call}", user="publisher", json=body)
        assert "datasource:execute" in refusal(answer, 403)
    assert (await world.call("GET", "reach/a")).json()["data"] == [{"a": 2}]
    await make_user(world, "payer", *held, ("datasource:execute", secret["id"]))
    await world.manage("POST", f"{url}/rollback", user="payer", json={}, status=200)
    await world.manage("POST", f"{url}/publish", user="publisher", json={"version": 2}, status=200)


async def test_nobody_moves_an_endpoint_to_where_they_may_do_more(any_world: World) -> None:
    world = any_world
    endpoint = await world.publish("GET", "reach/b", "SELECT 1 AS a", module="not theirs")
    await world.draft("GET", "reach/c", "SELECT 1 AS a", module="all theirs")
    theirs = await module_id(world, "all theirs")
    there = [(f"module:{action}", theirs) for action in ("read", "create", "publish", "delete")]
    seen = ("datasource:read", "datasource:execute", "endpoint:read", "endpoint:update")
    await make_user(world, "mover", *seen, *there)
    draft = await world.manage("GET", f"/endpoints/{endpoint['id']}/draft", status=200)
    for method, url, body in (
        ("POST", f"/endpoints/{endpoint['id']}/move", {"module": "all theirs"}),
        ("PUT", "/drafts", draft | {"module": "all theirs"}),
    ):
        answer = await world.manage(method, url, user="mover", json=body, headers={"If-Match": "*"})
        assert "endpoint:delete" in refusal(answer, 403), url
    bundle = {
        "bundle.yaml": "format: 1\npartial: true\n",
        "modules/m/module.yaml": "name: all theirs\n",
        "modules/m/endpoints/e.yaml": (
            "method: GET\npath: reach/b\ndatasource: shop\nengine: sql\naccess: public\n"
            "content: SELECT 1 AS a\npublished: false\n"
        ),
    }
    answer = await world.manage("POST", "/bundle/import", user="mover", json={"files": bundle})
    assert "endpoint:delete" in refusal(answer, 409)
    await make_user(world, "owner", *seen, "endpoint:publish", "endpoint:delete", *there)
    url = f"/endpoints/{endpoint['id']}/move"
    await world.manage("POST", url, user="owner", json={"module": "all theirs"}, status=200)


async def test_no_datasource_is_the_database_of_the_platform(world: World) -> None:
    root = world.settings.file_datasource_root
    own = world.platform.services.database.file
    assert own is not None
    (root / "link.sqlite3").symlink_to(own)
    for product in ("sqlite", "duckdb"):
        for file in (own.name, f"./{own.name}", "link.sqlite3"):
            body = {"name": "own", "product_type": product, "database": file}
            for url in ("/datasources", "/datasources/test"):
                answer = await world.manage("POST", url, json=body)
                assert refusal(answer, 422) == "database: is the platform's own database"
    other = await add_datasource(world, "another")
    url = f"/datasources/{other['id']}"
    answer = await world.manage("PATCH", url, json={"database": own.name})
    assert refusal(answer, 422) == "database: is the platform's own database"


async def test_a_test_is_saved_only_by_whoever_may_run_it(any_world: World) -> None:
    world = any_world
    endpoint = await world.draft("GET", "reach/d", "SELECT 1 AS a")
    url = f"/endpoints/{endpoint['id']}/tests/planted"
    held = ("endpoint:read", "endpoint:update")
    await make_user(world, "planter", *held)
    body = {"content": "cache.set('stolen', call().data, 60)"}
    answer = await world.manage("PUT", url, user="planter", json=body)
    assert "datasource:execute" in refusal(answer, 403)
    await make_user(world, "tester", *held, "datasource:execute")
    await world.manage("PUT", url, user="tester", json=body, status=200)
