"""What stands where a platform is expected, and does what a real one does only on a bad day."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "dbapi_pat_of-the-strange-one"


@dataclass
class Strange:
    """`heard` are the requests' lines and headers; `left` is set when a stream lost its reader."""

    url: str = ""
    version: str = "0.1.7"
    about: bytes | None = None
    heard: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    waiting: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    state: Strange
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.state.heard.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        name = self.path.partition("?")[0].removeprefix("/api/v1/")
        getattr(self, f"get_{name.replace('/', '_')}", self.get_plain)()

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()

    def do_PATCH(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def get_plain(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        told = {"method": self.command, "body": self.rfile.read(size).decode()}
        self.answer(
            200, json.dumps(told).encode(), Content_Type="application/json", ETag='"1"',
            RateLimit_Remaining="9", Set_Cookie="session=secret", Server_Timing="x",
            Link='<a>; rel="next"', X_Request_ID="r-1",
        )  # fmt: skip

    def get_about(self) -> None:
        about = {"name": "pyDBAPI", "version": self.state.version, "gateway_url": ""}
        self.answer(200, self.state.about or json.dumps(about).encode())

    def get_users_me(self) -> None:
        self.answer(200, b'{"username": "strange"}')

    def get_moved(self) -> None:
        self.answer(307, b"", Location="http://127.0.0.1:1/elsewhere")

    def get_untyped(self) -> None:
        self.answer(200, b"<script>alert(1)</script>")

    def get_unchanged(self) -> None:
        self.send_response(304)
        self.send_header("ETag", '"1"')
        self.end_headers()

    def get_broken(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half a file")
        self.close_connection = True

    def get_endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        piece = b"x" * 65_536
        try:
            while True:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        except OSError:
            self.state.left.set()
        self.close_connection = True

    def get_silent(self) -> None:
        """Answers nothing; reads until the other side goes away."""
        self.state.waiting.set()
        if self.rfile.read(1) == b"":
            self.state.left.set()
        self.close_connection = True


@contextmanager
def strange_platform() -> Iterator[Strange]:
    state = Strange()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"state": state}))
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
