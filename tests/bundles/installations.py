"""Installations to export from and to import into."""

from typing import Any

from dbapi_platform.access.permissions import Caller
from dbapi_platform.bundles.exporting import Selection, export_bundle
from dbapi_platform.bundles.importing import import_bundle
from dbapi_platform.bundles.reading import read_bundle
from dbapi_platform.bundles.reporting import Item, Report
from dbapi_platform.bundles.work import Wishes
from dbapi_platform.bundles.writing import write_bundle
from dbapi_platform.store import Actor
from tests.world import World

ADMIN = Caller(id=__import__("uuid").UUID(int=1), username="ann", is_superuser=True)


async def exported(world: World, selection: Selection | None = None) -> dict[str, str]:
    """The files of what is there."""
    async with world.platform.services.database.session() as session:
        return write_bundle(await export_bundle(session, ADMIN, selection))


async def imported(world: World, files: dict[str, str], **wishes: Any) -> Report:
    """What an import did."""
    services = world.platform.services
    return await import_bundle(
        services.database,
        wishes.pop("caller", ADMIN),
        Actor("ann", "test", "bundle.import"),
        read_bundle(files),
        rules=services.rules,
        engines=services.engines,
        wishes=Wishes(**wishes),
    )


def item(report: Report, kind: str, name: str) -> Item:
    (found,) = (item for item in report.items if (item.kind, item.name) == (kind, name))
    return found


async def macro(
    world: World, name: str, content: str, *, publish: bool = True, **more: Any
) -> None:
    body = {"name": name, "content": content, **more}
    saved = await world.manage("PUT", "/macros", json=body, status=200)
    if publish:
        await world.manage("POST", f"/macros/{saved['id']}/publish", json={}, status=200)


async def fill(world: World) -> None:
    """Everything that a bundle can tell, odd names and states included."""
    await world.manage(
        "POST", "/datasources", status=201,
        json={"name": "Prod: PG", "product_type": "postgresql", "host": "db", "username": "u",
              "database": "d", "password": "s3cret!", "read_only": False,
              "options": {"search_path": "a, b"}, "description": "yes"},
    )  # fmt: skip
    module = await world.manage(
        "POST", "/modules", json={"name": "Sales / Été", "description": "a: b"}, status=201
    )
    await world.manage(
        "PATCH", f"/modules/{module['id']}", json={"sort_order": 3, "is_active": False}, status=200
    )
    await macro(world, "page", "{% macro page(n) %}LIMIT {{ n | sql_int }}{% endmacro %}")
    await macro(
        world, "own", "{% macro own(n) %}{{ n | sql_int }}{% endmacro %}", module="Sales / Été",
        description="null",
    )  # fmt: skip
    await macro(world, "py", "def double(value):\n    return value * 2\n", language="python")
    await macro(world, "later", "{% macro later() %}1{% endmacro %}", publish=False)
    paged = "SELECT id FROM orders\n\tWHERE id > {{ low | sql_int }}  \n{{ page(2) }}\n"
    in_sales = {"module": "Sales / Été", "access": "private", "description": "1e3\n\n  x"}
    await world.publish("GET", "live/{Customer_id}/a", paged, **in_sales, timeout=2.5, max_rows=7)
    # Lives with the macro's older text, and its draft too.
    old = await world.publish("GET", "old", paged + "-- old")
    await macro(world, "page", "{% macro page(n) %}LIMIT {{ n | sql_int }} OFFSET 1{% endmacro %}")
    await macro(world, "page", "{% macro page(n) %}{{ n | sql_int }}{% endmacro %}", publish=False)
    await world.publish("GET", "new", paged + "-- new")
    await world.publish("GET", "edited/{a}", "SELECT {{ a | sql_int }} AS a, {{ own_limit }} AS b")
    await world.draft(
        "GET", "edited/{b}", "SELECT {{ b }} AS b -- é\r\n", name="yes", unknown_params="refuse",
        params={"b": {"in": "path", "type": "integer"},
                "since": {"type": "date", "default": "2026-01-01", "enum": ["2026-01-01"]},
                "f": {"type": "number", "default": 1e20, "minimum": 1.5}},
    )  # fmt: skip
    answered = {
        "cache": {"ttl": 60, "vary": ["client"]}, "allow_async": True, "max_export_rows": 500_000,
        "page": {"style": "keyset", "by": ["-a", "n"], "size": 50},
    }  # fmt: skip
    await world.publish("GET", "answered", "SELECT 1 AS a, 2 AS n", **answered)
    await world.draft(
        "GET", "answered", "SELECT 1 AS a, 2 AS n", cache=5, max_export_rows=500_001,
        page={"style": "offset", "by": ["n"]},
    )  # fmt: skip
    await world.draft("POST", "drafted", "SELECT 1", rate_limit=5, max_concurrent=2)
    gone = await world.publish("GET", "gone", "SELECT 1")
    await world.manage("POST", f"/endpoints/{gone['id']}/unpublish", json={}, status=200)
    script = "def execute(params):\n    return double(params['a'])\n"
    scripted = await world.draft(
        "GET", "script", script, engine="script",
        params={"a": {"type": "integer", "default": 2,
                      "validate": "def validate(value, params):\n    return None\n"}},
        transform="def transform(data, params):\n    return data\n",
    )  # fmt: skip
    for name in ("first", "Second"):
        await world.manage(
            "PUT", f"/endpoints/{scripted['id']}/tests/{name}",
            json={"content": f"assert call().data == 4  # {name}\n"}, status=200,
        )  # fmt: skip
    await world.manage(
        "POST", f"/endpoints/{scripted['id']}/publish", json={"force": "no"}, status=200
    )
    group = await world.manage(
        "POST", "/groups", json={"name": "Partners", "description": "- x"}, status=201
    )
    for endpoint in (old, scripted):
        path = f"/groups/{group['id']}/endpoints/{endpoint['id']}"
        await world.manage("PUT", path, status=204)
