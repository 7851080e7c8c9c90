"""What a small platform remembers: drafts, versions, clients. It runs no SQL."""

import difflib
import hashlib
import json
import re
import threading
from dataclasses import dataclass, field
from typing import Any

from tests.jupyter.fake_consumers import FakeConsumers
from tests.jupyter.fake_scripts import FakeScripts, Refuse
from tests.jupyter.fake_traffic import FakeTraffic

__all__ = ["TABLES", "Fake", "Refuse"]
TABLES = [
    {
        "schema": "main",
        "name": name,
        "kind": "table",
        "columns": [{"name": c, "type": "INTEGER", "nullable": c != "id"} for c in columns],
    }
    for name, columns in {
        "customers": ["id", "name", "email"],
        "orders": ["id", "customer_id", "status", "total"],
    }.items()
]
DRAFT_KEYS = {
    "method", "path", "engine", "datasource", "content", "params", "module", "name", "description",
    "access", "timeout", "max_rows", "rate_limit", "max_concurrent", "unknown_params", "transform",
    "cache", "page", "max_export_rows", "allow_async",
}  # fmt: skip
ROWS = [{"id": n, "customer_id": 7, "status": "open", "total": n * 1.5} for n in range(1, 121)]


@dataclass
class Fake(FakeScripts, FakeConsumers, FakeTraffic):
    """The state, for tests to read and to set; `failure` is raised by the next run."""

    url: str = ""
    datasources: tuple[str, ...] = ("shop", "warehouse")
    rows: list[dict[str, Any]] = field(default_factory=lambda: list(ROWS))
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    versions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    editors: dict[str, str] = field(default_factory=dict)
    live: dict[str, int] = field(default_factory=dict)
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    provenance: dict[str, Any] | None = None
    failure: Refuse | None = None
    slow: threading.Event | None = None

    def last(self, method: str, part: str) -> Any:
        """The body of the last request of this method to a path that holds `part`."""
        return next(
            body for verb, path, body in reversed(self.requests) if verb == method and part in path
        )

    def fail(self) -> None:
        failure, self.failure = self.failure, None
        if failure:
            raise failure

    # Endpoints

    def save(self, body: dict[str, Any]) -> dict[str, Any]:
        self.fail()
        if unknown := set(body) - DRAFT_KEYS:
            raise Refuse(422, "invalid_request", f"unknown: {unknown}", field=unknown.pop())
        if body["datasource"] not in self.datasources:
            message = f"there is no datasource named '{body['datasource']}'"
            raise Refuse(422, "invalid_request", f"datasource: {message}", field="datasource")
        key = f"{body['method']} {body['path']}"
        before = self.drafts.get(key)
        kept = {"transform": (before or {}).get("transform")}
        self.drafts[key] = body = kept | body
        return self.view(key) | {
            "created": before is None, "changed": before != body, "problems": [],
        }  # fmt: skip

    def edit(self, key: str, *, by: str, **changes: Any) -> None:
        """Somebody else's change."""
        self.drafts[key] = self.drafts[key] | changes
        self.editors[key] = by

    def require(self, current: dict[str, Any] | None, sent: Any, tag: str | None) -> None:
        if tag is None:
            return
        beside = {"current": current, "sent": sent, "etag": current and tag_of(current)}
        if current is None or tag != tag_of(current):
            raise Refuse(412, "precondition_failed", "It has changed", beside=beside)

    def require_seen(self, key: str, sent: dict[str, Any], tag: str | None) -> None:
        current, editor = self.drafts.get(key), self.editors.get(key, "admin")
        if tag is None and current and editor != "admin" and not current.items() >= sent.items():
            beside = {"current": current, "sent": sent, "etag": tag_of(current)}
            raise Refuse(428, "precondition_required", f"{editor} saved it last", beside=beside)
        self.editors.pop(key, None)

    def view(self, key: str) -> dict[str, Any]:
        draft, live = self.drafts[key], self.live.get(key)
        versions = self.versions.get(key, [])
        state = "draft" if live is None else "live"
        if live is not None and versions[live - 1]["draft"] != draft:
            state = "edited"
        return {
            "id": key.replace(" ", "~").replace("/", "!"), "method": draft["method"],
            "path": draft["path"], "module": draft.get("module", "default"), "name": None,
            "description": None, "datasource": draft["datasource"],
            "access": draft.get("access", "private"), "state": state, "live_version": live,
            "latest_version": len(versions) or None, "url": f"{self.url}/api/{draft['path']}",
            "params": parameters(draft), "updated_at": "2026-11-01T10:00:00Z",
            "updated_by": self.editors.get(key, "admin"),
        }  # fmt: skip

    def debug(self, key: str, params: dict[str, Any]) -> dict[str, Any]:
        if self.slow:
            self.slow.wait(30)
        self.fail()
        beside = {"logs": self.logs, "envelope": {"success": True, "message": None} | self.envelope}
        draft = self.drafts[key]
        if draft["engine"] == "script" or draft["transform"]:
            return beside | {
                "data": self.value, "results": [{"kind": "value"}], "elapsed_ms": 12.3,
                "params": params, "statements": [],
            }  # fmt: skip
        columns = list(self.rows[0])
        rows = [[row[c] for c in columns] for row in self.rows]
        result = {"kind": "rows", "columns": columns, "rows": rows, "truncated": False}
        return beside | {
            "data": self.rows, "results": [result], "elapsed_ms": 12.3, "params": params,
            "statements": [],
        }  # fmt: skip

    def diff(self, key: str, before: str, after: str) -> dict[str, Any]:
        old, new = self.named(key, before), self.named(key, after)
        live = self.live.get(key)
        labels = {"live": f"live (version {live})" if live else "nothing live"}
        lines = difflib.unified_diff(
            (old or {"content": ""})["content"].splitlines(),
            new["content"].splitlines(), "before", "after", lineterm="",
        )  # fmt: skip
        changed = [
            {"field": name, "from": (old or {}).get(name), "to": new.get(name)}
            for name in ("access", "max_rows")
            if (old or {}).get(name) != new.get(name)
        ]
        breaking = (
            ["access is now private: callers need a client's token"]
            if old and (old.get("access"), new.get("access")) == ("public", "private")
            else []
        )
        return {
            "from": labels.get(before, before), "to": labels.get(after, after),
            "content": "\n".join(lines), "fields": changed, "breaking": breaking,
        }  # fmt: skip

    def named(self, key: str, name: str) -> dict[str, Any] | None:
        if name == "draft":
            return self.drafts[key]
        number = self.live.get(key) if name == "live" else int(name)
        return self.versions[key][number - 1]["draft"] if number else None

    def plan(self, key: str) -> dict[str, Any]:
        live = self.live.get(key)
        same = live is not None and self.named(key, "live") == self.drafts[key]
        return {
            "live_version": live, "changes": not same,
            "next_version": None if same else len(self.versions.get(key, [])) + 1,
            "diff": self.diff(key, "live", "draft"),
        }  # fmt: skip

    def publish(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        self.provenance = body["provenance"]
        tests = self.checked(key, body.get("force"))
        diff, versions = self.diff(key, "live", "draft"), self.versions.setdefault(key, [])
        for version in versions:
            if version["draft"] == self.drafts[key]:
                live = self.make_live(key, version["number"], diff, created=False)
                return live | {"tests": tests}
        versions.append(
            {
                "number": len(versions) + 1, "hash": "abc", "draft": dict(self.drafts[key]),
                "created_at": "2026-11-01T10:00:00Z", "created_by": "admin",
                "message": body["message"], "provenance": body["provenance"],
                "forced": body.get("force"),
            }
        )  # fmt: skip
        return self.make_live(key, len(versions), diff, created=True) | {"tests": tests}

    def make_live(
        self, key: str, number: int, diff: dict[str, Any], *, created: bool
    ) -> dict[str, Any]:
        changed, self.live[key] = self.live.get(key) != number, number
        endpoint = self.view(key)
        return {
            "version": number, "created": created, "changed": changed, "url": endpoint["url"],
            "diff": diff, "endpoint": endpoint,
        }  # fmt: skip

    def may_call(self, key: str, token: str | None) -> None:
        if self.named(key, "live").get("access", "private") == "public":
            return
        name = (token or "").removeprefix("client-token-")
        if name not in self.clients:
            raise Refuse(401, "unauthorized", "This endpoint is private")
        if key not in self.granted(name):
            raise Refuse(403, "forbidden", "This client may not call this endpoint")


def tag_of(content: dict[str, Any]) -> str:
    return f'"{hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]}"'


def parameters(draft: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of the path, those declared, those used."""
    found = {
        name: {"name": name, "type": "integer", "in": "path", "required": True}
        for name in re.findall(r"\{(\w+)\}", draft["path"])
    }
    for name, declared in draft.get("params", {}).items():
        found[name] = {"name": name, "type": "string", "in": None, "required": False} | declared
    for name, kind in re.findall(r"\{\{\s*(\w+)\s*\|\s*sql_(\w+)", draft["content"]):
        type_ = {"int": "integer", "date": "date"}.get(kind, "string")
        found.setdefault(name, {"name": name, "type": type_, "in": None, "required": True})
    return list(found.values())
