"""Where jobs are kept and wait: in Redis where one is set, else in this process if it is alone."""

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
    redis_url: str,
    *,
    is_alone: bool,
    pipeline: Pipeline,
    snapshots: Snapshots,
    tokens: ClientTokens,
    limits: Limits,
    bounds: JobBounds,
) -> Jobs | None:
    """None where several workers share nothing: one would not know of another's jobs."""
    if not redis_url and not is_alone:
        return None
    store, queue = _shared(redis_url, bounds) if redis_url else _own(bounds)
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


def _own(bounds: JobBounds) -> tuple[Store, Queue]:
    return ProcessStore(), ProcessQueue(bounds.concurrent)


def _shared(url: str, bounds: JobBounds) -> tuple[Store, Queue]:
    from .shared_queue import SharedQueue  # noqa: PLC0415 - only where Redis is set
    from .shared_store import SharedStore  # noqa: PLC0415

    return SharedStore(url), SharedQueue(url, bounds.concurrent)
