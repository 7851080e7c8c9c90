"""How the tests' JupyterHub runs: the Hub alone, since nobody comes by its proxy.

A user's server is a few lines that keep the token which the Hub gives it, and answer.
"""

import os
import sys
from pathlib import Path

from jupyterhub.proxy import Proxy

directory = Path(os.environ["HUB_DIRECTORY"])
port = int(os.environ["HUB_PORT"])

SERVER = """
import os, pathlib, urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer
class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
pathlib.Path(os.environ["TOKEN_FILE"]).write_text(os.environ["JUPYTERHUB_API_TOKEN"])
url = urllib.parse.urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
HTTPServer((url.hostname, url.port), Answer).serve_forever()
"""


class NoProxy(Proxy):
    """Forwards nothing, and keeps what it is told."""

    should_start = False

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.routes = {}

    async def add_route(self, routespec, target, data):
        self.routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec):
        self.routes.pop(routespec, None)

    async def get_all_routes(self):
        return self.routes


c = get_config()  # noqa: F821 - JupyterHub's
c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.bind_url = "http://127.0.0.1:1"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{port}"
c.JupyterHub.db_url = f"sqlite:///{directory / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(directory / "cookie_secret")
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(directory / "{username}")
c.Spawner.cmd = [sys.executable, "-c", SERVER]
c.Spawner.environment = {
    "TOKEN_FILE": lambda spawner: str(directory / f"{spawner.user.name}.token")
}
c.Spawner.http_timeout = 60
c.JupyterHub.services = [{"name": "tests", "api_token": os.environ["HUB_TOKEN"]}]
c.JupyterHub.load_roles = [
    {
        "name": "tests",
        "services": ["tests"],
        "scopes": ["admin:users", "admin:servers", "tokens", "list:users"],
    }
]
