"""Which key opens what the platform's database keeps encrypted, and another key for all of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..store import Database, Datasource, OidcLogin, note
from .secrets import Cipher, DecryptionFailed


@dataclass(frozen=True, slots=True)
class _Place:
    """A column with encrypted text, of a table whose rows are told by `name`."""

    table: type[Any]
    column: str
    name: str


PLACES: Final = (
    _Place(Datasource, "encrypted_password", "name"),
    _Place(OidcLogin, "encrypted_verifier", "id"),
)


@dataclass(frozen=True, slots=True)
class KeyUse:
    """How many texts each key opens, and the datasources whose password none does."""

    present: int = 0
    previous: int = 0
    unreadable: tuple[str, ...] = ()

    @property
    def is_wrong_key(self) -> bool:
        """Whether nothing at all can be read: the keys are another installation's."""
        return bool(self.unreadable) and not self.present and not self.previous

    def told(self) -> Iterator[str]:
        """Sentences for people; none where all is well."""
        if self.unreadable:
            yield (
                f"No key that is set opens the passwords of: {', '.join(self.unreadable)}. Set the "
                "key that they were encrypted with as DBAPI_PREVIOUS_ENCRYPTION_KEY, or enter them "
                "anew with `dbapi datasource update NAME --password-stdin`."
            )
        if self.previous:
            yield (
                f"Encrypted with DBAPI_PREVIOUS_ENCRYPTION_KEY: {self.previous}. It is needed "
                "until `dbapi keys rotate` has run."
            )


async def key_use(session: AsyncSession, cipher: Cipher) -> KeyUse:
    """What the keys that are set open."""
    present, previous, unreadable = 0, 0, []
    for place in PLACES:
        for row in await _rows(session, place):
            if cipher.is_present(row.text):
                present += 1
            elif _read(cipher, row.text) is not None:
                previous += 1
            elif place.table is Datasource:
                unreadable.append(row.name)
    return KeyUse(present, previous, tuple(sorted(unreadable)))


async def check_keys(database: Database, cipher: Cipher) -> list[str]:
    """What to tell of the keys. Raises DecryptionFailed when they open nothing of what there is."""
    async with database.session() as session:
        use = await key_use(session, cipher)
    if use.is_wrong_key:
        raise DecryptionFailed(
            "DBAPI_ENCRYPTION_KEY opens none of the passwords that are stored: it is another "
            "installation's. Set the one that this database was used with."
        )
    return list(use.told())


async def rotate(session: AsyncSession, cipher: Cipher) -> int:
    """Encrypt with the present key what the one before it opens; tells how many texts.

    The platform may run meanwhile: a password that is changed at the same time stays as it is
    changed. The caller commits.
    """
    done = 0
    for place in PLACES:
        for row in await _rows(session, place):
            text = None if cipher.is_present(row.text) else _read(cipher, row.text)
            if text is not None:
                done += await _write(session, place, row, cipher.encrypt(text))
    if done:
        note(session, "settings", name="encryption key", change="updated", after={"texts": done})
    return done


@dataclass(frozen=True, slots=True)
class _Row:
    id: Any
    name: str
    text: str


async def _rows(session: AsyncSession, place: _Place) -> list[_Row]:
    column = getattr(place.table, place.column)
    found = await session.exec(
        select(place.table.id, getattr(place.table, place.name), column).where(
            col(column).is_not(None)
        )
    )
    return [_Row(key, str(name), text) for key, name, text in found]


async def _write(session: AsyncSession, place: _Place, row: _Row, text: str) -> int:
    column = getattr(place.table, place.column)
    values: dict[str, Any] = {place.column: text}
    if place.table is Datasource:
        # Nobody has changed it: who edits it must not be told so.
        values["updated_at"] = Datasource.updated_at
    done = await session.exec(
        update(place.table).where(place.table.id == row.id, column == row.text).values(values)
    )
    return done.rowcount


def _read(cipher: Cipher, text: str) -> str | None:
    try:
        return cipher.decrypt(text)
    except DecryptionFailed:
        return None
