"""Where jobs are kept and wait: in Redis where one is set, else in this process if it is alone."""

from ...metrics import are_workers_several
from ...settings import Settings
from ..clients import ClientTokens
from ..limits import Limits
from ..pipeline import Pipeline
from ..snapshot import Snapshots
from .bounds import JobBounds
from .jobs import Jobs
from .process_store import ProcessStore
from .queue import ProcessQueue, Queue
from .store import Store


def make_jobs(
    settings: Settings,
    pipeline: Pipeline,
    snapshots: Snapshots,
    tokens: ClientTokens,
    limits: Limits,
) -> Jobs | None:
    """None where several workers share nothing: one would not know of another's jobs."""
    url = settings.redis_url.get_secret_value()
    if not url and are_workers_several():
        return None
    bounds = _bounds(settings)
    store, queue = _shared(url, bounds) if url else _own(bounds)
    jobs = Jobs(
        store=store,
        queue=queue,
        pipeline=pipeline,
        snapshots=snapshots,
        tokens=tokens,
        limits=limits,
        bounds=bounds,
    )
    pipeline.later = jobs
    return jobs


def _bounds(settings: Settings) -> JobBounds:
    return JobBounds(
        timeout_s=settings.job_timeout_seconds,
        concurrent=settings.jobs_concurrent,
        per_caller=settings.jobs_per_caller,
        result_bytes=settings.job_result_mb * 1_048_576,
        keep_s=settings.job_result_seconds,
        max_concurrent=settings.default_max_concurrent,
    )


def _own(bounds: JobBounds) -> tuple[Store, Queue]:
    return ProcessStore(), ProcessQueue(bounds.concurrent)


def _shared(url: str, bounds: JobBounds) -> tuple[Store, Queue]:
    from .shared_queue import SharedQueue  # noqa: PLC0415 - only where Redis is set
    from .shared_store import SharedStore  # noqa: PLC0415

    return SharedStore(url), SharedQueue(url, bounds.concurrent)
