"""Tokens and secrets are kept privately, and found again."""

import json
import stat
from pathlib import Path

import pytest
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell

from dbapi_jupyter import connection as connecting
from dbapi_jupyter.config import ClientSecret, Credentials, CredentialStore, config_directory
from dbapi_jupyter.connection import chosen_url, connect
from dbapi_jupyter.errors import DbapiError, NotConnected
from dbapi_jupyter.notebook import Notebook
from tests.jupyter.fake_platform import Fake

URL = "http://127.0.0.1:8000"


def test_the_file_is_readable_by_its_owner_only(config_directory: Path):
    store = CredentialStore()
    store.save(URL, Credentials("admin", "t"), make_default=True)
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700
    assert list(store.path.parent.iterdir()) == [store.path]
    assert store.default_url() == URL


def test_what_is_kept_for_one_platform_leaves_the_others(config_directory: Path):
    store = CredentialStore()
    store.save(URL, Credentials("ada", "a", clients={"c": ClientSecret("i", "s")}))
    store.save("http://other", Credentials("bob", "b"))
    assert store.load(URL).username == "ada"
    assert store.load(URL).clients["c"].client_secret == "s"
    assert store.load("http://nowhere") == Credentials()


def test_a_file_that_others_can_read_is_closed_with_a_warning(config_directory: Path):
    store = CredentialStore()
    store.save(URL, Credentials("ada", "a"))
    store.path.chmod(0o644)
    with pytest.warns(UserWarning, match="open to others"):
        assert store.load(URL).token == "a"
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_a_broken_file_is_named(config_directory: Path):
    config_directory.mkdir()
    (config_directory / "credentials.json").write_text("{")
    (config_directory / "credentials.json").chmod(0o600)
    with pytest.raises(DbapiError, match="not valid JSON"):
        CredentialStore().load(URL)


def test_a_secret_is_found_after_the_port_changed_but_never_for_another_host(
    config_directory: Path,
):
    store = CredentialStore()
    store.save(URL, Credentials(clients={"c": ClientSecret("id-1", "s")}))
    assert store.find_secret("http://127.0.0.1:8001", "c", "id-1").client_secret == "s"
    assert store.find_secret("http://127.0.0.1:8001", "c", "id-2") is None
    assert store.find_secret("http://evil.example", "c", "id-1") is None


def test_where_the_configuration_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("DBAPI_CONFIG_DIR")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_directory() == tmp_path / "dbapi"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config_directory() == tmp_path / ".config" / "dbapi"


def test_the_address_comes_from_flag_then_environment_then_last_login(
    monkeypatch: pytest.MonkeyPatch,
):
    store = CredentialStore()
    assert chosen_url(store) == "http://127.0.0.1:8000"
    store.save("http://kept", Credentials(), make_default=True)
    assert chosen_url(store) == "http://kept"
    monkeypatch.setenv("DBAPI_URL", "http://environment/")
    assert chosen_url(store) == "http://environment"
    assert chosen_url(store, "flag:9") == "http://flag:9"


@pytest.mark.parametrize("url", ["http://ada:secret@host", "ftp://host", "http://"])
def test_addresses_that_are_refused(url: str):
    with pytest.raises(NotConnected) as caught:
        chosen_url(CredentialStore(), url)
    assert "secret" not in str(caught.value)


def test_the_environments_token_goes_to_no_other_platform(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DBAPI_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("DBAPI_TOKEN", "good-token")
    assert connect(CredentialStore(), fake.url) is None
    assert fake.requests == []


def test_a_kept_token_that_ended_leads_to_no_connection(fake: Fake):
    store = CredentialStore()
    store.save(fake.url, Credentials("admin", "ended"), make_default=True)
    assert connect(store) is None


@pytest.fixture
def logged_out(shell: InteractiveShell, notebook: Notebook, monkeypatch: pytest.MonkeyPatch):
    notebook.catalog.wait()
    monkeypatch.delenv("DBAPI_TOKEN")
    notebook.attach(None)
    return shell


def answer_with(monkeypatch: pytest.MonkeyPatch, username: str, secret: str) -> None:
    monkeypatch.setattr("builtins.input", lambda _prompt: username)
    monkeypatch.setattr(connecting.getpass, "getpass", lambda _prompt: secret)


def test_login_asks_for_a_password_once_and_keeps_a_token(
    logged_out: InteractiveShell, fake: Fake, monkeypatch: pytest.MonkeyPatch
):
    answer_with(monkeypatch, "admin", "right")
    said = logged_out.run_line_magic("dbapi", "login")
    assert str(said) == f"Connected to {fake.url} as admin"
    kept = CredentialStore().path.read_text()
    assert "dbapi_pat_new" in kept
    assert "right" not in kept
    assert fake.last("POST", "tokens")["name"].startswith("notebook@")

    answer_with(monkeypatch, "nobody", "is asked")
    assert "as admin" in str(logged_out.run_line_magic("dbapi", "login"))


def test_login_leaves_a_token_of_the_same_name_alone(
    logged_out: InteractiveShell, fake: Fake, monkeypatch: pytest.MonkeyPatch
):
    answer_with(monkeypatch, "admin", "right")
    fake.token_names.append(f"notebook@{connecting.machine.node()}")
    assert "Connected" in str(logged_out.run_line_magic("dbapi", "login"))
    assert len(fake.token_names) == 2
    assert fake.token_names[1].startswith(fake.token_names[0] + "-")


def test_a_wrong_password_is_a_short_error(
    logged_out: InteractiveShell, monkeypatch: pytest.MonkeyPatch
):
    answer_with(monkeypatch, "admin", "wrong")
    with pytest.raises(DbapiError, match="Incorrect username or password"):
        logged_out.run_line_magic("dbapi", "login")


def test_a_token_can_be_asked_for(logged_out: InteractiveShell, monkeypatch: pytest.MonkeyPatch):
    answer_with(monkeypatch, "", "good-token ")
    assert "as admin" in str(logged_out.run_line_magic("dbapi", "login --token"))
    platforms = json.loads(CredentialStore().path.read_text())["platforms"]
    assert [kept["token"] for kept in platforms.values()] == ["good-token"]


@pytest.mark.parametrize("words", ["login --token dbapi_pat_x", "login --token=dbapi_pat_x"])
def test_a_token_on_the_line_is_refused(logged_out: InteractiveShell, words: str):
    with pytest.raises(DbapiError, match="saved with the notebook") as caught:
        logged_out.run_line_magic("dbapi", words)
    assert "dbapi_pat_x" not in "\n".join(caught.value.lines())


def test_where_nobody_can_be_asked_the_error_says_what_to_do(
    logged_out: InteractiveShell, monkeypatch: pytest.MonkeyPatch
):
    def refuse(_prompt: str) -> str:
        raise StdinNotImplementedError("no frontend")

    monkeypatch.setattr("builtins.input", refuse)
    with pytest.raises(NotConnected) as caught:
        logged_out.run_line_magic("dbapi", "login")
    assert "DBAPI_TOKEN" in caught.value.hint


def test_logout_ends_the_token(
    logged_out: InteractiveShell, fake: Fake, monkeypatch: pytest.MonkeyPatch
):
    answer_with(monkeypatch, "admin", "right")
    logged_out.run_line_magic("dbapi", "login")
    assert "the token has ended" in str(logged_out.run_line_magic("dbapi", "logout"))
    assert "dbapi_pat_new" not in fake.tokens
    with pytest.raises(NotConnected, match="Not logged in"):
        logged_out.run_line_magic("dbapi", "datasources")


def test_without_a_platform_the_error_tells_how_to_start_one(
    logged_out: InteractiveShell, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DBAPI_URL", "http://127.0.0.1:1")
    with pytest.raises(
        NotConnected, match=r"No platform answers at http://127\.0\.0\.1:1"
    ) as caught:
        logged_out.run_line_magic("dbapi", "login")
    assert "dbapi serve" in caught.value.hint
