"""What was asked of the gateway: access records, and what they add up to."""

from datetime import datetime
from typing import Any, cast

from .client import Platform, if_allowed
from .consumers import Consumers
from .traffic_shapes import AccessRecord, Overview


class Traffic:
    """Typed calls to the management API."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def records(
        self, *, since: datetime | None, until: datetime | None, limit: int, **filters: Any
    ) -> tuple[list[AccessRecord], str]:
        """The newest that fit, newest first; where there are more, how many: `120`, `10,000+`."""
        span = {"from": _iso(since), "to": _iso(until)}
        page = self._platform.get("access-records", **span, **filters, limit=limit)
        total = f"{page['total']:,}{'+' * bool(page.get('total_is_capped'))}"
        return self._with_names(page["items"]), total if page.get("next") else ""

    def overview(self, days: int, endpoint_id: str | None) -> Overview:
        """Of the last days, of one endpoint or of all that the user may see."""
        found = self._platform.get("overview", days=days, endpoint_id=endpoint_id)
        return cast("Overview", found["traffic"])

    def _with_names(self, records: list[AccessRecord]) -> list[AccessRecord]:
        """Clients by their names, for whoever may read them."""
        names: dict[str, str] = {}
        if any(record["client_id"] for record in records):
            found = if_allowed(Consumers(self._platform).clients)
            names = {client["id"]: client["name"] for client in found}
        for record in records:
            record["client"] = names.get(record["client_id"] or "", record["client_id"])
        return records


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
