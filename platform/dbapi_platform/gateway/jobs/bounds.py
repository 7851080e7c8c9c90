"""How much jobs may want."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobBounds:
    """`concurrent` jobs run at once in a worker; `max_concurrent` as for requests."""

    timeout_s: float
    concurrent: int
    per_caller: int
    result_bytes: int
    keep_s: float
    max_concurrent: int
