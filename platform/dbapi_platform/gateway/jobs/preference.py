"""What a caller would rather have, by the header `Prefer` (RFC 7240)."""

import re
from dataclasses import dataclass
from typing import Final

from ..requests import Request

HEADER: Final = b"prefer"
# Nobody is held on to for longer, whatever they are ready to wait.
MOST_WAIT_S: Final = 60

_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - what the RFC calls a token
_ONE: Final = re.compile(rf'\s*({_TOKEN})\s*(?:=\s*("(?:[^"\\]|\\.)*"|{_TOKEN}))?')


@dataclass(frozen=True, slots=True)
class Preference:
    """That the answer may be fetched later; `wait_s` is how long it is waited for first."""

    wait_s: int = 0


def preference_of(request: Request) -> Preference | None:
    """None where the answer is waited for, as ever. What cannot be read is not preferred."""
    if HEADER not in request.headers:
        return None
    found: dict[str, str] = {}
    for part in _parts(request.joined(HEADER).decode("latin-1")):
        if match := _ONE.match(part):
            # Of one that is named twice the first counts.
            found.setdefault(match[1].lower(), (match[2] or "").strip('"'))
    if "respond-async" not in found:
        return None
    wait = found.get("wait", "")
    is_number = wait.isascii() and wait.isdigit()
    return Preference(min(int(wait[:6]), MOST_WAIT_S) if is_number else 0)


def _parts(text: str) -> list[str]:
    """At the commas that are not within quotes."""
    return re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^",])+', text)
