"""Clients, groups, grants, tokens and modules, as an author manages them."""

import re

import pytest
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell

from dbapi_jupyter.errors import DbapiError, UsageError
from dbapi_jupyter.gateway import CallFailed
from dbapi_jupyter.notebook import Notebook
from tests.jupyter.fake_platform import Fake

ENDPOINT = "GET orders/{customer_id}"


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nobody to ask."""

    def ask(_prompt: str) -> str:
        raise StdinNotImplementedError

    monkeypatch.setattr("builtins.input", ask)


def test_lists_of_clients_are_read_to_their_end_and_searched(say, fake: Fake):
    assert say("clients") == "There is no client yet: %dbapi clients new NAME"
    for name in ("billing", "bikes", "reports"):
        fake.create_client(name)
    assert [line.split()[0] for line in say("clients").splitlines()[2:]] == [*fake.clients]
    assert "reports" not in say("clients BI")
    assert say("clients nothing") == "No client is like 'nothing'"
    assert say("clients rotat").endswith("Did you mean %dbapi clients rotate?")


def test_a_client_is_shown_limited_switched_off_and_on(say, fake: Fake):
    say('clients new billing --description "Every night"')
    shown = say("clients limits billing --rate 60 --concurrent 4")
    assert fake.last("PATCH", "clients") == {"rate_limit_per_minute": 60, "max_concurrent": 4}
    for part in ("Every night", "60", "id-of-billing", "kept here", "the platform's time"):
        assert part in shown
    assert "secret-of" not in shown
    say("clients limits billing --rate none")
    assert fake.last("PATCH", "clients") == {"rate_limit_per_minute": None}
    assert "inactive" in say("clients deactivate billing")
    assert "inactive" in say("clients")
    say("clients activate billing")
    assert "inactive" not in say("clients show billing")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("clients limits billing", "Which limit?"),
        ("clients limits billing --rate 0", "from 1 to 1,000,000, got '0'"),
        ("clients limits billing --rate x", "got 'x'"),
        ("clients rotate billing --overlap-hours -1", "expected"),
        ("clients nwe billing", "has no 'nwe'"),
        ("clients new", "required: NAME"),
        ("groups add", "required: NAME"),
        ("tokens new x", "required: --into"),
        ("tokens new x --into 2x", "not a name for a variable"),
        ("tokens new x --into y --days 0", "from 1 to 3,650"),
        ("token", "The token of which client?"),
    ],
)
def test_what_is_typed_wrongly_is_told(say, fake: Fake, line: str, message: str):
    fake.create_client("billing")
    with pytest.raises(UsageError) as caught:
        say(line)
    assert message in str(caught.value)
    assert caught.value.hint


def test_a_misspelt_action_is_told_with_the_one_that_was_meant(say):
    with pytest.raises(UsageError) as caught:
        say("clients rotat billing")
    assert caught.value.hint == "Did you mean rotate?"


def test_what_may_not_be_done_is_told_with_whom_to_ask(say, fake: Fake):
    fake.forbidden = "clients"
    with pytest.raises(DbapiError, match="You may not") as caught:
        say("clients new billing")
    assert "administrator" in caught.value.hint
    say("groups new reporting")
    assert "reporting" in say("groups")
    fake.forbidden = "macros"
    say("modules new sales")
    assert "sales" in say("modules")


def test_a_secret_is_replaced_with_an_overlap(say, fake: Fake, notebook: Notebook):
    say("clients new billing")
    said = say("clients rotate billing --overlap-hours 24")
    assert fake.last("POST", "secret") == {"overlap_hours": 24}
    assert "the old one is good until 2026-11-02 10:00:00 UTC" in said
    assert "secret before" in say("clients show billing")
    assert "fresh" not in said
    assert notebook.store.load(fake.url).clients["billing"].client_secret == "fresh"
    assert "the old one and its tokens end" in say("clients rotate billing")
    assert fake.last("POST", "secret") == {}
    assert "secret before" not in say("clients show billing")


def test_deleting_asks_and_forgets_the_secret(
    say, fake: Fake, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
):
    say("clients new billing")
    asked = []
    monkeypatch.setattr("builtins.input", lambda prompt: asked.append(prompt) or "n")
    with pytest.raises(DbapiError, match="Nothing was done"):
        say("clients delete billing")
    assert "Delete client billing?" in asked[0]
    assert "billing" in fake.clients
    monkeypatch.setattr("builtins.input", lambda _prompt: "y")
    say("clients delete billing")
    assert fake.clients == {}
    assert notebook.store.load(fake.url).clients == {}


def test_where_nobody_can_be_asked_it_must_be_said_on_the_line(say, fake: Fake, nobody):
    fake.create_client("billing")
    with pytest.raises(UsageError) as caught:
        say("clients delete billing")
    assert "--yes" in caught.value.hint
    say("clients delete billing --yes")
    assert fake.clients == {}


def test_a_group_lets_its_clients_call(cell, say, fake: Fake):
    cell()
    say("publish")
    say("clients new billing")
    assert "no group yet" in say("groups")
    say("groups new reporting")
    assert "is there already" in say("groups new reporting")
    assert say(f"groups add reporting '{ENDPOINT}'") == f"Group reporting holds {ENDPOINT}"
    assert "1 endpoint now" in say("grant billing --group reporting")
    assert "; billing may call it" in say(f"groups add reporting {ENDPOINT}")
    assert "200" in say(f"call {ENDPOINT} customer_id=7 --client billing")
    for shown in (say("groups"), say("groups show reporting")):
        assert ENDPOINT in shown
        assert "billing" in shown
    assert "reporting" in say("clients")
    say("groups rename reporting reports")
    assert list(fake.groups) == ["reports"]
    with pytest.raises(UsageError, match="not both"):
        say(f"grant billing {ENDPOINT} --group reports")


def test_leaving_emptying_and_deleting_a_group(cell, say, fake: Fake):
    cell()
    fake.create_client("billing")
    say("groups new reporting --description 'For the board'")
    say("grant billing --group reporting")
    say("groups add reporting")  # The endpoint of the cell that ran last.
    assert fake.granted("billing") == [ENDPOINT]
    assert "lets nobody call" in say("groups deactivate reporting")
    assert fake.granted("billing") == []
    say("groups activate reporting")
    say("groups remove reporting")
    assert fake.groups["reporting"]["endpoints"] == []
    say("revoke billing --group reporting")
    assert fake.clients["billing"]["groups"] == []
    say("groups delete reporting --yes")
    assert fake.groups == {}


def test_granting_means_the_last_cell_unless_an_endpoint_is_named(cell, say, fake: Fake):
    fake.create_client("billing")
    with pytest.raises(UsageError, match="No cell has run"):
        say("grant billing")
    cell("--| access: public\nSELECT 1", "", "sql GET open")
    assert "It is public: anybody may" in say("grant billing")
    assert fake.granted("billing") == ["GET open"]
    say("revoke billing 'GET open'")
    assert fake.granted("billing") == []


def test_calls_are_made_with_the_token_that_was_got(cell, say, shell: InteractiveShell, fake: Fake):
    cell()
    say("publish")
    say("clients new billing")
    say("grant billing")
    said = say("token billing --into mine")
    assert "client-token" not in said
    assert shell.user_ns["mine"] == "client-token-billing"
    assert f"Bearer {shell.user_ns['mine']}" == "Bearer client-token-billing"
    assert "client-token" not in repr(shell.user_ns["mine"])
    assert re.search(r"good for \d+ minutes more", said)
    assert "· as billing" in say(f"call {ENDPOINT} customer_id=7")
    say("token --forget")
    with pytest.raises(CallFailed, match="HTTP 401"):
        say(f"call {ENDPOINT} customer_id=7")


def test_personal_tokens_go_into_a_variable_and_end(say, shell: InteractiveShell, fake: Fake):
    assert "no personal access token" in say("tokens")
    said = say("tokens new nightly --days 30 --into text")
    assert fake.last("POST", "tokens") == {"name": "nightly", "expires_in_days": 30}
    assert "dbapi_pat" not in said
    assert "2027-01-30" in said
    assert shell.user_ns["text"] == "dbapi_pat_new"
    assert "nightly" in say("tokens")
    with pytest.raises(DbapiError) as caught:
        say("tokens revoke nightli --yes")
    assert caught.value.hint == "Did you mean nightly?"
    say("tokens revoke nightly --yes")
    assert fake.token_names == []


def test_the_notebooks_own_token_is_left_to_logout(say, fake: Fake, notebook: Notebook):
    fake.token_names.append("mine")
    credentials = notebook.store.load(fake.url)
    credentials.token_id = "t-mine"
    notebook.store.save(fake.url, credentials)
    assert "this notebook's" in say("tokens")
    with pytest.raises(UsageError, match="this notebook uses"):
        say("tokens revoke mine --yes")


def test_modules_are_made_renamed_and_deleted(cell, say, fake: Fake, notebook: Notebook):
    assert "no module yet" in say("modules")
    say("modules new sales --description Shops")
    assert "is there already" in say("modules new sales")
    say("use --module sales")
    cell()
    assert say("modules").splitlines()[2].split() == [
        "sales",
        "active",
        "1",
        "0",
        "Shops",
        "in",
        "use",
    ]
    assert "change them" in say("modules rename sales trade")
    assert notebook.module == "trade"
    with pytest.raises(DbapiError) as caught:
        say("modules delete trad --yes")
    assert caught.value.hint == "Did you mean trade?"
    say("modules delete trade --yes")
    assert fake.modules == {}
    assert notebook.module is None


def test_macros_are_shown_as_cells_with_their_uses_and_versions(say, shell: InteractiveShell):
    body = "--| description: One page\n{% macro few(n) %} LIMIT {{ n }} {% endmacro %}"
    with pytest.raises(UsageError, match="Which macro"):
        say("macros show")
    shell.run_cell_magic("dbapi", "macro few", body)
    shown = say("macros show few")
    assert shown.endswith(f"%%dbapi macro few\n{body}")
    assert "GET orders (version 1, not the newest)" in shown
    assert say("macros show") == shown
    assert "ada" in say("macros versions few")
    shell.run_cell_magic("dbapi", "macro money --python", "def euros(cents):\n    return cents")
    assert "%%dbapi macro money --python\ndef euros" in say("macros show money")
