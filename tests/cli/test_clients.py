"""`dbapi client …`: what an operator at the server does to clients."""

import json
import re

import pytest

from tests.cli.conftest import Dbapi


def secret_of(output: str) -> str:
    found = re.search(r"client_secret  (dbapi_cs_\S+)", output)
    assert found
    return found[1]


@pytest.mark.usefixtures("migrated")
def test_a_client_is_made_listed_and_deleted(dbapi: Dbapi) -> None:
    assert "dbapi client create NAME" in dbapi("client", "list").stdout
    made = dbapi("client", "create", "billing", "--description", "Sends invoices")
    assert made.exit_code == 0
    listed = dbapi("client", "list").stdout
    assert "billing" in listed
    assert secret_of(made.stdout) not in listed
    kept = dbapi("client", "delete", "billing", given="n\n")
    assert kept.exit_code == 1
    assert "billing" in dbapi("client", "list").stdout
    assert dbapi("client", "delete", "billing", "--yes").exit_code == 0
    assert "billing" not in dbapi("client", "list").stdout


@pytest.mark.usefixtures("migrated")
def test_rotating_gives_another_secret(dbapi: Dbapi) -> None:
    first = secret_of(dbapi("client", "create", "billing").stdout)
    second = secret_of(dbapi("client", "rotate", "billing").stdout)
    third = dbapi("client", "rotate", "billing", "--overlap-hours", "24", "--json").stdout
    assert len({first, second, json.loads(third)["client_secret"]}) == 3


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["create", "taken"], "'taken' exists already"),
        (["rotate", "nobody"], "no client named 'nobody'"),
        (["delete", "nobody", "--yes"], "no client named 'nobody'"),
        (["grant", "nobody", "GET", "a"], "no client named 'nobody'"),
        (["grant", "taken", "GET", "nothing"], "no endpoint GET nothing"),
        (["grant", "taken", "FETCH", "a"], "method"),
    ],
)
def test_a_mistake_is_told_in_a_line(dbapi: Dbapi, arguments: list[str], told: str) -> None:
    assert dbapi("client", "create", "taken").exit_code == 0
    done = dbapi("client", *arguments)
    assert done.exit_code == 1
    assert told in done.stderr
    assert "Traceback" not in done.output
