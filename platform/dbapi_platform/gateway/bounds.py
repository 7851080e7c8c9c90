"""How much a request may want."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """`max_concurrent` are the slots of a caller who has no number of their own."""

    max_body_bytes: int
    max_concurrent: int
    max_export_s: float
