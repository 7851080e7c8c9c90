"""One access record in full: what was asked, by whom, and why it failed."""

from dataclasses import dataclass

from . import html
from .moments import moment_text
from .results import Shown
from .text import duration_text
from .traffic_shapes import AccessRecord


@dataclass(repr=False)
class RecordView(Shown):
    """`record` is as the platform tells it."""

    record: AccessRecord

    def text(self) -> str:
        """A line for each fact, then the error and the log as they are."""
        width = max(len(name) for name, _ in self._facts())
        lines = [f"{name:<{width}}  {value}" for name, value in self._facts()]
        for title, text in self._texts():
            lines += ["", f"{title}:", text]
        return "\n".join(lines)

    def html(self) -> str:
        """The same."""
        texts = [
            part
            for title, text in self._texts()
            for part in (html.paragraph(title, "note"), html.code_block(text))
        ]
        return html.page(html.table(("what", "value"), self._facts()), *texts)

    def _facts(self) -> list[tuple[str, str]]:
        record = self.record
        rows = record["rows"]
        facts = {
            "request": f"{record['method']} {record['path']}",
            "status": str(record["status"]),
            "when": f"{moment_text(record['created_at'])} UTC",
            "took": duration_text(record["duration_ms"]),
            "version": "" if record["version"] is None else str(record["version"]),
            "client": record.get("client") or "none",
            "address": record["ip_address"] or "",
            "rows": "" if rows is None else f"{rows:,}",
            "error code": record["error_code"] or "",
            "request id": record["request_id"],
        }
        return [(name, value) for name, value in facts.items() if value]

    def _texts(self) -> list[tuple[str, str]]:
        texts = {"Error": self.record["error"], "Log": self.record["log"]}
        return [(title, text) for title, text in texts.items() if text]
