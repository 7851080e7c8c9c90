"""Moments as people type them: `1h`, `30m`, `2d` ago, or a date; all in UTC, as logs are."""

import re
from datetime import UTC, datetime, timedelta

from .errors import UsageError

_AGO = re.compile(r"(\d{1,6})(s|m|h|d|w)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_moment(text: str, flag: str) -> datetime:
    """Raises UsageError."""
    try:
        if found := _AGO.fullmatch(text.strip().lower()):
            return datetime.now(UTC) - timedelta(**{_UNITS[found[2]]: int(found[1])})
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{flag}: '{text}' is no moment",
            hint=f"Write how long ago ({flag} 30m, 1h, 2d), or when: {flag} '2026-01-31 09:00'",
        ) from error


def read_day(text: str, flag: str) -> datetime | None:
    """A date or a time that may lie ahead; `never` is none. Raises UsageError."""
    if text.strip().lower() == "never":
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{flag}: '{text}' is no date",
            hint=f"Write {flag} 2027-03-01, {flag} '2027-03-01 09:00', or {flag} never",
        ) from error


def moment_text(moment: str) -> str:
    """`2026-01-31 09:00:07`, of what the platform tells."""
    return moment[:19].replace("T", " ")
