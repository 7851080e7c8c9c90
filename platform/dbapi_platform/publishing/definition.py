"""The definition of an endpoint: all that a call needs, and the hash that is its identity."""

import hashlib
from typing import Any, Final, Literal

import msgspec

Access = Literal["public", "private"]
_UNSET: Final[tuple[object, ...]] = (None, {}, [])


class MacroText(msgspec.Struct, frozen=True):
    """A macro as it was when the definition was saved; `id` is the macro's own."""

    id: str
    name: str
    version: int
    text: str
    language: Literal["sql", "python"] = "sql"


class CacheRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers are kept for `ttl` seconds, apart for each caller where they vary by `client`."""

    ttl: int
    vary: tuple[Literal["client"], ...] = ()


class PageRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows are answered `size` at a time, in the order of the columns of `by`.

    A column with `-` before it goes down. Pages are found by how many rows are before them
    (`offset`), or by the last row of the page before (`keyset`), which new rows do not move.
    """

    style: Literal["offset", "keyset"]
    by: tuple[str, ...]
    size: int = 100


class Definition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a draft edits and a version freezes.

    `params` is written as in a cell, by name. `timeout` is in seconds, `rate_limit` in requests a
    minute for each caller. `max_export_rows` is `max_rows` for answers that are streamed, and
    `allow_async` lets a caller fetch the answer later. In a version every limit is set, so that a
    call depends on no default that may change.
    """

    method: str
    path: str
    engine: Literal["sql", "script"]
    datasource_id: str
    content: str
    params: dict[str, dict[str, Any]] = {}
    macros: tuple[MacroText, ...] = ()
    access: Access = "private"
    timeout: float | None = None
    max_rows: int | None = None
    rate_limit: int | None = None
    max_concurrent: int | None = None
    unknown_params: Literal["ignore", "refuse"] = "ignore"
    name: str | None = None
    description: str | None = None
    transform: str | None = None
    cache: CacheRule | None = None
    page: PageRule | None = None
    max_export_rows: int | None = None
    allow_async: bool | None = None

    def as_dict(self) -> dict[str, Any]:
        """For a JSON column."""
        builtins: dict[str, Any] = msgspec.to_builtins(self)
        return builtins

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Definition":
        """From a JSON column."""
        return msgspec.convert(stored, cls)

    @property
    def own_export_rows(self) -> int | None:
        """`max_export_rows` where it is another than `max_rows`.

        Versions from before there were exports set none, and mean the same as those that do.
        """
        return None if self.max_export_rows == self.max_rows else self.max_export_rows

    def hash(self) -> str:
        """SHA-256 over the whole definition in a canonical order.

        What is not set does not count, so that a field that is new here changes no hash.
        """
        said = self.as_dict() | {"max_export_rows": self.own_export_rows}
        fields = {name: value for name, value in said.items() if value not in _UNSET}
        return hashlib.sha256(msgspec.json.encode(fields, order="deterministic")).hexdigest()
