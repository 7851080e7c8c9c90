"""How deep values may be nested: what takes them apart afterwards recurses into them."""

from typing import Final

MOST_NESTED: Final = 100


def require_shallow(text: str | bytes, value: object) -> None:
    """What this JSON holds can be worked with. Raises RecursionError."""
    brackets = ("[", "{") if isinstance(text, str) else (b"[", b"{")
    # Nearly all that is sent has fewer of them.
    if sum(map(text.count, brackets)) > MOST_NESTED and _nests_too_deeply(value):  # type: ignore[arg-type]
        raise RecursionError


def _nests_too_deeply(value: object) -> bool:
    """Whether lists and objects are in one another more than `MOST_NESTED` times."""
    level = [value]
    for _ in range(MOST_NESTED + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
