"""What the platform measures of itself, for Prometheus to read."""

from .measures import count_job
from .scraping import Metrics, are_workers_several, share_between_workers
from .state import State, watch
from .tallies import count_cached, count_request

__all__ = [
    "Metrics", "State", "are_workers_several", "count_cached", "count_job", "count_request",
    "share_between_workers", "watch",
]  # fmt: skip
