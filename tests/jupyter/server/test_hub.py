"""Logging in with the token that a JupyterHub gave the server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jupyter.server.servers import jupyter_server
from tests.platforms import PlatformProcess, serve_platform
from tests.services.hub import JupyterHubServer, jupyterhub

BY_HUB = {"method": "jupyterhub"}


@pytest.fixture(scope="module")
def hub() -> Iterator[JupyterHubServer]:
    with jupyterhub() as running:
        running.add_user("ada")
        yield running


@pytest.fixture(scope="module")
def hub_platform(
    hub: JupyterHubServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlatformProcess]:
    settings = {
        "DBAPI_JUPYTERHUB_API_URL": hub.api_url,
        "DBAPI_JUPYTERHUB_CREATE_USERS": "true",
        "DBAPI_JUPYTERHUB_DEFAULT_ROLES": "Dev",
    }
    with serve_platform(tmp_path_factory.mktemp("hub"), **settings) as served:
        yield served


def test_a_users_server_logs_in_without_a_password(
    hub: JupyterHubServer, hub_platform: PlatformProcess, tmp_path: Path
):
    token = hub.user_token("ada")
    environment = {"DBAPI_URL": hub_platform.url, "JUPYTERHUB_API_TOKEN": token}
    with jupyter_server(tmp_path, **environment) as server:
        assert server.status()["login_methods"] == ["password", "token", "jupyterhub"]
        status = server.log_in(**BY_HUB)
        assert (status["user"]["username"], status["user"]["roles"]) == ("ada", ["Dev"])
        kept = server.store.load(hub_platform.url).token
        assert kept.startswith("dbapi_pat_")
        assert server.platform("GET", "endpoints").status_code == 200
        everything = server.log + "".join(server.seen)
        assert token not in everything
        assert kept not in everything


def test_a_token_that_the_hub_does_not_know_is_refused(
    hub_platform: PlatformProcess, tmp_path: Path
):
    environment = {"DBAPI_URL": hub_platform.url, "JUPYTERHUB_API_TOKEN": "made-up"}
    with jupyter_server(tmp_path, **environment) as server:
        answer = server.ask("POST", "login", json=BY_HUB)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


def test_the_hubs_token_goes_only_where_the_environment_says(
    hub_platform: PlatformProcess, tmp_path: Path
):
    """Whoever answers at another address could use it as the user."""
    with jupyter_server(tmp_path, JUPYTERHUB_API_TOKEN="made-up") as server:
        url = {"url": hub_platform.url}
        answer = server.ask("POST", "login", json=BY_HUB | url)
        assert (answer.status_code, answer.json()["field"]) == (400, "method")
        server.ask("POST", "login", json=url | {"token": hub_platform.token})
        assert server.status()["login_methods"] == ["password", "token"]


def test_a_platform_without_a_hub_does_not_offer_it(platform: PlatformProcess, tmp_path: Path):
    environment = {"DBAPI_URL": platform.url, "JUPYTERHUB_API_TOKEN": "made-up"}
    with jupyter_server(tmp_path, **environment) as server:
        assert server.status()["login_methods"] == ["password", "token"]
        answer = server.ask("POST", "login", json=BY_HUB)
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
