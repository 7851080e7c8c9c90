"""A span of whole days in UTC, told by the hour when it is short."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOURS_UP_TO_DAYS = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """`days` days, of which `present` is in the last."""

    days: int
    present: datetime

    @property
    def last_day(self) -> int:
        """Days since 1970."""
        return day_of(self.present)

    @property
    def first_day(self) -> int:
        """Days since 1970."""
        return self.last_day - self.days + 1

    @property
    def first_hour(self) -> int:
        """Hours since 1970."""
        return self.first_day * 24

    @property
    def last_hour(self) -> int:
        """The last of the last day, which has not come yet."""
        return self.last_day * 24 + 23

    @property
    def start(self) -> datetime:
        """When it begins."""
        return day_start(self.first_day)

    @property
    def hours_a_step(self) -> int:
        """How long a step of its timeline is."""
        return 1 if self.days <= HOURS_UP_TO_DAYS else 24

    def steps(self) -> Iterator[tuple[int, datetime]]:
        """Every step that has begun: its number, and when it did."""
        step = self.hours_a_step
        last = int(self.present.timestamp() // 3_600)
        for hour in range(self.first_hour, last + 1, step):
            yield hour // step, _EPOCH + timedelta(hours=hour)


def day_of(moment: datetime) -> int:
    """The day since 1970, in UTC, that a moment is in."""
    return int(moment.timestamp() // 86_400)


def day_start(day: int) -> datetime:
    """When a day since 1970 begins."""
    return _EPOCH + timedelta(days=day)
