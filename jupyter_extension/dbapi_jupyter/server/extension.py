"""The extension as Jupyter loads and stops it."""

from typing import Any

from jupyter_server.extension.application import ExtensionApp

from ..config import CredentialStore
from .forwarding import ForwardHandler
from .handlers import LoginHandler, LogoutHandler, StatusHandler
from .upstream import Upstream


class ServerPart(ExtensionApp):
    """Adds the handlers below `dbapi/`; has one HTTP client for as long as the server runs."""

    name = "dbapi_jupyter"

    def initialize_handlers(self) -> None:
        """Called once, when the server starts."""
        self.upstream = Upstream()
        parts: dict[str, Any] = {"upstream": self.upstream, "store": CredentialStore()}
        self.handlers.extend(
            [
                (r"/dbapi/status", StatusHandler, parts),
                (r"/dbapi/login", LoginHandler, parts),
                (r"/dbapi/logout", LogoutHandler, parts),
                (r"/dbapi/platform/.*", ForwardHandler, parts),
            ]
        )

    async def stop_extension(self) -> None:
        """Called once, when the server stops."""
        await self.upstream.close()
