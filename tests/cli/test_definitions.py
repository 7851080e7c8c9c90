"""`dbapi endpoint | datasource | group …`, on a database with an endpoint in it."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Dbapi
from tests.world import SHOP

ENDPOINT = """method: GET
path: orders/{id}
datasource: shop
engine: sql
access: public
content: SELECT * FROM orders WHERE id = {{ id | sql_int }}
tests:
  one: assert len(call(id=1).data) == 1
published: true
"""


@pytest.fixture
def shop(dbapi: Dbapi, migrated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dbapi:
    """The command, with the datasource `shop` and the endpoint GET orders/{id}, version 1 live."""
    monkeypatch.setenv("DBAPI_FILE_DATASOURCE_ROOT", str(tmp_path))
    with sqlite3.connect(tmp_path / "shop.sqlite3") as connection:
        connection.executescript(SHOP)
    fine(dbapi, "datasource", "create", "shop", "--product", "sqlite", "--database",
         "shop.sqlite3")  # fmt: skip
    write(tmp_path, ENDPOINT)
    fine(dbapi, "import", "bundle")
    return dbapi


def write(directory: Path, text: str) -> None:
    files = {
        "bundle.yaml": "format: 1\n",
        "modules/default/module.yaml": "name: default\n",
        "modules/default/endpoints/orders.yaml": text,
    }
    for name, content in files.items():
        path = directory / "bundle" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def fine(dbapi: Dbapi, *arguments: str, given: str | None = None) -> str:
    done = dbapi(*arguments, given=given)
    assert done.exit_code == 0, done.output
    return done.stdout


def told(dbapi: Dbapi, *arguments: str) -> Any:
    return json.loads(fine(dbapi, *arguments, "--json"))


def test_the_life_of_an_endpoint(shop: Dbapi, tmp_path: Path) -> None:
    (row,) = told(shop, "endpoint", "list", "--state", "live", "--module", "default")
    assert (row["path"], row["live"]) == ("orders/{id}", 1)
    assert told(shop, "endpoint", "list", "--datasource", "other") == []
    assert "WHERE id" in fine(shop, "endpoint", "show", "GET", "orders/{id}")
    edited = ENDPOINT.replace("SELECT *", "SELECT id").replace("published: true", "published: no")
    write(tmp_path, edited)
    fine(shop, "import", "bundle")
    difference = fine(shop, "endpoint", "diff", "get", "orders/{other}")
    assert "+SELECT id FROM orders" in difference
    done = fine(shop, "endpoint", "publish", "GET", "orders/{id}", "-m", "Fewer columns")
    assert "version 2 is live" in done
    assert "Fewer columns" in fine(shop, "endpoint", "versions", "GET", "orders/{id}")
    assert "version 1 is live" in fine(shop, "endpoint", "rollback", "GET", "orders/{id}")
    again = told(shop, "endpoint", "versions", "GET", "orders/{id}")
    assert [row["live"] for row in again] == [False, True]
    assert "is answered anew" in fine(shop, "endpoint", "purge", "GET", "orders/{id}")
    live = shop("endpoint", "delete", "GET", "orders/{id}", "--yes")
    assert "is live; unpublish it first" in live.stderr
    assert shop("endpoint", "unpublish", "GET", "orders/{id}", given="n\n").exit_code == 1
    fine(shop, "endpoint", "unpublish", "GET", "orders/{id}", "--yes")
    fine(shop, "endpoint", "copy", "GET", "orders/{id}", "copies/{id}")
    fine(shop, "endpoint", "delete", "GET", "orders/{id}", "--yes")
    assert [row["path"] for row in told(shop, "endpoint", "list")] == ["copies/{id}"]


def test_a_version_can_be_asked_for_until_it_ends(shop: Dbapi) -> None:
    change = ("endpoint", "version", "GET", "orders/{id}", "1")
    done = fine(shop, *change, "--allow", "--deprecated", "2026-12-01", "--sunset",
                "2027-03-01T02:00+02:00")  # fmt: skip
    assert "version 1 can be asked for" in done
    assert "Ends 2027-03-01 00:00 UTC" in done
    (row,) = told(shop, "endpoint", "versions", "GET", "orders/{id}")
    assert (row["is_pinnable"], row["deprecated_at"][:10]) == (True, "2026-12-01")
    wrong = shop(*change, "--sunset", "2026-11-01")
    assert "sunset_at: expected 2026-12-01" in wrong.stderr
    assert "expected a date such as" in shop(*change, "--sunset", "soon").stderr
    assert "Give --allow" in shop(*change).stderr
    fine(shop, *change, "--refuse", "--sunset", "never")
    (row,) = told(shop, "endpoint", "versions", "GET", "orders/{id}")
    assert (row["is_pinnable"], row["sunset_at"]) == (False, None)
    assert row["deprecated_at"]


def test_a_failing_test_is_in_the_way_unless_there_is_a_reason(shop: Dbapi, tmp_path: Path) -> None:
    write(tmp_path, ENDPOINT.replace("== 1", "== 2").replace("id = ", "1 = 1 AND id = ")
          .replace("published: true", "published: false"))  # fmt: skip
    fine(shop, "import", "bundle")
    refused = shop("endpoint", "publish", "GET", "orders/{id}")
    assert refused.exit_code == 1
    assert "one" in refused.stderr
    fine(shop, "endpoint", "publish", "GET", "orders/{id}", "--force", "It is known")
    assert told(shop, "endpoint", "versions", "GET", "orders/{id}")[0]["forced"] == "It is known"


def test_a_datasource_is_kept_tried_and_changed(shop: Dbapi) -> None:
    assert told(shop, "datasource", "test", "shop")["product"]
    assert told(shop, "datasource", "tables", "shop")[0]["name"] == "orders"
    assert "customer_id" in fine(shop, "datasource", "tables", "shop")
    server = ("--product", "postgresql", "--host", "db.example.com", "--username", "u")
    fine(shop, "datasource", "create", "pg", *server, "--database", "d", "--password-stdin",
         "--option", "sslmode=require", given="s3cret\n")  # fmt: skip
    shown = told(shop, "datasource", "show", "pg")
    assert (shown["password"], shown["options"]) == ("(set)", {"sslmode": "require"})
    assert "s3cret" not in fine(shop, "datasource", "list") + json.dumps(shown)
    elsewhere = shop("datasource", "update", "pg", "--host", "other.example.com")
    assert "password: is needed again" in elsewhere.stderr
    fine(shop, "datasource", "update", "pg", "--port", "5433", "--read-write", "--rename", "main",
         "--password-stdin", given="s3cret\n")  # fmt: skip
    shown = told(shop, "datasource", "show", "main")
    assert (shown["port"], shown["read_only"]) == (5433, False)
    fine(shop, "datasource", "delete", "main", "--yes")
    used = shop("datasource", "delete", "shop", "--yes")
    assert "is used by GET orders/{id}" in used.stderr


def test_groups_and_clients_are_given_endpoints(shop: Dbapi) -> None:
    fine(shop, "group", "create", "partners", "--description", "They pay")
    fine(shop, "group", "add", "partners", "GET", "orders/{id}")
    assert told(shop, "group", "show", "partners")["endpoints"] == ["GET orders/{id}"]
    fine(shop, "client", "create", "billing")
    fine(shop, "client", "grant", "billing", "--group", "partners")
    fine(shop, "client", "grant", "billing", "GET", "orders/{id}")
    fine(shop, "client", "update", "billing", "--rate-limit", "5", "--max-concurrent", "2")
    fine(shop, "client", "update", "billing", "--max-concurrent", "0", "--token-seconds", "600")
    fine(shop, "client", "deactivate", "billing")
    shown = told(shop, "client", "show", "billing")
    assert (shown["groups"], shown["endpoints"]) == (["partners"], ["GET orders/{id}"])
    assert (shown["rate_limit"], shown["max_concurrent"], shown["active"]) == (5, None, False)
    fine(shop, "client", "activate", "billing")
    fine(shop, "client", "revoke", "billing", "--group", "partners")
    fine(shop, "client", "revoke", "billing", "GET", "orders/{id}")
    (listed,) = told(shop, "client", "list")
    assert (listed["groups"], listed["endpoints"]) == ([], [])
    fine(shop, "group", "remove", "partners", "GET", "orders/{id}")
    assert "partners" in fine(shop, "group", "list")
    fine(shop, "group", "delete", "partners", "--yes")
    assert told(shop, "group", "list") == []


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize(
    ("arguments", "mistake"),
    [
        (["endpoint", "show", "GET", "a"], "no endpoint GET a; see `dbapi endpoint list`"),
        (["endpoint", "show", "FETCH", "a"], "expected one of GET"),
        (["endpoint", "publish", "GET", "//"], "path"),
        (["datasource", "show", "a"], "no datasource named 'a'"),
        (["datasource", "create", "a", "--product", "sqlite", "--database", "../a"], "inside"),
        (["datasource", "create", "a", "--product", "sqlite", "--database", "a", "--option", "b"],
         "expected NAME=VALUE"),
        (["group", "show", "a"], "no group named 'a'"),
        (["client", "grant", "a", "GET"], "no client named 'a'"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_a_line(dbapi: Dbapi, arguments: list[str], mistake: str) -> None:
    done = dbapi(*arguments)
    assert done.exit_code == 1, done.output
    assert mistake in done.stderr
    assert "Traceback" not in done.output
