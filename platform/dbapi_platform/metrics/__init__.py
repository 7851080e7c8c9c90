"""What the platform measures of itself, for Prometheus to read."""

from .measures import count_cached, count_request
from .scraping import Metrics, share_between_workers
from .state import State, watch

__all__ = ["Metrics", "State", "count_cached", "count_request", "share_between_workers", "watch"]
