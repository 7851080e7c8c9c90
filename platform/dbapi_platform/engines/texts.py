"""What a text has to look like: a pattern that no caller can make slow, or a known format."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Final

from pydantic import StringConstraints, TypeAdapter, ValidationError
from pydantic_core import SchemaError

Matcher = Callable[[str], bool]

_LABEL: Final = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOSTNAME: Final = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*")
_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:[^\s<>\"{}|\\^`]{1,2000}")


class BadPattern(ValueError):
    """The pattern cannot be used; the message says why."""


@lru_cache(maxsize=2048)
def matcher(pattern: str) -> Matcher:
    """Whether a whole text matches. Raises BadPattern.

    Patterns are those of Rust's `regex`: they take time in proportion to the text, whatever it is,
    and so know neither look-around nor back-references.
    """
    try:
        # By itself first: `a)|(b` would be sound between brackets.
        TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])
        adapter = TypeAdapter(Annotated[str, StringConstraints(pattern=rf"\A(?:{pattern})\z")])
    except SchemaError as error:
        raise BadPattern(_reason(error)) from None

    def matches(text: str) -> bool:
        try:
            adapter.validate_python(text)
        except ValidationError:
            return False
        return True

    return matches


def _reason(error: SchemaError) -> str:
    """The engine's last words: `error: unclosed group`."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    found = next((line for line in reversed(lines) if line.startswith("error:")), "")
    return found.removeprefix("error:").strip() or "it cannot be read"


def _is_email(text: str) -> bool:
    local, _, host = text.rpartition("@")
    return bool(_LOCAL.fullmatch(local)) and "." in host and _is_hostname(host)


def _is_hostname(text: str) -> bool:
    return bool(_HOSTNAME.fullmatch(text))


def _is_uri(text: str) -> bool:
    return bool(_URI.fullmatch(text))


def _is_address(kind: Callable[[str], object]) -> Matcher:
    def check(text: str) -> bool:
        try:
            kind(text)
        except ValueError:
            return False
        return True

    return check


FORMATS: Final[Mapping[str, Matcher]] = {
    "email": _is_email,
    "hostname": _is_hostname,
    "ipv4": _is_address(ipaddress.IPv4Address),
    "ipv6": _is_address(ipaddress.IPv6Address),
    "uri": _is_uri,
}
