"""What stands behind nginx where a test needs it to misbehave: one connection, one behaviour."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket, bytes], None]


@contextmanager
def backend(behave: Behaviour) -> Iterator[str]:
    """Listens on the loopback; each connection's first request is given to `behave`.

    Answers the address. What `behave` leaves open is closed after it.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_accept, args=(listening, behave), daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            # Wakes the thread, which waits for a connection.
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _accept(listening: socket.socket, behave: Behaviour) -> None:
    while True:
        try:
            wire, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(wire, behave), daemon=True).start()


def _serve(wire: socket.socket, behave: Behaviour) -> None:
    wire.settimeout(30)
    with wire, suppress(OSError):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = wire.recv(65_536)
            if not piece:
                return
            head += piece
        behave(wire, head)


def chunk(text: str) -> bytes:
    """A piece of an answer whose length is not told."""
    return b"%x\r\n%b\r\n" % (len(text), text.encode())


def start(media_type: str) -> bytes:
    """The head of such an answer."""
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()
