"""Fixtures: Jupyter servers before the served platform, and before a strange one."""

from collections.abc import Iterator

import pytest

from dbapi_jupyter.config import Credentials
from tests.jupyter.server.servers import JupyterServer, jupyter_server
from tests.jupyter.server.upstreams import TOKEN, Strange, strange_platform
from tests.platforms import PlatformProcess


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """Nothing is set in its environment."""
    with jupyter_server(tmp_path_factory.mktemp("jupyter")) as server:
        yield server


@pytest.fixture
def logged_in(jupyter: JupyterServer, platform: PlatformProcess) -> JupyterServer:
    """By a personal token, if a test before has logged out."""
    status = jupyter.status()
    if status["url"] != platform.url or not status["user"]:
        jupyter.log_in(url=platform.url, token=platform.token)
    return jupyter


@pytest.fixture
def strange(jupyter: JupyterServer) -> Iterator[Strange]:
    """Jupyter is logged in to it."""
    with strange_platform() as state:
        jupyter.store.save(state.url, Credentials("strange", TOKEN), make_default=True)
        yield state
