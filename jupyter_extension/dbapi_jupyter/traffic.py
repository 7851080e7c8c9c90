"""What was asked of the gateway: access records, and what they add up to."""

from datetime import datetime
from typing import Any, cast

from .client import Platform
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
        return cast("list[AccessRecord]", page["items"]), total if page.get("next") else ""

    def overview(self, days: int, endpoint_id: str | None) -> Overview:
        """Of the last days, of one endpoint or of all that the user may see."""
        found = self._platform.get("overview", days=days, endpoint_id=endpoint_id)
        return cast("Overview", found["traffic"])


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
