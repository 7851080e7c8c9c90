"""A small platform that keeps docs/management-api.md's contract in memory, over HTTP."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.jupyter.fake_state import TABLES, Fake, Refuse, tag_of

__all__ = ["Fake", "Refuse", "start"]


class Handler(BaseHTTPRequestHandler):
    """Requests in, JSON out."""

    fake: Fake

    def log_message(self, *_args: object) -> None:
        pass

    def handle_any(self) -> None:
        size = int(self.headers.get("content-length", 0))
        raw = self.rfile.read(size).decode()
        form = self.headers.get("content-type", "").startswith("application/x-www-form")
        body = {k: v[0] for k, v in parse_qs(raw).items()} if form else json.loads(raw or "null")
        self.fake.requests.append((self.command, self.path, body))
        self.etag: str | None = None
        try:
            status, answer = 200, self.answer(body)
        except Refuse as refusal:
            empty = {"line": None, "column": None, "hint": None, "field": None}
            error = {"code": refusal.code, "request_id": "r-1",
                     "details": [empty | detail for detail in refusal.details]}  # fmt: skip
            error |= refusal.beside
            status, answer = refusal.status, {
                "success": False, "message": str(refusal), "data": [], "error": error,
            }  # fmt: skip
        self.reply(status, answer)

    def reply(self, status: int, answer: Any) -> None:
        content = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(204 if answer is None else status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.send_header("x-request-id", "r-1")
        if self.etag:
            self.send_header("etag", self.etag)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815 - http.server's names

    def answer(self, body: Any) -> Any:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if not url.path.startswith("/api/v1/"):
            return self.gateway(unquote(url.path).removeprefix("/api/"), body)
        path = unquote(url.path).removeprefix("/api/v1/")
        if path == "about":
            return {"name": "pyDBAPI", "version": "0.1.0", "gateway_url": f"{self.fake.url}/api"}
        if path == "login/access-token":
            if body["password"] != "right":
                raise Refuse(401, "unauthorized", "Incorrect username or password")
            return {"access_token": "good-token", "token_type": "bearer", "expires_in": 60}
        if self.token() not in self.fake.tokens:
            raise Refuse(401, "unauthorized", "The token is not good")
        parts = path.split("/")
        if parts[0] == self.fake.forbidden:
            raise Refuse(403, "forbidden", "You may not do this")
        return self.manage(parts, query, body)

    # A table of routes reads best as one.
    def manage(  # noqa: C901, PLR0911, PLR0912
        self, parts: list[str], query: dict[str, str], body: Any
    ) -> Any:
        fake = self.fake
        match self.command, *parts:
            case "GET", "users", "me":
                return {"id": "u", "username": "admin", "is_superuser": True}
            case "GET", "datasources":
                return page([datasource(name) for name in fake.datasources])
            case "GET", "datasources", _, "tables":
                return page(TABLES)
            case "PUT", "drafts":
                key = f"{body['method']} {body['path']}"
                fake.require(fake.drafts.get(key), body, self.headers.get("if-match"))
                fake.require_seen(key, body, self.headers.get("if-match"))
                saved = fake.save(body)
                self.etag = tag_of(fake.drafts[key])
                return saved
            case "GET", "endpoints":
                return page([fake.view(k) for k in fake.drafts if matches(k, query)])
            case "GET", "macros":
                return page(list(fake.macros.values()))
            case "PUT", "macros":
                fake.require(fake.macros.get(body["name"]), body, self.headers.get("if-match"))
                macro = fake.save_macro(body)
                self.etag = tag_of(macro)
                return macro
            case "POST", "macros", name, "publish":
                macro = fake.macros[name]
                fake.require(macro, None, self.headers.get("if-match"))
                macro |= {"state": "live", "live_version": (macro["live_version"] or 0) + 1}
                return {"version": macro["live_version"], "created": True, "lagging": []}
            case "GET", "macros", name, ("versions" | "endpoints") as what:
                return page(fake.macro_history(name, what))
            case verb, "endpoints", endpoint_id, "tests", *rest:
                return fake.answer_test(verb, key_of(endpoint_id), rest, body)
            case verb, "endpoints", endpoint_id, "versions", number:
                version = fake.versions[key_of(endpoint_id)][int(number) - 1]
                if verb == "PATCH":
                    version |= body
                return version | {"is_live": fake.live.get(key_of(endpoint_id)) == int(number)}
            case _, "endpoints", endpoint_id, action:
                return self.endpoint(action, endpoint_id, query, body)
            case "GET", ("access-records" | "overview"):
                return fake.traffic(parts, query)
        return fake.consume(self.command, parts, query, body)

    def endpoint(  # noqa: PLR0911
        self, action: str, endpoint_id: str, query: dict[str, str], body: Any
    ) -> Any:
        fake, key = self.fake, key_of(endpoint_id)
        match action:
            case "draft":
                self.etag = tag_of(fake.drafts[key])
                return fake.drafts[key]
            case "debug":
                return fake.debug(key, body["params"])
            case "plan":
                return fake.plan(key)
            case "publish":
                fake.require(fake.drafts[key], None, self.headers.get("if-match"))
                return fake.publish(key, body)
            case "versions":
                live = fake.live.get(key)
                found = [v | {"is_live": v["number"] == live} for v in fake.versions.get(key, [])]
                return page(found[::-1])
            case "diff":
                return fake.diff(key, query["from"], query["to"])
            case "rollback":
                number = body.get("version") or fake.live[key] - 1
                diff = fake.diff(key, "live", str(number))
                return fake.make_live(key, number, diff, created=False)
            case "purge":
                return None
            case "unpublish":
                fake.live.pop(key, None)
                return fake.view(key)
        raise Refuse(404, "not_found", f"no {action}")

    def gateway(self, path: str, body: Any) -> Any:
        if path == "token/generate":
            name = next(
                (n for n, c in self.fake.clients.items() if c["client_id"] == body["client_id"]), ""
            )
            return {"access_token": f"client-token-{name}", "expires_in": 3600}
        for key in self.fake.live:
            method, template = key.split(" ")
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
            if method == self.command and re.fullmatch(pattern, path):
                self.fake.may_call(key, self.token())
                envelope = {"success": True, "message": None} | self.fake.envelope
                return envelope | {"data": self.fake.rows}
        raise Refuse(404, "not_found", "There is no such endpoint")

    def token(self) -> str | None:
        return self.headers.get("authorization", "").removeprefix("Bearer ") or None


def key_of(endpoint_id: str) -> str:
    return endpoint_id.replace("~", " ").replace("!", "/")


def page(items: list[Any]) -> dict[str, Any]:
    return {"items": items, "total": len(items)}


def datasource(name: str) -> dict[str, Any]:
    return {
        "id": name, "name": name, "product_type": "duckdb", "host": None, "database": "x",
        "read_only": True, "description": f"The {name}",
    }  # fmt: skip


def matches(key: str, query: dict[str, str]) -> bool:
    method, path = key.split(" ")
    return (
        query.get("method", method) == method
        and query.get("path", path) == path
        and query.get("search", "") in path
    )


def start(fake: Fake) -> ThreadingHTTPServer:
    """Serve it on a free port; the caller shuts it down."""
    handler = type("BoundHandler", (Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server
