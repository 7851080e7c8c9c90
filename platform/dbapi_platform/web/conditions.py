"""What a browser says it takes, and what it has already."""

from collections.abc import Iterable

from .files import IDENTITY


def best_coding(accepted: str, offered: Iterable[str]) -> str:
    """The first of the codings offered that is taken; without one, the plain bytes."""
    weights = dict(_weighed(part) for part in accepted.lower().split(","))
    for coding in offered:
        if coding != IDENTITY and weights.get(coding, weights.get("*", 0.0)) > 0:
            return coding
    return IDENTITY


def _weighed(part: str) -> tuple[str, float]:
    coding, _, rest = part.partition(";")
    name, _, value = rest.strip().partition("=")
    try:
        weight = float(value) if name.strip() == "q" else 1.0
    except ValueError:
        weight = 0.0
    return coding.strip(), weight


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Whether the browser has it: the comparison is weak, for proxies that compress (RFC 9110)."""
    if if_none_match is None:
        return False
    given = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in given or "*" in given
