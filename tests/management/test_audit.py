"""The audit log: every change is in it, by whom and from where, and no secret is."""

import csv
import io
import json
import uuid
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError

from dbapi_platform.management.app import RESOURCES
from dbapi_platform.store import AuditEntry, Endpoint, Module, act_as
from dbapi_platform.store.auditing import Actor
from tests.world import PASSWORD, World

# They change nothing, and run nothing that an author wrote.
READ_ONLY = {
    "datasources.test", "datasources.test_unsaved", "endpoints.check_draft", "firewall.check",
}  # fmt: skip
# Sessions, users, roles and bundles have tests of their own.
ELSEWHERE = (
    "sessions.", "users.", "roles.", "bundles.", "external_login.", "page_login.", "recovery.",
)  # fmt: skip


async def entries(world: World, query: str = "limit=1000") -> list[dict[str, Any]]:
    return (await world.manage("GET", f"/audit-entries?{query}", status=200))["items"]


def mutating() -> set[str]:
    """Every operation that is not a GET."""
    return {
        f"{route.tags[0]}.{route.name}"
        for resource in RESOURCES
        for route in resource.router.routes
        if route.methods - {"GET"}  # type: ignore[attr-defined]
    }


async def do_everything(world: World) -> list[str]:
    """Call every route that changes something, once at least; the secrets that came up."""
    manage, secrets = world.manage, [PASSWORD, "s3cr3t-of-the-database"]
    source = await manage(
        "POST", "/datasources", status=201,
        json={"name": "audited", "product_type": "postgresql", "host": "127.0.0.1",
              "database": "x", "username": "u", "password": secrets[1]},
    )  # fmt: skip
    at = f"/datasources/{source['id']}"
    await manage("PATCH", at, json={"description": "d", "password": secrets[1] + "2"}, status=200)
    await manage("DELETE", at, status=204)
    module = await manage("POST", "/modules", json={"name": "audited"}, status=201)
    await manage("PATCH", f"/modules/{module['id']}", json={"sort_order": 3}, status=200)
    macro = {"name": "audited", "content": "{% macro one() %}1{% endmacro %}"}
    macro = await manage("PUT", "/macros", json=macro | {"language": "sql"}, status=200)
    await manage("POST", f"/macros/{macro['id']}/publish", json={}, status=200)
    await manage("DELETE", f"/macros/{macro['id']}", status=204)
    endpoint = await world.draft("GET", "audited", "SELECT 1 AS a", module="audited")
    url = f"/endpoints/{endpoint['id']}"
    await manage("POST", f"{url}/debug", json={"params": {}}, status=200)
    await manage("PUT", f"{url}/tests/t", json={"content": "assert True"}, status=200)
    await manage("POST", f"{url}/tests/run", json={}, status=200)
    await manage("DELETE", f"{url}/tests/t", status=204)
    await manage("POST", f"{url}/publish", json={"message": "one"}, status=200)
    await world.draft("GET", "audited", "SELECT 2 AS a", module="audited")
    await manage("POST", f"{url}/publish", json={"message": "two"}, status=200)
    await manage("POST", f"{url}/rollback", json={"version": 1}, status=200)
    await manage("POST", f"{url}/purge", status=204)
    await manage("PATCH", f"{url}/versions/2", json={"is_pinnable": True}, status=200)
    copy = await manage("POST", f"{url}/copy", json={"path": "audited/copy"})
    assert copy.status_code in {200, 201}, copy.text
    moved = await manage("POST", f"/endpoints/{copy.json()['id']}/move", json={"module": "default"})
    assert moved.status_code == 200, moved.text
    client = await manage("POST", "/clients", json={"name": "audited"}, status=201)
    group = await manage("POST", "/groups", json={"name": "audited"}, status=201)
    mine, its = f"/clients/{client['id']}", f"/groups/{group['id']}"
    await manage("PATCH", mine, json={"max_concurrent": 2}, status=200)
    replaced = await manage("POST", f"{mine}/secret", json={"overlap_hours": 1}, status=200)
    secrets += [client["client_secret"], replaced["client_secret"]]
    await manage("PATCH", its, json={"description": "d"}, status=200)
    for method in ("PUT", "DELETE"):
        await manage(method, f"{its}{url}", status=204)
        await manage(method, f"{mine}{url}", status=204)
        await manage(method, f"{mine}{its}", status=204)
    body = {"action": "allow", "network": "10.0.0.0/8", "client_id": client["id"]}
    rule = await manage("POST", "/firewall-rules", json=body, status=201)
    await manage("PATCH", f"/firewall-rules/{rule['id']}", json={"position": 0}, status=200)
    await manage("DELETE", f"/firewall-rules/{rule['id']}", status=204)
    await manage("DELETE", mine, status=204)
    await manage("DELETE", its, status=204)
    await manage("POST", f"{url}/unpublish", status=200)
    await manage("DELETE", url, status=204)
    await manage("DELETE", f"/modules/{module['id']}", status=204)
    token = await manage("POST", "/tokens", json={"name": "audited"}, status=201)
    await manage("DELETE", f"/tokens/{token['id']}", status=204)
    return [*secrets, token["token"], world.settings.secret_key.get_secret_value()]


async def test_every_change_is_noted_and_no_secret_is(any_world: World) -> None:
    secrets = await do_everything(any_world)
    noted = await entries(any_world)
    expected = {op for op in mutating() - READ_ONLY if not op.startswith(ELSEWHERE)}
    assert expected - {entry["action"] for entry in noted} == set()
    assert {"sessions.create_token", "sessions.revoke_token"} <= {e["action"] for e in noted}
    for entry in noted:
        if entry["action"] in expected:
            assert entry["actor"] == "admin"
            assert entry["actor_id"]
            assert entry["ip_address"] == "127.0.0.1"
            assert entry["request_id"]
            assert entry["via"] == "session"
            assert entry["resource_id"]
            assert entry["resource_name"]
            assert (entry["before"] is None) == (entry["change"] in {"created", "executed"}), entry
            assert (entry["after"] is None) == (entry["change"] == "deleted"), entry
    async with any_world.platform.services.database.engine.connect() as connection:
        table = AuditEntry.__table__  # type: ignore[attr-defined]
        written = repr((await connection.execute(select(table))).all())
        hashes = await connection.execute(text("SELECT password_hash FROM user_account"))
        secrets += [row[0] for row in hashes]
    assert [secret for secret in secrets if secret in written] == []


async def test_what_changed_is_told_before_and_after(any_world: World) -> None:
    made = await any_world.manage("POST", "/clients", json={"name": "told"}, status=201)
    url = f"/clients/{made['id']}"
    sent = {"X-Request-ID": "the-one-that-changed"}
    await any_world.manage("PATCH", url, json={"max_concurrent": 9}, headers=sent, status=200)
    await any_world.manage("POST", f"{url}/secret", json={"overlap_hours": 2}, status=200)
    found = await entries(any_world, f"resource_type=client&resource_id={made['id']}")
    assert [entry["change"] for entry in found] == ["updated", "updated", "created"]
    replaced, changed, created = found
    assert (changed["before"], changed["after"]) == (
        {"max_concurrent": None}, {"max_concurrent": 9},
    )  # fmt: skip
    assert changed["request_id"] == "the-one-that-changed"
    assert created["after"]["secret_hash"] == "(hidden)"
    assert replaced["after"]["secret_hash"] == "(hidden)"
    one = await any_world.manage("GET", f"/audit-entries/{changed['id']}", status=200)
    assert one == changed


async def test_the_log_is_filtered_and_paged_and_written_to_files(any_world: World) -> None:
    for n in range(5):
        await any_world.manage("POST", "/modules", json={"name": f"paged {n}"}, status=201)
    query = "action=modules.create&actor=admin&change=created&via=session&resource_type=module"
    first = await any_world.manage("GET", f"/audit-entries?{query}&limit=3", status=200)
    second = await any_world.manage(
        "GET", f"/audit-entries?{query}&limit=3&cursor={first['next']}", status=200
    )
    names = [entry["resource_name"] for entry in [*first["items"], *second["items"]]]
    assert [name for name in names if name.startswith("paged")] == [
        f"paged {n}" for n in reversed(range(5))
    ]
    assert not first["total_is_capped"]
    since = first["items"][2]["created_at"].replace("+", "%2B")
    until = first["items"][0]["created_at"].replace("+", "%2B")
    spanned = await entries(any_world, f"{query}&from={since}&to={until}")
    assert [entry["resource_name"] for entry in spanned] == ["paged 3", "paged 2"]
    answer = await any_world.manage("GET", f"/audit-entries/export?{query}&limit=2")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["resource_name"] for row in rows] == ["paged 4", "paged 3"]
    assert json.loads(rows[0]["after"])["name"] == "paged 4"
    answer = await any_world.manage("GET", f"/audit-entries/export?{query}&format=jsonl&limit=1")
    assert json.loads(answer.text)["after"]["name"] == "paged 4"
    downloads = await entries(any_world, "change=executed&action=audit.export_entries")
    assert downloads[0]["after"]["action"] == "modules.create"
    for wrong in ("cursor=x", "from=x", "limit=0", "nothing=1", "actor=%00"):
        assert (await any_world.manage("GET", f"/audit-entries?{wrong}")).status_code == 422
    assert (await any_world.manage("GET", f"/audit-entries/{2**63 - 1}")).status_code == 404
    assert (await any_world.manage("GET", f"/audit-entries/{2**63}")).status_code == 422


@pytest.mark.parametrize(
    "change",
    ["UPDATE audit_entry SET actor = 'nobody'", "DELETE FROM audit_entry",
     "DELETE FROM audit_entry WHERE id = 1"],
)  # fmt: skip
async def test_the_database_itself_keeps_the_log(any_world: World, change: str) -> None:
    before = len(await entries(any_world))
    assert before
    with pytest.raises(DBAPIError, match="only ever added to"):
        async with any_world.platform.services.database.engine.begin() as connection:
            await connection.execute(text(change))
    assert len(await entries(any_world)) == before
    for method in ("PUT", "PATCH", "DELETE"):
        answer = await any_world.manage(method, "/audit-entries/1", json={})
        assert answer.status_code == 405


async def test_only_who_may_read_the_log_does(any_world: World) -> None:
    await any_world.add_user("curious", "Dev")
    for path in ("", "/1", "/export"):
        answer = await any_world.manage("GET", f"/audit-entries{path}", user="curious")
        assert answer.status_code == 403


async def test_many_changes_at_once_look_each_name_up_once(any_world: World) -> None:
    database = any_world.platform.services.database
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    async with database.session() as session:
        act_as(session, Actor("importer", "system", "import"))
        module = Module(name=f"many {uuid.uuid4()}")
        session.add(module)
        await session.commit()
        module_id = module.id
    async with database.session() as session:
        act_as(session, Actor("importer", "system", "import"))
        for n in range(200):
            path = f"many/{module_id}/{n}"
            session.add(Endpoint(module_id=module_id, method="GET", path=path, path_key=path))
        event.listen(database.engine.sync_engine, "before_cursor_execute", note)
        try:
            await session.commit()
        finally:
            event.remove(database.engine.sync_engine, "before_cursor_execute", note)
    assert len([statement for statement in asked if "FROM module" in statement]) <= 1
    noted = await entries(any_world, "actor=importer&resource_type=endpoint")
    assert len(noted) == 200
    assert noted[0]["after"]["module"].startswith("many")
