"""Did you mean …?"""

import difflib
from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like this one, if any is."""
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def suggestion(word: str, known: Iterable[str], *, label: str = "There is") -> str | None:
    """A hint: the closest word, else all there are."""
    names = list(known)
    best = closest(word, names)
    if best is not None:
        return f"Did you mean {best}?"
    if not names:
        return None
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"{label} {', '.join(names[:12])}{more}"
