"""Processes on one port, and how they end: whoever has connected is still answered.

A worker imports it before it answers whether it lives, so it imports little.
"""

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from multiprocessing import parent_process
from threading import Thread

import uvicorn
from uvicorn.supervisors import Multiprocess, multiprocess

# What uvicorn ends with when the application does not start.
NOT_STARTED = 3


class GentleServer(uvicorn.Server):
    """See `uvicorn.Server`; takes who waits at the port before it closes the port.

    The system connects callers before anybody takes them, and cuts off who has not been taken when
    the port is closed. A proxy could not tell that from a request that was lost halfway.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        for listening in sockets or []:
            # As it came from the process that started this one, the processes that run scripts
            # would have it too, and hold the port when all others have let go of it.
            listening.set_inheritable(False)
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End in order."""
        waiting = [
            connection
            for server in self.servers
            for listening in server.sockets
            for connection in _waiting(listening.fileno())
        ]
        # At once, so that nobody comes between.
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        for connection in waiting:
            with suppress(OSError):
                loop = asyncio.get_running_loop()
                await loop.connect_accepted_socket(self._protocol, connection)
        await super().shutdown(sockets)

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made


class GentleProcess(multiprocess.Process):
    """A worker with such a server."""

    @property
    def server(self) -> uvicorn.Server:
        """Made in the worker, when it is asked for first."""
        if self._server is None:
            self._server = GentleServer(config=self.config)
        return self._server

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        """What the worker does."""
        Thread(target=_end_with_parent, daemon=True).start()
        super().target(sockets)


class Workers(Multiprocess):
    """See `Multiprocess`."""

    def terminate_all(self) -> None:
        """Let go of the port before the workers do.

        While this process held it, the system would go on connecting callers to nobody.
        """
        for listening in self.sockets:
            listening.close()
        super().terminate_all()


def serve_until_ended(config: uvicorn.Config) -> None:
    """As `uvicorn.run` does it."""
    if config.workers > 1:
        # uvicorn starts workers in several places, each time by this name.
        multiprocess.Process = GentleProcess  # type: ignore[misc]
        Workers(config, sockets=[config.bind_socket()]).run()
        return
    server = GentleServer(config)
    server.run()
    if not server.started:
        sys.exit(NOT_STARTED)


def _end_with_parent() -> None:
    """End in order once the process that started this one is gone.

    Killed, it tells nobody; the workers would answer for ever, and no other could have the port.
    """
    if (parent := parent_process()) is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _waiting(descriptor: int) -> list[socket.socket]:
    """Connections that nobody has taken yet."""
    found = []
    with socket.socket(fileno=os.dup(descriptor)) as listening:
        listening.settimeout(0)
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                connection.settimeout(0)
                found.append(connection)
    return found
