"""A platform ready to try: a database, an administrator, sample data and a datasource for it."""

from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import load_caller
from ..access.personal_tokens import (
    create_personal_token,
    list_personal_tokens,
    revoke_personal_token,
)
from ..access.secrets import Cipher
from ..access.users import find_user
from ..bootstrap import create_admin, has_admin, migrate
from ..datasources import ProductType
from ..publishing.datasources import DatasourceRules, create_datasource, find_datasource
from ..settings import Settings
from ..store import Database
from .home import DATASOURCE, DemoHome, DemoSecrets
from .sample import create_sample

ADMIN = "admin"
TOKEN_NAME = "demo notebook"  # noqa: S105 - a name, not a token


async def seed(home: DemoHome, values: DemoSecrets, settings: Settings) -> DemoSecrets:
    """Make what is missing; answers the secrets with the notebook's token in them."""
    if not home.sample.exists():
        create_sample(home.sample)
    await migrate(settings.async_database_url)
    database = Database(settings.async_database_url)
    try:
        if not await has_admin(database):
            await create_admin(database, username=ADMIN, password=values.admin_password)
        async with database.session() as session:
            await _seed_datasource(session, home, settings)
            if values.personal_token is None:
                values = replace(values, personal_token=await _new_token(session))
                home.keep(values)
        return values
    finally:
        await database.close()


async def _seed_datasource(session: AsyncSession, home: DemoHome, settings: Settings) -> None:
    if await find_datasource(session, DATASOURCE):
        return
    rules = DatasourceRules(
        cipher=Cipher(settings.encryption_key.get_secret_value()),
        file_root=settings.file_datasource_root,
        pool_size=settings.pool_size,
        connect_timeout_s=settings.connect_timeout_seconds,
        statement_timeout_s=max(settings.max_timeout_seconds, settings.job_timeout_seconds),
    )
    await create_datasource(
        session,
        rules,
        {
            "name": DATASOURCE,
            "product_type": ProductType.DUCKDB,
            "database": home.sample.name,
            "description": "Sample data: a shop's customers, products and orders",
        },
    )


async def _new_token(session: AsyncSession) -> str:
    user = await find_user(session, ADMIN)
    if user is None:
        raise LookupError(f"The demo's user '{ADMIN}' is gone; delete the demo's directory")
    caller = await load_caller(session, user)
    for token in await list_personal_tokens(session, caller):
        if token.name == TOKEN_NAME:
            await revoke_personal_token(session, caller, token.id)
    _, text = await create_personal_token(session, caller, name=TOKEN_NAME, expires_at=None)
    return text
