"""Datasources as they are kept: made, changed, deleted, and turned into what a driver opens."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import union
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller
from ..access.secrets import Cipher
from ..datasources import ConfigProblem, DatasourceConfig, ProductType, check_file, validate_config
from ..errors import Conflict, InvalidRequest, NotFound
from ..store import Datasource, Draft, Endpoint, Version, announce_change, lock
from .endpoints import names_of


@dataclass(frozen=True, slots=True)
class DatasourceRules:
    """What applies to every datasource of this installation.

    `own_file` is the platform's own database where that is a file: passwords and rights are in it.
    """

    cipher: Cipher
    file_root: Path
    pool_size: int
    connect_timeout_s: float
    statement_timeout_s: float
    own_file: Path | None = None

    def config(self, row: Datasource) -> DatasourceConfig:
        """What a driver opens, with the password decrypted. Raises DecryptionFailed."""
        product = ProductType(row.product_type)
        database = row.database
        if product.is_file:
            database = str(self.file_root / database)
        return DatasourceConfig(
            id=str(row.id),
            name=row.name,
            product_type=product,
            database=database,
            host=row.host,
            port=row.port,
            username=row.username,
            password=(
                self.cipher.decrypt(row.encrypted_password) if row.encrypted_password else None
            ),
            read_only=row.read_only,
            pool_size=self.pool_size,
            connect_timeout_s=self.connect_timeout_s,
            statement_timeout_s=self.statement_timeout_s,
            options=row.options,
        )

    def check(self, row: Datasource) -> None:
        """Raises InvalidRequest, naming the field, unless a driver could open it."""
        try:
            config = self.config(row)
            validate_config(config)
            check_file(config, self.file_root)
        except ConfigProblem as problem:
            raise InvalidRequest.of(problem.field, problem.message) from None
        if config.product_type.is_file and self._is_own(Path(config.database)):
            raise InvalidRequest.of("database", "is the platform's own database")

    def _is_own(self, file: Path) -> bool:
        return self.own_file is not None and file.resolve() == self.own_file.resolve()


async def create_datasource(
    session: AsyncSession, rules: DatasourceRules, fields: Mapping[str, Any]
) -> Datasource:
    """A new datasource. Raises InvalidRequest or Conflict; nothing is connected to."""
    if await find_datasource(session, fields["name"]):
        raise Conflict(f"A datasource named '{fields['name']}' exists already")
    return await _save(session, unsaved_datasource(rules, fields))


def unsaved_datasource(rules: DatasourceRules, fields: Mapping[str, Any]) -> Datasource:
    """A datasource that is kept nowhere yet, to be tried before it is. Raises InvalidRequest."""
    row = Datasource(**_without_password(fields))
    _set_password(row, rules, fields)
    rules.check(row)
    return row


async def update_datasource(
    session: AsyncSession, rules: DatasourceRules, row: Datasource, fields: Mapping[str, Any]
) -> Datasource:
    """Change the given fields. Raises InvalidRequest or Conflict, and then changes nothing."""
    name = fields.get("name", row.name)
    if name != row.name and await find_datasource(session, name):
        raise Conflict(f"A datasource named '{name}' exists already")
    changed = Datasource(**row.model_dump() | _without_password(fields))
    if row.encrypted_password and "password" not in fields and _is_elsewhere(row, changed):
        # Else whoever may change a datasource could have its password sent to a server of theirs.
        raise InvalidRequest.of("password", "is needed again when the host or the port changes")
    _set_password(changed, rules, fields)
    rules.check(changed)
    row.sqlmodel_update(changed.model_dump(exclude={"id", "created_at", "updated_at"}))
    return await _save(session, row)


async def delete_datasource(session: AsyncSession, row: Datasource, caller: Caller) -> None:
    """Raises Conflict, naming the endpoints, when a draft or a version uses it."""
    used = union(
        select(Draft.endpoint_id).where(Draft.datasource_id == row.id),
        select(Version.endpoint_id).where(Version.datasource_id == row.id),
    )
    endpoints = list(
        await session.exec(
            select(Endpoint).where(col(Endpoint.id).in_(used)).order_by(Endpoint.path)
        )
    )
    if endpoints:
        raise Conflict(
            f"The datasource '{row.name}' is used by {names_of(endpoints, caller)}. "
            "Delete these endpoints or move them to another datasource first"
        )
    await session.delete(row)
    await announce_change(session)
    await session.commit()


async def get_datasource(session: AsyncSession, datasource_id: uuid.UUID) -> Datasource:
    """Raises NotFound."""
    row = await session.get(Datasource, datasource_id)
    if row is None:
        raise NotFound("There is no such datasource")
    return row


async def lock_datasource(session: AsyncSession, datasource_id: uuid.UUID) -> Datasource:
    """The datasource, kept from other writers until this transaction ends. Raises NotFound."""
    row = await lock(session, Datasource, datasource_id)
    if row is None:
        raise NotFound("There is no such datasource")
    return row


async def find_datasource(session: AsyncSession, name: str) -> Datasource | None:
    """The datasource of this name."""
    return (await session.exec(select(Datasource).where(Datasource.name == name))).first()


async def list_datasources(session: AsyncSession) -> list[Datasource]:
    """Every datasource by name."""
    return list(await session.exec(select(Datasource).order_by(Datasource.name)))


def _is_elsewhere(row: Datasource, changed: Datasource) -> bool:
    return (row.host, row.port) != (changed.host, changed.port)


def _without_password(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != "password"}


def _set_password(row: Datasource, rules: DatasourceRules, fields: Mapping[str, Any]) -> None:
    if "password" in fields:
        password = fields["password"]
        row.encrypted_password = rules.cipher.encrypt(password) if password else None


async def _save(session: AsyncSession, row: Datasource) -> Datasource:
    session.add(row)
    await announce_change(session)
    await session.commit()
    return row
