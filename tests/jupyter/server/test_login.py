"""Logging in and out, and what is told about it."""

import json
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from dbapi_jupyter import __version__
from dbapi_jupyter.config import Credentials
from dbapi_jupyter.magics import load, unload
from dbapi_platform.demo.processes import free_port
from tests.jupyter.server.servers import JupyterServer, jupyter_server
from tests.jupyter.server.upstreams import Strange, strange_platform
from tests.platforms import PlatformProcess


def password_of(platform: PlatformProcess) -> dict[str, str]:
    return {"url": platform.url, "username": platform.username, "password": platform.password}


def test_a_password_is_exchanged_for_a_token_that_is_kept(
    jupyter: JupyterServer, platform: PlatformProcess
):
    status = jupyter.log_in(**password_of(platform))
    assert status == jupyter.status()
    assert status["user"]["username"] == platform.username
    assert status["user"]["permissions"] is not None
    assert status | {"user": None} == {
        "extension_version": __version__, "url": platform.url, "reachable": True,
        "platform_version": __version__, "compatible": True, "message": None, "user": None,
        "login_methods": ["password", "token"],
    }  # fmt: skip
    kept = jupyter.store.load(platform.url)
    assert kept.token.startswith("dbapi_pat_")
    assert kept.token_id is not None
    assert platform.password not in jupyter.store.path.read_text()


def test_a_token_is_kept_after_it_has_worked(jupyter: JupyterServer, platform: PlatformProcess):
    jupyter.log_in(url=platform.url, token=f" {platform.token}\n")
    assert jupyter.store.load(platform.url).token == platform.token


def test_logging_out_ends_the_token(jupyter: JupyterServer, platform: PlatformProcess):
    jupyter.log_in(**password_of(platform))
    token = jupyter.store.load(platform.url).token
    answer = jupyter.ask("POST", "logout")
    assert answer.status_code == 200
    assert answer.json()["user"] is None
    assert "Nobody is logged in" in answer.json()["message"]
    assert jupyter.store.load(platform.url).token is None
    refused = jupyter.platform("GET", "endpoints")
    assert (refused.status_code, refused.json()["code"]) == (401, "not_logged_in")
    assert refused.json()["hint"]
    again = jupyter.ask("POST", "login", json={"url": platform.url, "token": token})
    assert again.status_code == 401


def test_a_wrong_password_or_token_is_the_platforms_refusal(
    jupyter: JupyterServer, platform: PlatformProcess
):
    for body in (password_of(platform) | {"password": "wrong"}, {"token": "dbapi_pat_wrong"}):
        answer = jupyter.ask("POST", "login", json={"url": platform.url} | body)
        assert answer.status_code == 401
        assert answer.json()["code"] == "unauthorized"
        assert answer.json()["message"]
        assert answer.json()["hint"]


def test_who_fails_too_often_is_told_how_long_to_wait(
    jupyter: JupyterServer, platform: PlatformProcess
):
    body = {"url": platform.url, "username": "nobody-here", "password": "wrong"}
    answers = [jupyter.ask("POST", "login", json=body) for _ in range(7)]
    assert {answer.status_code for answer in answers} == {401, 429}
    last = next(answer for answer in answers if answer.status_code == 429)
    assert last.json()["code"] == "too_many_requests"
    assert int(last.headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "ftp://host", "username": "a", "password": "b"}, "url"),
        ({"url": "http://a:hidden@host", "token": "t"}, "url"),
        ({"url": "http://host:port", "token": "t"}, "url"),
        ({"url": "http://host/?a=1", "token": "t"}, "url"),
        ({"username": "a"}, "password"),
        ({"password": "hidden"}, "username"),
        ({"username": "a", "password": 5}, "password"),
        ({"username": "a", "password": "\ud800"}, "password"),
        ({"token": "hid den"}, "token"),
        ({"token": "hiddén"}, "token"),
        ({"token": "hidden", "password": "hidden"}, "password"),
        ({"method": "magic"}, "method"),
        ({"method": "jupyterhub"}, "method"),
        ({"token": "hidden", "colour": "red"}, "colour"),
        (["hidden"], "body"),
    ],
)
def test_what_cannot_be_read_is_named(jupyter: JupyterServer, body: Any, field: str):
    answer = jupyter.ask("POST", "login", content=json.dumps(body))
    assert answer.status_code == 400
    told = answer.json()
    assert (told["code"], told["field"]) == ("invalid_request", field)
    assert told["message"].startswith(f"{field}: ")
    assert "hid" not in answer.text


def test_a_body_that_is_no_json_is_not_logged(jupyter: JupyterServer):
    answer = jupyter.ask("POST", "login", content=b'{"password": "typed-in-haste')
    assert (answer.status_code, answer.json()["field"]) == (400, "body")
    assert "typed-in-haste" not in jupyter.log


def test_a_platform_that_does_not_answer_is_told(jupyter: JupyterServer):
    url = f"http://127.0.0.1:{free_port(0)}"
    answer = jupyter.ask("POST", "login", json={"url": url, "username": "a", "password": "b"})
    assert (answer.status_code, answer.json()["code"]) == (502, "platform_unreachable")
    assert answer.json()["hint"]
    jupyter.store.save(url, Credentials("a", "t"), make_default=True)
    status = jupyter.status()
    assert (status["url"], status["reachable"], status["user"]) == (url, False, None)
    assert "No platform answers" in status["message"]
    answer = jupyter.platform("GET", "endpoints")
    assert (answer.status_code, answer.json()["code"]) == (502, "platform_unreachable")


def test_what_is_no_platform_is_told(jupyter: JupyterServer, strange: Strange):
    strange.about = b"<html>Welcome</html>"
    status = jupyter.status()
    assert status["reachable"] is False
    assert "is not a platform" in status["message"]


@pytest.mark.parametrize(
    ("version", "compatible", "upgrade"),
    [
        ("0.1.99", True, None),
        ("0.2.0", False, "upgrade dbapi-jupyter"),
        ("0.0.9", False, "ask an administrator"),
        ("unknown", False, "not known"),
    ],
)
def test_the_status_says_which_side_to_upgrade(
    jupyter: JupyterServer, strange: Strange, version: str, compatible: bool, upgrade: str | None
):
    strange.version = version
    status = jupyter.status()
    assert (status["reachable"], status["platform_version"]) == (True, version)
    assert status["compatible"] is compatible
    assert (status["message"] is None) if upgrade is None else (upgrade in status["message"])
    assert status["user"] == {"username": "strange"}
    assert jupyter.platform("GET", "plain").status_code == 200


def test_a_notebook_and_the_server_are_logged_in_together(
    jupyter: JupyterServer, platform: PlatformProcess, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DBAPI_CONFIG_DIR", str(jupyter.store.path.parent))
    jupyter.log_in(**password_of(platform))
    shell = InteractiveShell.instance()
    load(shell)
    try:
        assert platform.username in str(shell.run_line_magic("dbapi", "status"))
        shell.run_line_magic("dbapi", "logout")
        assert jupyter.status()["user"] is None
        monkeypatch.setattr("builtins.input", lambda _: platform.username)
        monkeypatch.setattr("getpass.getpass", lambda _: platform.password)
        shell.run_line_magic("dbapi", f"login {platform.url}")
        assert jupyter.status()["user"]["username"] == platform.username
    finally:
        unload(shell)


def test_a_kept_token_that_ended_asks_to_log_in(jupyter: JupyterServer, platform: PlatformProcess):
    jupyter.store.save(platform.url, Credentials("a", "dbapi_pat_ended"), make_default=True)
    status = jupyter.status()
    assert (status["reachable"], status["user"]) == (True, None)
    assert "log in again" in status["message"]
    answer = jupyter.platform("GET", "endpoints")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_logged_in")
    assert answer.json()["message"] == "The token is not valid; log in again"
    assert answer.json()["error"]["request_id"]


def test_a_broken_file_of_credentials_is_named(jupyter: JupyterServer):
    before = jupyter.store.path.read_text()
    jupyter.store.path.write_text("{")
    try:
        assert "not valid JSON" in jupyter.status()["message"]
        answer = jupyter.platform("GET", "endpoints")
        assert (answer.status_code, answer.json()["code"]) == (500, "not_configured")
        answer = jupyter.ask("POST", "login", json={"token": "t"})
        assert (answer.status_code, answer.json()["code"]) == (500, "not_configured")
    finally:
        jupyter.store.path.write_text(before)


def test_the_environments_token_is_used_and_no_login_takes_its_place(
    tmp_path: Path, platform: PlatformProcess
):
    environment = {"DBAPI_URL": f"{platform.url}/", "DBAPI_TOKEN": platform.token}
    with jupyter_server(tmp_path, **environment) as server:
        status = server.status()
        assert (status["url"], status["login_methods"]) == (platform.url, [])
        assert status["user"]["username"] == platform.username
        assert server.platform("GET", "endpoints").status_code == 200
        answer = server.ask("POST", "login", json={"token": platform.token})
        assert (answer.status_code, answer.json()["code"]) == (409, "token_from_environment")
        with strange_platform() as other:
            answer = server.ask("POST", "login", json={"url": other.url, "token": "t"})
            assert (answer.status_code, answer.json()["field"]) == (400, "url")
            assert other.heard == []
        left = server.ask("POST", "logout").json()
        assert "DBAPI_TOKEN" in left["message"]
        assert left["user"]["username"] == platform.username
        assert not server.store.path.exists()
        assert platform.token not in server.log + "".join(server.seen)


def test_an_address_in_the_environment_that_is_none_is_told_without_its_password(tmp_path: Path):
    with jupyter_server(tmp_path, DBAPI_URL="http://ada:hidden@host") as server:
        status = server.status()
        assert (status["url"], status["reachable"]) == ("", False)
        assert "holds a user or a password" in status["message"]
        assert server.ask("POST", "login", json={"token": "t"}).json()["field"] == "DBAPI_URL"
        assert "hidden" not in server.log + "".join(server.seen)
