"""Durations in logarithmic buckets: percentiles of any number of requests, within 5 %."""

from bisect import bisect_right
from collections.abc import Mapping

# A bucket's middle is at most the square root of this away from what is in it: 4.9 %.
FACTOR = 1.1
SHORTEST_MS, LONGEST_MS = 0.1, 600_000.0


def _bounds() -> tuple[float, ...]:
    found = [SHORTEST_MS]
    while found[-1] < LONGEST_MS:
        found.append(round(found[-1] * FACTOR, 6))
    return tuple(found)


# Bucket n holds what is at least BOUNDS[n - 1] and less than BOUNDS[n].
BOUNDS = _bounds()


def bucket_of(duration_ms: float) -> int:
    """The bucket that a duration falls into."""
    return bisect_right(BOUNDS, duration_ms)


def bucket_sql(column: str) -> str:
    """`bucket_of` as SQL, the same on every database: a tree of comparisons, eight deep.

    Logarithms are not in every build of SQLite, and round differently elsewhere.
    """
    return _tree(column, 0, len(BOUNDS))


def _tree(column: str, low: int, high: int) -> str:
    if low == high:
        return str(low)
    middle = (low + high) // 2
    below, above = _tree(column, low, middle), _tree(column, middle + 1, high)
    return f"CASE WHEN {column} < {BOUNDS[middle]!r} THEN {below} ELSE {above} END"


def percentile(requests: Mapping[int, int], share: float) -> float | None:
    """The duration that this share of the requests did not exceed; None without requests."""
    total = sum(requests.values())
    if not total:
        return None
    # The rank of the nearest request, as percentile_disc has it.
    wanted, seen = max(1, -(-total * share // 1)), 0
    for bucket in sorted(requests):
        seen += requests[bucket]
        if seen >= wanted:
            return _middle(bucket)
    return None


def _middle(bucket: int) -> float:
    if bucket == 0:
        return SHORTEST_MS
    if bucket == len(BOUNDS):
        return BOUNDS[-1]
    low, high = BOUNDS[bucket - 1], BOUNDS[bucket]
    return float(round((low * high) ** 0.5, 3))
