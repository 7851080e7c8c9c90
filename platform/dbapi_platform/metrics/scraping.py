"""`GET /metrics`: what all workers measured, for whoever has the token."""

import asyncio
import os
import re
import tempfile
from hmac import compare_digest
from pathlib import Path
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from .tallies import FOLD_S, fold

PATH: Final = "/metrics"
_DIRECTORY: Final = "PROMETHEUS_MULTIPROC_DIR"
_WORKER: Final = re.compile(r"gauge_live.*_(\d+)\.db")


def share_between_workers() -> "tempfile.TemporaryDirectory[str]":
    """Let the processes that are started from now on measure together, in files.

    They are removed with what is returned. Must come before anything is measured.
    """
    directory = tempfile.TemporaryDirectory(prefix="dbapi-metrics-")
    os.environ[_DIRECTORY] = directory.name
    return directory


def are_workers_several() -> bool:
    """Whether this process is one of several that were started together."""
    return _DIRECTORY in os.environ


class Metrics:
    """An ASGI application for one path. Without a token there is nothing to be seen."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        """Answer with the text that Prometheus reads."""
        status, body = await self._answer(scope)
        content_type = CONTENT_TYPE_LATEST if status == 200 else "text/plain; charset=utf-8"
        headers = [
            (b"content-type", content_type.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        if status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Any) -> tuple[int, bytes]:
        if not self._token:
            return 404, b"Metrics are off: set DBAPI_METRICS_TOKEN to have them\n"
        given = dict(scope["headers"]).get(b"authorization", b"")
        if not compare_digest(given, b"Bearer " + self._token.encode()):
            return 401, b"Send 'Authorization: Bearer' with the metrics token\n"
        fold()
        if are_workers_several():
            # By then the others have handed over what they counted before this was asked for.
            await asyncio.sleep(2 * FOLD_S)
        # Of thousands of endpoints it is a long text.
        return 200, await asyncio.to_thread(_text)


def _text() -> bytes:
    directory = os.environ.get(_DIRECTORY)
    if directory is None:
        return generate_latest(REGISTRY)
    _forget_dead(Path(directory))
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _forget_dead(directory: Path) -> None:
    """What a worker that died had open is no longer so; what it counted stays."""
    workers = {int(found[1]) for file in directory.iterdir() if (found := _WORKER.match(file.name))}
    for worker in workers:
        if not Path(f"/proc/{worker}").exists() and Path("/proc/self").exists():
            mark_process_dead(worker)  # type: ignore[no-untyped-call]
