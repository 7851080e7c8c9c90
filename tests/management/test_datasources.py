"""Datasources through the management API, against a real PostgreSQL and real files."""

from pathlib import Path
from typing import Any

import pytest

from dbapi_platform.demo.processes import free_port
from tests.services.fixtures import PostgresDatabase
from tests.world import World

SECRET = "s3cret-password"


def server(database: PostgresDatabase, **changes: Any) -> dict[str, Any]:
    config = database.config()
    fields = {
        "name": database.name, "product_type": "postgresql", "host": config.host,
        "port": config.port, "database": config.database, "username": config.username,
        "password": config.password, "read_only": False,
    }  # fmt: skip
    return fields | changes


async def create(world: World, fields: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = await world.manage("POST", "/datasources", json=fields, status=201)
    return made


async def told(world: World, method: str, path: str, **body: Any) -> dict[str, Any]:
    """The details of a refusal by field."""
    answer = await world.manage(method, path, json=body)
    assert answer.status_code == 422, answer.text
    return {detail["field"]: detail["message"] for detail in answer.json()["error"]["details"]}


async def test_a_server_is_kept_tested_and_looked_into(
    world: World, postgres_database: PostgresDatabase
) -> None:
    postgres_database.run("CREATE TABLE item (id int PRIMARY KEY, price numeric NOT NULL)")
    made = await create(world, server(postgres_database, description="Prices"))
    url = f"/datasources/{made['id']}"
    answered = await world.manage("POST", f"{url}/test", status=200)
    assert answered["product"] == "PostgreSQL"
    assert int(answered["version"].split(".")[0]) >= 13
    tables = await world.manage("GET", f"{url}/tables", status=200)
    assert tables["items"] == [
        {
            "schema": "public",
            "name": "item",
            "kind": "table",
            "columns": [
                {"name": "id", "type": "integer", "nullable": False},
                {"name": "price", "type": "numeric", "nullable": False},
            ],
        }
    ]
    changed = await world.manage("PATCH", url, json={"description": None}, status=200)
    assert changed == made | {"description": None}
    await world.manage("DELETE", url, status=204)
    await world.manage("GET", url, status=404)


async def test_a_password_goes_in_and_never_comes_out(
    world: World, postgres_database: PostgresDatabase
) -> None:
    made = await create(world, server(postgres_database, name="secretive", password=SECRET))
    url = f"/datasources/{made['id']}"
    for answer in (
        await world.manage("GET", "/datasources"),
        await world.manage("GET", url),
        await world.manage("PATCH", url, json={"description": "x"}),
        await world.manage("POST", f"{url}/test"),
        await world.manage("PATCH", url, json={"password": ["not", SECRET]}),
    ):
        assert SECRET not in answer.text
        assert "encrypted" not in answer.text
    stored = Path(world.settings.database_url.removeprefix("sqlite:///"))
    for file in stored.parent.glob(f"{stored.name}*"):
        assert SECRET.encode() not in file.read_bytes()


async def test_a_wrong_password_is_told_in_the_drivers_words(
    world: World, postgres_database: PostgresDatabase
) -> None:
    fields = server(postgres_database, name="wrong password", password=SECRET)
    made = await create(world, fields)
    answer = await world.manage("POST", f"/datasources/{made['id']}/test")
    assert (answer.status_code, answer.json()["error"]["code"]) == (424, "datasource_unavailable")
    assert "password authentication failed" in answer.json()["message"]
    assert SECRET not in answer.text


async def test_a_wrong_host_is_told_without_the_password(
    world: World, postgres_database: PostgresDatabase
) -> None:
    for host, port in (("127.0.0.1", free_port(0)), ("no.such.host.invalid", 5432)):
        fields = server(postgres_database, name=host, host=host, port=port, password=SECRET)
        made = await create(world, fields)
        answer = await world.manage("POST", f"/datasources/{made['id']}/test")
        assert answer.status_code == 424
        assert answer.json()["message"]
        assert SECRET not in answer.text


async def test_the_password_is_needed_again_for_another_server(
    world: World, postgres_database: PostgresDatabase
) -> None:
    made = await create(world, server(postgres_database, name="moved"))
    url = f"/datasources/{made['id']}"
    for change in ({"host": "evil.example.com"}, {"port": 9999}):
        assert "password" in await told(world, "PATCH", url, **change)
    assert (await world.manage("GET", url, status=200))["host"] == made["host"]
    moved = {"host": "localhost", "password": server(postgres_database)["password"]}
    await world.manage("PATCH", url, json=moved, status=200)
    await world.manage("POST", f"{url}/test", status=200)


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"product_type": "oracle"}, "product_type", "expected 'postgresql', 'mysql',"),
        ({"host": None}, "host", "is needed"),
        ({"username": ""}, "username", "is needed"),
        ({"port": 70_000}, "port", "less than or equal to 65535"),
        ({"options": {"sslmod": "require"}}, "options", "'sslmod' is not known"),
        ({"options": {"sslmode": "yes"}}, "options", "must be one of"),
        ({"passwort": "x"}, "passwort", "is not a known field"),
        ({"name": " "}, "name", "at least 1 character"),
    ],
)
async def test_a_wrong_field_is_named(
    world: World, fields: dict[str, Any], field: str, message: str
) -> None:
    sound = {"name": "x", "product_type": "postgresql", "host": "127.0.0.1", "database": "x",
             "username": "x"}  # fmt: skip
    found = await told(world, "POST", "/datasources", **(sound | fields))
    assert message in found[field]
    listed = await world.manage("GET", "/datasources", status=200)
    assert "x" not in [item["name"] for item in listed["items"]]


async def test_a_missing_field_is_named(world: World) -> None:
    found = await told(world, "POST", "/datasources", name="x", product_type="sqlite")
    assert found == {"database": "is required"}


@pytest.mark.parametrize("path", ["../outside.sqlite3", "/etc/passwd", "a/../../b", "link/x"])
async def test_a_file_outside_of_the_directory_is_refused(world: World, path: str) -> None:
    link = world.settings.file_datasource_root / "link"
    if not link.is_symlink():
        link.symlink_to("/etc")
    found = await told(
        world, "POST", "/datasources", name="out", product_type="sqlite", database=path
    )
    assert "inside the directory" in found["database"]


async def test_a_name_is_there_once(world: World) -> None:
    body = {"name": "shop", "product_type": "sqlite", "database": "shop.sqlite3"}
    answer = await world.manage("POST", "/datasources", json=body)
    assert answer.status_code == 409
    assert "'shop' exists already" in answer.json()["message"]
