"""The part of a small platform that knows what was asked of its gateway."""

from dataclasses import dataclass, field
from typing import Any

from tests.jupyter.fake_scripts import Refuse

ERROR = "division by zero: SELECT 1 / 0 FROM orders WHERE customer_id = 7 AND status = 'open'"


@dataclass
class FakeTraffic:
    """Records are newest first, and kept as tests set them."""

    records: list[dict[str, Any]] = field(default_factory=list)
    total_is_capped: bool = False
    overview: dict[str, Any] = field(default_factory=dict)

    def record(self, number: int, status: int = 200, **fields: Any) -> None:
        """A request; the later one is the newer."""
        failed = {"error_code": "query_failed", "error": ERROR} if status >= 400 else {}
        self.records.insert(0, {
            "id": number, "request_id": f"r-{number}", "method": "GET", "path": f"orders/{number}",
            "created_at": f"2026-11-01T10:00:{number:02}Z", "status": status, "rows": 3,
            "duration_ms": 12.345, "endpoint_id": "GET~orders!{customer_id}", "version": 1,
            "client_id": None, "ip_address": "127.0.0.1", "error_code": None, "error": None,
            "log": None, "client": None,
        } | failed | fields)  # fmt: skip

    def traffic(self, parts: list[str], query: dict[str, str]) -> dict[str, Any]:
        match parts:
            case ["access-records"]:
                known = {
                    "endpoint_id", "client_id", "ip_address", "error_code", "request_id", "status",
                    "from", "to", "min_duration_ms", "limit", "path",
                }  # fmt: skip
                if unknown := set(query) - known:
                    raise Refuse(422, "invalid_request", f"unknown: {unknown}")
                found = [each for each in self.records if fits(each, query)]
                limit = int(query["limit"])
                following = "more" if len(found) > limit else None
                return {
                    "items": found[:limit], "total": len(found), "next": following,
                    "total_is_capped": self.total_is_capped,
                }  # fmt: skip
            case ["overview"]:
                return {"traffic": self.overview}
        raise Refuse(404, "not_found", "no such view")

    def seven_days(self) -> None:
        """An overview with something in it."""
        counts = [0, 0, 800, 1_000, 3, 0, 400]
        self.overview = {
            "is_complete": True, "pending": 0, "requests": sum(counts), "errors": 12,
            "latency": {"p50_ms": 4.2, "p95_ms": 80.0, "p99_ms": 1_200.0, "average_ms": 11.0},
            "steps": [
                {"start": f"2026-11-{20 + n}T00:00:00Z", "requests": count,
                 "errors": 12 if count == 800 else 0, "average_ms": 10.0}
                for n, count in enumerate(counts)
            ],
            "statuses": {"200": 2_191, "404": 2, "500": 10}, "methods": {"GET": 2_203},
            "top_endpoints": [
                {"endpoint_id": "e", "method": "GET", "path": "orders/{customer_id}",
                 "requests": 2_000, "errors": 10, "p95_ms": 80.0},
                {"endpoint_id": "f", "method": None, "path": None, "requests": 203, "errors": 2,
                 "p95_ms": None},
            ],
            "top_clients": [{"client_id": "c", "name": "billing", "requests": 1_500, "errors": 0}],
        }  # fmt: skip


def fits(record: dict[str, Any], query: dict[str, str]) -> bool:
    exact = ("endpoint_id", "client_id", "ip_address", "error_code", "request_id")
    status = query.get("status", str(record["status"])).replace("x", "")
    return (
        all(record[name] == query[name] for name in exact if name in query)
        and str(record["status"]).startswith(status)
        and query.get("from", "") <= record["created_at"] <= query.get("to", "9")
        and record["path"].startswith(query.get("path", ""))
        and record["duration_ms"] >= float(query.get("min_duration_ms", 0))
    )
