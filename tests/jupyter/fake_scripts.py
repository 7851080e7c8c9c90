"""The part of a small platform that knows scripts, macros and tests. It runs none of them."""

from dataclasses import dataclass, field
from typing import Any


class Refuse(Exception):
    """Answered as the platform's error."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        beside: dict[str, Any] | None = None,
        more: list[dict[str, Any]] | None = None,
        **detail: Any,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.beside = status, code, beside or {}
        own = [detail | {"message": detail.get("message", message)}] if detail else []
        self.details = [*own, *(more or [])]


@dataclass
class FakeScripts:
    """What scripts answer and log is set by tests; a saved test fails at its `assert False`."""

    value: Any = field(default_factory=lambda: {"answer": 42})
    logs: list[dict[str, str]] = field(default_factory=list)
    envelope: dict[str, Any] = field(default_factory=dict)
    macros: dict[str, dict[str, Any]] = field(default_factory=dict)
    tests: dict[str, dict[str, str]] = field(default_factory=dict)

    def save_macro(self, body: dict[str, Any]) -> dict[str, Any]:
        if unknown := set(body) - {"name", "content", "module", "description", "language"}:
            raise Refuse(422, "invalid_request", f"unknown: {unknown}", field=unknown.pop())
        self.macros[body["name"]] = {
            "id": body["name"], "module": None, "description": None, "language": "sql",
            "state": "draft", "live_version": None, **body,
        }  # fmt: skip
        return self.macros[body["name"]]

    def macro_history(self, name: str, what: str) -> list[dict[str, Any]]:
        if what == "endpoints":
            return [{"id": "e", "method": "GET", "path": "orders", "version": 1, "lagging": True}]
        return [
            {"number": n, "content": self.macros[name]["content"], "message": None, "hash": "h",
             "created_at": "2026-11-01T10:00:00Z", "created_by": "ada", "is_live": n == 2}
            for n in (2, 1)
        ]  # fmt: skip

    def answer_test(self, verb: str, key: str, rest: list[str], body: Any) -> Any:
        saved = self.tests.setdefault(key, {})
        match verb, rest:
            case "GET", []:
                items = [{"name": name, "content": text} for name, text in saved.items()]
                return {"items": items, "total": len(items)}
            case "POST", ["run"]:
                results = self.run_tests(key, body["names"])
                return {"passed": all(r["passed"] for r in results), "results": results}
            case "PUT", [name]:
                if "import os" in body["content"]:
                    raise Refuse(
                        422, "invalid_definition", "there is no module 'os' here",
                        field="content", line=1, column=8,
                    )  # fmt: skip
                saved[name] = body["content"]
                return {"name": name, "content": body["content"], "created": True, "changed": True}
            case "DELETE", [name]:
                del saved[name]
                return None
        raise Refuse(404, "not_found", "no such test")

    def run_tests(self, key: str, names: list[str] | None = None) -> list[dict[str, Any]]:
        return [
            run_test(name, text)
            for name, text in self.tests.get(key, {}).items()
            if names is None or name in names
        ]

    def checked(self, key: str, reason: str | None) -> list[dict[str, Any]]:
        """What publishing asks for first."""
        results = self.run_tests(key)
        failed = [result for result in results if not result["passed"]]
        if failed and reason is None:
            raise Refuse(
                409, "tests_failed", f"{len(failed)} of {len(results)} tests failed",
                more=[{"field": f"tests.{r['name']}", "message": r["message"], "line": r["line"]}
                      for r in failed],
            )  # fmt: skip
        return results


def run_test(name: str, text: str) -> dict[str, Any]:
    lines = text.split("\n")
    bad = next((n for n, line in enumerate(lines, start=1) if "assert False" in line), None)
    return {
        "name": name, "passed": bad is None, "line": bad, "elapsed_ms": 4.2,
        "message": None if bad is None else "assert False", "calls": text.count("call("),
        "logs": [{"level": "info", "message": f"in {name}"}] if "log." in text else [],
    }  # fmt: skip
