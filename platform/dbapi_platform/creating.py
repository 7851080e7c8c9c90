"""What management and the command line work with, made from the settings."""

from pydantic import SecretStr

from .access.logins import create_logins
from .access.secrets import Cipher
from .datasources import Datasources
from .engines.script.creating import create_scripts
from .engines.sql import SqlLimits
from .management.services import Services
from .publishing.compiled import Engines, Limits
from .publishing.datasources import DatasourceRules
from .settings import Settings, SettingsError
from .store import Database


def create_services(settings: Settings) -> Services:
    """What management and the command line work with."""
    cipher = create_cipher(settings)
    database = Database(settings.async_database_url)
    return Services(
        settings=settings,
        database=database,
        logins=create_logins(settings, database, cipher),
        rules=DatasourceRules(
            cipher=cipher,
            file_root=settings.file_datasource_root,
            pool_size=settings.pool_size,
            connect_timeout_s=settings.connect_timeout_seconds,
            statement_timeout_s=max(settings.max_timeout_seconds, settings.job_timeout_seconds),
            own_file=database.file,
        ),
        datasources=Datasources(),
        engines=Engines(create_limits(settings), create_scripts(settings)),
    )


def create_cipher(settings: Settings) -> Cipher:
    """Encrypts with the present key, reads with the one before it too. Raises SettingsError."""
    key = _encryption_key("DBAPI_ENCRYPTION_KEY", settings.encryption_key)
    before = settings.previous_encryption_key
    return Cipher(
        key,
        _encryption_key("DBAPI_PREVIOUS_ENCRYPTION_KEY", before)
        if before.get_secret_value()
        else "",
    )


def _encryption_key(name: str, key: SecretStr) -> str:
    try:
        Cipher(key.get_secret_value())
    except ValueError:
        raise SettingsError(
            f"{name} is not an encryption key; make one with `dbapi generate-key --encryption`"
        ) from None
    return key.get_secret_value()


def create_limits(settings: Settings) -> Limits:
    """What definitions get, and may ask for."""
    return Limits(
        default_timeout=settings.default_timeout_seconds,
        max_timeout=settings.max_timeout_seconds,
        default_rows=settings.default_rows,
        max_rows=settings.max_rows,
        # What may be answered at once may be exported, so that unset limits stay as they were.
        max_export_rows=max(settings.max_export_rows, settings.max_rows),
        sql=SqlLimits(
            max_template_bytes=settings.sql_max_template_bytes,
            max_rendered_bytes=settings.sql_max_rendered_bytes,
        ),
    )
