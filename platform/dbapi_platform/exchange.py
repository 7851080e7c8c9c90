"""One request and its answer on a connection, as uvicorn speaks HTTP, with less work.

uvicorn writes an answer's headers and its body apart, and looks into each header for what must not
be there. Here they are one write and one look.
"""

import asyncio
import socket
import struct
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

# What an application says of an answer that it cannot send to its end, where the scope's extensions
# name it.
BREAK_OFF: Final = "dbapi.break_off"
# A longer body is not copied to stand behind its headers.
SHORT: Final = 65_536
# These have no body, and no length of one.
_BODILESS: Final = frozenset({204, 304})
_AT_ONCE: Final = struct.pack("ii", 1, 0)
_TO_THE_END: Final = struct.pack("ii", 0, 0)
_CONTROLS: Final = bytes({*range(32), 127} - {ord("\t")})


class Exchange(RequestResponseCycle):
    """See `RequestResponseCycle`; answers as it does."""

    _head: bytes | None = None
    _is_open_ended = False

    async def send(self, message: Any) -> None:
        """Send what the application answers. Raises RuntimeError when it is not in order."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        kind = message["type"]
        if kind == BREAK_OFF:
            self._break_off()
            return
        if not self.response_started:
            _require(kind == "http.response.start", kind)
            self._begin(message["status"], message.get("headers", ()))
        else:
            _require(kind == "http.response.body" and not self.response_complete, kind)
            self._go_on(message.get("body", b""), is_last=not message.get("more_body", False))

    def _break_off(self) -> None:
        """Close, so that what was sent is not taken for the whole."""
        self._write_head()
        self.disconnected = True
        self.transport.close()

    def _begin(self, status: int, headers: Any) -> None:
        """Keep the headers back for the body that follows."""
        self.response_started = True
        self.waiting_for_100_continue = False
        lines = [STATUS_LINE[status]]
        for given, value in (*self.default_headers, *headers):
            name = given.lower()
            if name == b"content-length":
                self.expected_content_length = int(value)
                self.chunked_encoding = False
            elif name == b"transfer-encoding" and value.lower() == b"chunked":
                self.chunked_encoding = True
            elif name == b"connection" and b"close" in value.lower():
                # Said below, once.
                self.keep_alive = False
                continue
            lines.append(b"%b: %b\r\n" % (name, value))
        if not self.keep_alive:
            lines.append(b"connection: close\r\n")
        if self.chunked_encoding is None and status not in _BODILESS and not self._is_head:
            # HTTP/1.0 knows no chunks: the end of the connection is the end of the answer.
            self._is_open_ended = self.scope["http_version"] == "1.0"
            if self._is_open_ended:
                # Whoever closes it before its end, it must not look like the end: it is reset.
                self._linger(_AT_ONCE)
            else:
                self.chunked_encoding = True
                lines.append(b"transfer-encoding: chunked\r\n")
        head = b"".join(lines)
        # What was smuggled into a header would be more than the end of each line.
        if len(head.translate(None, _CONTROLS)) != len(head) - 2 * len(lines):
            self.response_started = False
            raise RuntimeError("A header has a line break or a control character in it")
        self._head = head + b"\r\n"
        if self.chunked_encoding or self._is_open_ended:
            # What is made while it is sent may take its time: who waits is told that it comes.
            asyncio.get_running_loop().call_soon(self._write_head)

    def _go_on(self, body: bytes, *, is_last: bool) -> None:
        if self._is_head:
            self._write(b"")
        elif self._is_open_ended:
            self._write(body)
        elif self.chunked_encoding:
            self._write(_chunk(body, is_last=is_last))
        else:
            self.expected_content_length -= len(body)
            if self.expected_content_length < 0 or (is_last and self.expected_content_length):
                raise RuntimeError("The answer is not as long as its headers say")
            self._write(body)
        if is_last:
            if self._is_open_ended:
                self._linger(_TO_THE_END)
            self.response_complete = True
            self.message_event.set()
            # What has not all been read is ended by the protocol, which reads on for a while.
            if not self.keep_alive and not self.more_body:
                self.transport.close()
            self.on_response()

    def _linger(self, how: bytes) -> None:
        wire = self.transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, how)

    def _write_head(self) -> None:
        if self._head is not None and not self.disconnected:
            self._write(b"")

    def _write(self, body: bytes) -> None:
        head, self._head = self._head, None
        if head is None:
            if body:
                self.transport.write(body)
        elif len(body) > SHORT:
            self.transport.write(head)
            self.transport.write(body)
        else:
            self.transport.write(head + body)

    @property
    def _is_head(self) -> bool:
        is_head: bool = self.scope["method"] == "HEAD"
        return is_head


def _chunk(body: bytes, *, is_last: bool) -> bytes:
    chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
    return chunk + b"0\r\n\r\n" if is_last else chunk


def _require(is_so: bool, kind: str) -> None:  # noqa: FBT001
    if not is_so:
        raise RuntimeError(f"The message {kind} was not to be sent now")
