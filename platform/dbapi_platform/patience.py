"""Connections of clients that send or read too slowly, or too much: ended, and nothing is held.

uvicorn waits for as long as it takes for headers, for bodies and for answers to be read, and takes
headers of any size. What else differs from it here spares a request processor time.
"""

import asyncio
import fcntl
import sys
import termios
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from .exchange import BREAK_OFF, Exchange

# What a request's line and headers may have together, in bytes.
MAX_HEAD: Final = 65_536
# A body has to come, and an answer to be taken, this fast: bytes a second.
LEAST_RATE: Final = 500
# So long is read what comes after an answer that did not wait for it, in seconds.
LINGER_S: Final = 2.0
# So long a connection without a request is kept once the server ends, in seconds: what a proxy
# sends on it just then is answered, where a closed one would lose it.
LEAVE_S: Final = 0.5
_EXTENSIONS: Final[dict[str, dict[object, object]]] = {BREAK_OFF: {}}


@dataclass(slots=True)
class _Reading:
    """An answer that is not taken yet: how much, when that was last less, and at first."""

    unsent: int
    at: float
    first: int
    since: float


class PatientProtocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, within `patience_s` seconds.

    So long may headers take from their first byte, and a new connection to send one. Bodies and
    answers may take longer, as long as they go on. It is looked at twice in that time: a request
    that is quick costs two comparisons.
    """

    def __init__(self, *parts: Any, patience_s: float, **more: Any) -> None:
        super().__init__(*parts, **more)
        self._patience_s = patience_s
        self._timer: asyncio.TimerHandle | None = None
        # Between two requests, and within the headers of the next.
        self._is_between = True
        self._head_since: float | None = None
        self._head_bytes = 0
        self._received = 0
        self._seen_received = 0
        self._reading: _Reading | None = None
        self._is_refused = False
        self._is_leaving = False
        # Whether the body under way was so already when it was looked at last.
        self._is_looked_at = False
        self._idle_since = 0.0
        self._idle_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._head_since = self.loop.time()
        self._timer = self.loop.call_later(self._patience_s / 2, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        for timer in (self._timer, self._idle_timer):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes."""
        self._received += len(data)
        if self._is_between:
            if self._head_since is None:
                self._head_since = self.loop.time()
            self._head_bytes += len(data)
        if not self._is_refused:
            super().data_received(data)
            if self._is_between and self._head_bytes > MAX_HEAD:
                self._refuse_head()

    def on_headers_complete(self) -> None:
        """Begin the request, unless its headers are too large."""
        if self._head_bytes > MAX_HEAD and self._head_size() > MAX_HEAD:
            self._refuse_head()
            return
        self._is_between, self._head_since, self._head_bytes = False, None, 0
        self._is_looked_at = False
        self._read_head()
        under_way = self.cycle
        self.cycle = Exchange(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=self._may_be_kept(),
            on_response=self.on_response_complete,
        )
        if under_way is None or under_way.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def shutdown(self) -> None:
        """Answer what is under way, and what comes just now; then hang up."""
        self._is_leaving = True
        if self._is_idle():
            self.loop.call_later(LEAVE_S, self._leave)
        elif self.cycle is not None:
            self.cycle.keep_alive = False

    def _leave(self) -> None:
        # A request that began meanwhile ends its connection itself.
        if self._is_idle():
            self.transport.close()

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _may_be_kept(self) -> bool:
        is_old = self.scope["http_version"] == "1.0"
        return not (is_old or self._is_leaving) and self.parser.should_keep_alive()

    def on_body(self, body: bytes) -> None:
        """Hand it on."""
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is there as a whole."""
        if self._is_refused:
            return
        self._is_between = True
        if not self.cycle.response_complete:
            self.cycle.more_body = False
            self.cycle.message_event.set()

    def on_response_complete(self) -> None:
        """Go on to the next request, or wait for one."""
        if self.cycle.more_body and not (self.cycle.keep_alive or self.transport.is_closing()):
            self._linger()
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._idle_since = self.loop.time()
        if self._idle_timer is None:
            self._idle_timer = self.loop.call_later(self.timeout_keep_alive, self._look_if_idle)

    def _linger(self) -> None:
        """Let who is still sending read the answer: closed at once, the system throws it away.

        A proxy would take the connection for broken, and the worker for dead.
        """
        self._is_refused = True
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_S, self.transport.close)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is told so in the one shape that errors have."""
        self._refuse(400, "invalid_request", msg)

    def _read_head(self) -> None:
        """Put into the scope what the request's line says."""
        scope, parser = self.scope, self.parser
        url = httptools.parse_url(self.url)
        path = url.path.decode("ascii")
        scope["method"] = parser.get_method().decode("ascii")
        scope["http_version"] = parser.get_http_version()
        scope["path"] = self.root_path + (unquote(path) if "%" in path else path)
        scope["raw_path"] = self.root_path.encode("ascii") + url.path
        scope["query_string"] = url.query or b""
        scope["extensions"] = _EXTENSIONS

    def _look_if_idle(self) -> None:
        """Hang up once no request has come for as long as a connection is kept.

        One timer for all requests of a connection: one for each would cost more than to read it.
        """
        wait_s = float(self.timeout_keep_alive)
        if self._is_between and self._head_since is None and self.cycle.response_complete:
            wait_s += self._idle_since - self.loop.time()
        if wait_s > 0:
            self._idle_timer = self.loop.call_later(wait_s, self._look_if_idle)
        else:
            self.transport.close()

    def _look(self) -> None:
        self._timer = self.loop.call_later(self._patience_s / 2, self._look)
        least = LEAST_RATE * self._patience_s / 2
        came, self._seen_received = self._received - self._seen_received, self._received
        unsent = self.transport.get_write_buffer_size()
        # Of an answer that is still being written nobody knows yet how much of it was taken.
        if unsent and (self.cycle is None or self.cycle.response_complete):
            self._look_at_reader(unsent + self._unsent_by_system())
        elif self._head_since is not None:
            if self.loop.time() - self._head_since > self._patience_s:
                self._refuse(408, "request_timeout", "The request did not come in time")
        elif not self._is_between:
            if self._is_looked_at and came < least:
                self._refuse(408, "request_timeout", "The body came too slowly")
            # One that has just begun has had no time to come, nor one that nobody took.
            self._is_looked_at = not self.flow.read_paused

    def _look_at_reader(self, unsent: int) -> None:
        """Hang up when nothing is taken for long, or too little of all that there is."""
        present = self.loop.time()
        if self._reading is None or unsent > self._reading.unsent:
            self._reading = _Reading(unsent, present, unsent, present)
        seen = self._reading
        if unsent < seen.unsent:
            seen.unsent, seen.at = unsent, present
        taken, took_s = seen.first - unsent, present - seen.since
        is_slow = took_s > 3 * self._patience_s and taken < LEAST_RATE * took_s
        if is_slow or present - seen.at > 3 * self._patience_s:
            self.transport.abort()

    def _unsent_by_system(self) -> int:
        """It holds megabytes, and asks for more only when it has sent many of them."""
        wire = self.transport.get_extra_info("socket")
        try:
            told = fcntl.ioctl(wire.fileno(), termios.TIOCOUTQ, bytes(4))
        except OSError:
            return 0
        return int.from_bytes(told, sys.byteorder)

    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _refuse_head(self) -> None:
        most = f"{MAX_HEAD:,}"
        self._refuse(431, "headers_too_large", f"The headers are larger than {most} bytes")

    def _refuse(self, status: int, code: str, message: str) -> None:
        """Answer, where nothing is being answered, and hang up."""
        self._is_refused = True
        if self.transport.is_closing():
            return
        is_free = self.cycle is None or self.cycle.response_complete
        has_begun = self._received > 0
        if (is_free or not self.cycle.response_started) and has_begun:
            body = (
                f'{{"success":false,"message":"{message}","data":[],"error":{{"code":"{code}"}}}}'
            ).encode()
            head = (
                f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
                "cache-control: no-store\r\nconnection: close\r\n\r\n"
            ).encode()
            self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.close()
