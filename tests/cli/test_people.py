"""`dbapi user | role | token …`: who may do what, changed at the server."""

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Dbapi

pytestmark = pytest.mark.usefixtures("migrated")


def told(dbapi: Dbapi, *arguments: str, given: str | None = None) -> Any:
    done = dbapi(*arguments, "--json", given=given)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def fine(dbapi: Dbapi, *arguments: str, given: str | None = None) -> str:
    done = dbapi(*arguments, given=given)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_user_is_made_changed_and_deleted(dbapi: Dbapi) -> None:
    made = fine(dbapi, "user", "create", "ann", "--role", "Dev", "--email", "ann@example.com")
    password = re.search(r"^password  (\S{20,})$", made, re.MULTILINE)
    assert password
    shown = told(dbapi, "user", "show", "ann")
    assert (shown["roles"], shown["email"]) == (["Dev"], "ann@example.com")
    listed = fine(dbapi, "user", "list")
    assert "ann@example.com" in listed
    assert password[1] not in listed
    fine(dbapi, "user", "update", "ann", "--role", "Viewer", "--full-name", "Ann Lee")
    fine(dbapi, "user", "deactivate", "ann")
    shown = told(dbapi, "user", "show", "ann")
    assert (shown["roles"], shown["active"], shown["full_name"]) == (["Viewer"], False, "Ann Lee")
    fine(dbapi, "user", "activate", "ann")
    assert told(dbapi, "user", "list", "--search", "lee")[0]["active"] is True
    assert dbapi("user", "delete", "ann", given="n\n").exit_code == 1
    fine(dbapi, "user", "delete", "ann", "--yes")
    assert told(dbapi, "user", "list") == []


def test_a_password_comes_from_standard_input_or_is_told_once(dbapi: Dbapi) -> None:
    made = fine(dbapi, "user", "create", "bob", "--password-stdin", given="long enough 1\n")
    assert "password" not in made
    assert told(dbapi, "user", "reset-password", "bob")["password"]
    short = dbapi("user", "reset-password", "bob", "--password-stdin", given="x\n")
    assert short.exit_code == 1
    assert "password" in short.stderr
    assert "may try" in fine(dbapi, "user", "unlock", "bob")
    assert "nowhere" in fine(dbapi, "user", "sessions", "bob")
    assert "ended" in fine(dbapi, "user", "sessions", "bob", "--end")


def test_the_last_superuser_stays(dbapi: Dbapi) -> None:
    fine(dbapi, "user", "create", "root", "--superuser")
    for command in (["deactivate", "root"], ["delete", "root", "--yes"],
                    ["update", "root", "--no-superuser"]):  # fmt: skip
        done = dbapi("user", *command)
        assert done.exit_code == 1
        assert "last active superuser" in done.stderr


def test_a_role_says_what_it_allows(dbapi: Dbapi) -> None:
    fine(dbapi, "role", "create", "Support", "--description", "Looks")
    fine(dbapi, "role", "grant", "Support", "endpoint:read")
    fine(dbapi, "role", "grant", "Support", "endpoint:publish", "--module", "default")
    shown = told(dbapi, "role", "show", "Support")
    assert shown["permissions"] == [
        {"permission": "endpoint:read", "on": "all"},
        {"permission": "module:publish", "on": "default"},
    ]
    assert "default" in fine(dbapi, "role", "show", "Support")
    fine(dbapi, "role", "revoke", "Support", "endpoint:read")
    assert len(told(dbapi, "role", "show", "Support")["permissions"]) == 1
    fine(dbapi, "user", "create", "sue", "--role", "Support")
    held = dbapi("role", "delete", "Support", "--yes")
    assert "1 user has the role" in held.stderr
    fine(dbapi, "user", "update", "sue", "--role", "Viewer")
    fine(dbapi, "role", "delete", "Support", "--yes")
    assert {"Admin", "Dev", "Viewer"} == {row["name"] for row in told(dbapi, "role", "list")}


def test_a_token_is_told_once(dbapi: Dbapi, tmp_path: Path) -> None:
    fine(dbapi, "user", "create", "ann")
    made = fine(dbapi, "token", "create", "ci", "--user", "ann", "--days", "7")
    assert "dbapi_pat_" in made
    listed = dbapi("token", "list", "--user", "ann").stdout
    assert "ci" in listed
    assert "dbapi_pat_" not in listed
    fine(dbapi, "token", "revoke", "ci", "--user", "ann", "--yes")
    assert told(dbapi, "token", "list", "--user", "ann") == []
    with sqlite3.connect(tmp_path / "dbapi.sqlite3") as connection:
        noted = connection.execute("SELECT DISTINCT via, action FROM audit_entry").fetchall()
    assert {("cli", "cli.token.create"), ("cli", "cli.user.create")} <= set(noted)


@pytest.mark.parametrize(
    ("arguments", "mistake"),
    [
        (["user", "show", "nobody"], "no user named 'nobody'; see `dbapi user list`"),
        (["user", "create", "x", "--role", "None"], "no role named 'None'"),
        (["user", "create", " "], "username"),
        (["role", "show", "None"], "no role named 'None'"),
        (["role", "create", "Admin"], "exists already"),
        (["role", "grant", "Admin", "endpoint:read"], "stays as it is"),
        (["role", "grant", "Dev", "endpoint"], "is no permission; write it as endpoint:read"),
        (["role", "grant", "Dev", "endpoint:read", "--module", "none"], "no module named 'none'"),
        (["role", "grant", "Dev", "endpoint:read", "--endpoint", "GET a"], "no endpoint GET a"),
        (["role", "revoke", "Dev", "user:read"], "has no such permission"),
        (["token", "create", "x", "--user", "nobody"], "no user named 'nobody'"),
        (["token", "revoke", "x", "--user", "nobody", "--yes"], "no user named 'nobody'"),
    ],
)
def test_a_mistake_is_told_in_a_line(dbapi: Dbapi, arguments: list[str], mistake: str) -> None:
    done = dbapi(*arguments)
    assert done.exit_code == 1
    assert mistake in done.stderr
    assert "Traceback" not in done.output
