"""What does not pass: strangers, other sites, paths that lead away, and tokens."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from dbapi_jupyter.config import Credentials
from dbapi_jupyter.server.paths import checked_path
from dbapi_jupyter.server.refusals import Refusal
from tests.jupyter.server.servers import JupyterServer
from tests.jupyter.server.upstreams import Strange
from tests.platforms import PlatformProcess

ROUTES = [
    ("GET", "status"), ("POST", "login"), ("POST", "logout"), ("GET", "platform/endpoints"),
    ("POST", "platform/endpoints"), ("PUT", "platform/drafts"), ("PATCH", "platform/users/me"),
    ("DELETE", "platform/endpoints/1"),
]  # fmt: skip
ESCAPES = [
    "", "..", "../health/ready", "endpoints/..", "endpoints/../../health", "./endpoints",
    "endpoints/.", "%2e%2e/health", "%2E./health", ".%2e/health", "endpoints%2f..%2fhealth",
    "endpoints%2Ftokens", "endpoints%5c..", "%252e%252e/health", "//evil.example/x", "/endpoints",
    "endpoints//draft", "endpoints/", "..;/health", "endpoints/..;a=b/x", "a%00b", "a%0d%0aHost:b",
    "a\\b", "a#b", "a%zz", "a%", "é", "a|b",
]  # fmt: skip


@pytest.fixture
def listener(jupyter: JupyterServer) -> Iterator[socket.socket]:
    """Where Jupyter would connect to; nobody is to come."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        jupyter.store.save(url, Credentials("a", "dbapi_pat_a"), make_default=True)
        yield server
        with pytest.raises(TimeoutError):
            server.accept()


def test_paths_that_lead_away_are_refused_without_a_connection(
    jupyter: JupyterServer, listener: socket.socket
):
    assert {path: jupyter.raw(path) for path in ESCAPES} == dict.fromkeys(ESCAPES, 400)


@pytest.mark.parametrize("path", ESCAPES)
def test_a_path_that_leads_away_is_no_path(path: str):
    with pytest.raises(Refusal) as caught:
        checked_path(path)
    assert (caught.value.status_code, caught.value.field) == (400, "path")


@pytest.mark.parametrize(
    "path",
    ["endpoints", "users/me", "endpoints/1/tests/a-b_c", "a%20b/%C3%A9", "a.b/..c", "...", "a:b@c"],
)
def test_plain_paths_stay_as_they_are(path: str):
    assert checked_path(path) == path


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "login/access-token"), ("POST", "login/jupyterhub"), ("POST", "login/oidc/finish"),
        ("GET", "login/methods"), ("POST", "log%69n/access-token"), ("POST", "tokens"),
        ("POST", "%74okens"), ("PUT", "tokens"),
    ],
)  # fmt: skip
def test_what_answers_with_a_token_is_refused_without_a_connection(
    jupyter: JupyterServer, listener: socket.socket, method: str, path: str
):
    answer = jupyter.platform(method, path, json={"name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_from_the_browser")
    assert answer.json()["hint"]


def test_tokens_are_listed_and_ended_from_the_browser(
    jupyter: JupyterServer, platform: PlatformProcess
):
    login = {"username": platform.username, "password": platform.password}
    jupyter.log_in(url=platform.url, **login)
    kept = jupyter.store.load(platform.url)
    listed = jupyter.platform("GET", "tokens")
    assert kept.token_id in [one["id"] for one in listed.json()["items"]]
    assert kept.token not in listed.text
    assert jupyter.platform("DELETE", f"tokens/{kept.token_id}").status_code == 204
    assert jupyter.platform("GET", "tokens").json()["code"] == "not_logged_in"


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_who_is_not_logged_in_to_jupyter_is_refused(
    jupyter: JupyterServer, listener: socket.socket, method: str, path: str
):
    answer = httpx.request(method, f"{jupyter.base}dbapi/{path}")
    assert answer.status_code == 403
    assert "dbapi_pat" not in answer.text


@pytest.fixture
def browser(jupyter: JupyterServer) -> Iterator[httpx.Client]:
    """It has the cookie of somebody who logged in to Jupyter."""
    with httpx.Client(base_url=jupyter.base, timeout=30) as client:
        client.get("tree", params={"token": jupyter.token})
        client.get("login")
        assert "_xsrf" in client.cookies
        yield client


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if route[0] != "GET"])
def test_a_write_of_another_site_is_refused(
    browser: httpx.Client, listener: socket.socket, method: str, path: str
):
    assert browser.request(method, f"dbapi/{path}", json={}).status_code == 403
    own = {"X-XSRFToken": browser.cookies["_xsrf"], "Origin": "http://evil.example"}
    assert browser.request(method, f"dbapi/{path}", json={}, headers=own).status_code == 404


def test_a_browser_reads_and_writes_with_its_cookies(browser: httpx.Client, strange: Strange):
    assert browser.get("dbapi/status").json()["user"] == {"username": "strange"}
    own = {"X-XSRFToken": browser.cookies["_xsrf"]}
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert browser.request(method, "dbapi/platform/plain", headers=own).status_code == 200
    assert all("cookie" not in headers for _, headers in strange.heard)


def test_no_token_is_in_any_answer_or_in_the_log(jupyter: JupyterServer, platform: PlatformProcess):
    """Of all that the tests of this file asked, with the log at its most talkative."""
    login = {"username": platform.username, "password": platform.password}
    jupyter.log_in(url=platform.url, **login)
    made = jupyter.store.load(platform.url).token
    for path in ("endpoints", "tokens", "users/me", "settings", "not-there"):
        jupyter.platform("GET", path)
    jupyter.ask("POST", "login", json={"url": platform.url} | login | {"password": "mistyped-one"})
    jupyter.log_in(url=platform.url, token=platform.token)
    jupyter.ask("POST", "logout")
    everything = jupyter.log + "".join(jupyter.seen)
    assert "/dbapi/platform/endpoints" in jupyter.log
    for secret in (made, platform.token, platform.password, "mistyped-one", "dbapi_pat_"):
        assert secret not in everything


def test_a_kernel_does_not_load_the_server_part():
    code = (
        "import sys, dbapi_jupyter, dbapi_jupyter.magics\n"
        "print([name for name in sys.modules if name.startswith(\n"
        "    ('tornado', 'jupyter_server', 'dbapi_jupyter.server'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_jupyter_finds_what_it_asks_for():
    code = (
        "import dbapi_jupyter as found\n"
        "print(found._jupyter_labextension_paths(), found._jupyter_server_extension_points())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[{'src': 'labextension', 'dest': 'dbapi-jupyter'}]" in done.stdout
    assert "'module': 'dbapi_jupyter'" in done.stdout
