"""The measures, by their names in Prometheus. Every worker adds to the same ones."""

from collections.abc import Sequence

from prometheus_client import Counter, Gauge, Histogram

# From a cached lookup to the longest timeout.
BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30, 120)


class AddedHistogram(Histogram):
    """A histogram that takes many observations at once."""

    def add(self, buckets: Sequence[int], total: float) -> None:
        """Add what was observed: how many in each bucket, beyond the last too, and their sum."""
        self._sum.inc(total)
        for bucket, count in zip(self._buckets, buckets, strict=True):
            if count:
                bucket.inc(count)


REQUESTS = Counter(
    "dbapi_requests",
    "Requests to the gateway; of paths that are no endpoint the label is empty",
    ["endpoint", "status"],
)
LATENCY = AddedHistogram(
    "dbapi_request_seconds",
    "How long requests took, from their first byte to their answer",
    ["endpoint"],
    buckets=BUCKETS_S,
)
CACHED = Counter(
    "dbapi_cache_requests",
    "Requests to endpoints that keep answers: found (hit), made (miss), or waited for what "
    "another request made (shared)",
    ["outcome"],
)
JOBS = Counter("dbapi_jobs", "Jobs that are over: succeeded, failed or cancelled", ["outcome"])
JOBS_QUEUED = Gauge(
    "dbapi_jobs_queued",
    "Jobs that wait for their turn, in all workers that share them",
    multiprocess_mode="livemax",
)
JOBS_RUNNING = Gauge("dbapi_jobs_running", "Jobs that run", multiprocess_mode="livesum")
RECORDS_QUEUED = Gauge(
    "dbapi_access_records_queued",
    "Access records that wait in memory to be written",
    multiprocess_mode="livesum",
)
RECORDS_SPOOLED = Gauge(
    "dbapi_access_records_spooled",
    "Access records that wait on disk for the platform's database",
    # All workers see the same directory.
    multiprocess_mode="livemax",
)
RECORDS_DROPPED = Counter(
    "dbapi_access_records_dropped", "Access records that were lost because too many waited"
)
SNAPSHOT_AGE = Gauge(
    "dbapi_snapshot_age_seconds",
    "How long ago what is served was known to be the newest",
    multiprocess_mode="livemax",
)
ENDPOINTS = Gauge("dbapi_endpoints", "Endpoints that are served", multiprocess_mode="livemax")
LIMITS_DEGRADED = Gauge(
    "dbapi_limits_degraded",
    "1 while requests should be counted in Redis and cannot be",
    multiprocess_mode="livemax",
)
CIRCUIT_OPEN = Gauge(
    "dbapi_circuit_open",
    "1 while callers are told at once that a datasource cannot be reached",
    ["datasource"],
    multiprocess_mode="livemax",
)
POOL = Gauge(
    "dbapi_pool_connections",
    "Connections of a datasource that are busy or idle, and callers who wait for one",
    ["datasource", "state"],
    multiprocess_mode="livesum",
)


def count_job(outcome: str) -> None:
    """Count a job that is over: succeeded, failed or cancelled."""
    JOBS.labels(outcome).inc()
