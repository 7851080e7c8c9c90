"""What is told of an endpoint, made once and kept for as long as it is published like that."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from ..gateway.listed import Listed
from .operations import is_deprecated, operation_of

encode = msgspec.json.Encoder(decimal_format="number", enc_hook=str).encode
Key = tuple[str, str, str]


class Item(msgspec.Struct, frozen=True):
    """A line of the list."""

    method: str
    path: str
    url: str
    name: str | None
    description: str | None
    module: str
    access: str
    deprecated: bool


@dataclass(slots=True)
class Told:
    """An endpoint with what lists and documents say of it."""

    listed: Listed
    item: Item
    key: Key
    words: str
    _operation: bytes | None = None

    def operation(self) -> bytes:
        """Its operation as JSON: lists do without, so it is made for the first document."""
        if self._operation is None:
            self._operation = encode(operation_of(self.listed))
        return self._operation


class Telling:
    """Makes them. Versions never change, so that a publish makes one anew and no others."""

    def __init__(self) -> None:
        self._known: dict[uuid.UUID, Told] = {}

    def tell(self, listed: Listed) -> Told:
        """From memory, where it says the same."""
        known = self._known.get(listed.route.version_id)
        if known is None or not _is_same(known.listed, listed):
            known = self._known[listed.route.version_id] = _told(listed)
        return known

    def keep(self, published: Iterable[Listed]) -> None:
        """Forget what is published no more."""
        kept = {listed.route.version_id for listed in published}
        for version_id in [known for known in self._known if known not in kept]:
            del self._known[version_id]


def _is_same(one: Listed, other: Listed) -> bool:
    return (
        one.route.definition is other.route.definition
        and one.route.headers == other.route.headers
        and one.route.names_version == other.route.names_version
        and _ends(one) == _ends(other)
        and one.columns is other.columns
        and one.module == other.module
    )


def _ends(listed: Listed) -> dict[int, float | None]:
    """The versions that can be asked for, and when each ends."""
    return {number: pin.sunset for number, pin in listed.route.pins.items()}


def _told(listed: Listed) -> Told:
    definition = listed.route.definition
    item = Item(
        method=definition.method,
        path=definition.path,
        url=f"/api/{definition.path}",
        name=definition.name,
        description=definition.description,
        module=listed.module,
        access=definition.access,
        deprecated=is_deprecated(listed.route),
    )
    words = (item.method, item.path, item.name, item.description, item.module)
    return Told(
        listed=listed,
        item=item,
        key=(item.module, item.path, item.method),
        words="\n".join(word for word in words if word).casefold(),
    )
