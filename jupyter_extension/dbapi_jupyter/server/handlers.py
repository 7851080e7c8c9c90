"""status, login, logout."""

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from .base import PlatformHandler
from .login import carry_out, leave, read_login
from .status import read_status


class StatusHandler(PlatformHandler):
    """Which platform is used, and who is logged in to it."""

    # The panel asks now and then: a server that nobody works at may still be culled.
    _track_activity = False

    @authenticated
    @authorized
    async def get(self) -> None:
        """200 in any case."""
        self.tell(await read_status(self.upstream, self.store))


class LoginHandler(PlatformHandler):
    """The password or token goes to the platform, and is not kept, logged or answered."""

    @authenticated
    @authorized
    async def post(self) -> None:
        """The status, or why nobody was let in."""
        wish = read_login(self.request.body)
        await asyncio.to_thread(carry_out, self.store, wish)
        self.tell(await read_status(self.upstream, self.store))


class LogoutHandler(PlatformHandler):
    """As `%dbapi logout`."""

    @authenticated
    @authorized
    async def post(self) -> None:
        """The status."""
        still_in = await asyncio.to_thread(leave, self.store)
        status = await read_status(self.upstream, self.store)
        self.tell(status | ({"message": still_in} if still_in else {}))
