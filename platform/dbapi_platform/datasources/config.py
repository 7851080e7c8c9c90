"""Is a datasource's configuration sound? Found out without connecting, or loading a driver."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from .types import DatasourceConfig, ProductType

# sslrootcert, sslcert and sslkey name files on the platform's machine.
_SSL_MODES: Final = frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
_SESSION_ATTRIBUTES: Final = frozenset(
    {"any", "read-write", "read-only", "primary", "standby", "prefer-standby"}
)


class ConfigProblem(ValueError):
    """A field of a datasource's configuration is wrong; `field` is its name in DatasourceConfig."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


def validate_config(config: DatasourceConfig) -> None:
    """Raises ConfigProblem, naming the field, unless a driver could open it."""
    if not config.database:
        raise ConfigProblem("database", "is needed")
    if not config.product_type.is_file:
        _validate_server(config)
    _validate_options(config.options, OPTIONS[config.product_type])
    if config.product_type is ProductType.TRINO:
        _validate_trino(config)


def fingerprint(config: DatasourceConfig) -> bytes:
    """Alike for configurations that reach the same data as the same user."""
    reached = (
        config.product_type, config.host, config.port, config.database, config.username,
        sorted(config.options.items()),
    )  # fmt: skip
    return hashlib.blake2b(repr(reached).encode(), digest_size=16).digest()


def trino_uses_https(config: DatasourceConfig) -> bool:
    """It does when told to, and when there is something to protect."""
    scheme = config.options.get("http_scheme")
    return scheme == "https" if scheme else _wants_tls(config)


def check_file(config: DatasourceConfig, root: Path) -> None:
    """Raises ConfigProblem when the database file is outside `root`, symlinks followed.

    Server products have no file and pass.
    """
    if not config.product_type.is_file:
        return
    if not Path(config.database).resolve().is_relative_to(root.resolve()):
        raise ConfigProblem("database", "must be inside the directory of database files")


def _validate_server(config: DatasourceConfig) -> None:
    for name in ("host", "username"):
        if not getattr(config, name):
            raise ConfigProblem(name, "is needed")
    if config.port is not None and not 0 < config.port < 65536:
        raise ConfigProblem("port", "must be from 1 to 65535")
    for name in ("host", "username", "password", "database"):
        if "\0" in (getattr(config, name) or ""):
            raise ConfigProblem(name, "may not contain a NUL character")


def _validate_trino(config: DatasourceConfig) -> None:
    catalog, dot, schema = config.database.partition(".")
    if not catalog or (dot and not schema):
        raise ConfigProblem("database", "must be 'catalog' or 'catalog.schema'")
    if _wants_tls(config) and not trino_uses_https(config):
        raise ConfigProblem(
            "options", "'http_scheme' must be https where there is a password or a TLS option"
        )


def _wants_tls(config: DatasourceConfig) -> bool:
    return bool(config.password) or not {"sslmode", "sslrootcert"}.isdisjoint(config.options)


def _validate_options(
    options: Mapping[str, str], known: Mapping[str, Callable[[str], str | None]]
) -> None:
    for name, value in options.items():
        if name not in known:
            allowed = ", ".join(sorted(known)) or "none"
            raise ConfigProblem("options", f"'{name}' is not known; there are: {allowed}")
        if "\0" in value:
            raise ConfigProblem("options", f"'{name}' may not contain a NUL character")
        problem = known[name](value)
        if problem:
            raise ConfigProblem("options", f"'{name}' {problem}")


def _any(_value: str) -> str | None:
    return None


def _one_of(words: frozenset[str]) -> Callable[[str], str | None]:
    def check(value: str) -> str | None:
        return None if value in words else f"must be one of {', '.join(sorted(words))}"

    return check


def _file(value: str) -> str | None:
    if value == "system" or Path(value).is_file():
        return None
    return "names no file"


def _count(value: str) -> str | None:
    return None if value.isascii() and value.isdigit() and int(value) > 0 else "must be 1 or more"


def _memory(value: str) -> str | None:
    number = value.upper().removesuffix("B").rstrip("KMGTI")
    return None if number.strip().isdigit() else "must be a size such as 512MB or 4GB"


_MYSQL: Final[Mapping[str, Callable[[str], str | None]]] = {
    "sslcert": _file,
    "sslkey": _file,
    "sslmode": _one_of(frozenset({"disable", "prefer", "require", "verify-ca", "verify-full"})),
    "sslrootcert": _file,
}
OPTIONS: Final[Mapping[ProductType, Mapping[str, Callable[[str], str | None]]]] = {
    ProductType.POSTGRESQL: {
        "application_name": _any,
        "channel_binding": _one_of(frozenset({"disable", "prefer", "require"})),
        "search_path": _any,
        "sslcert": _file,
        "sslkey": _file,
        "sslmode": _one_of(_SSL_MODES),
        "sslrootcert": _file,
        "target_session_attrs": _one_of(_SESSION_ATTRIBUTES),
    },
    ProductType.MYSQL: _MYSQL,
    ProductType.DUCKDB: {"memory_limit": _memory, "threads": _count},
    ProductType.SQLITE: {},
    ProductType.TRINO: {
        "http_scheme": _one_of(frozenset({"http", "https"})),
        "sslmode": _one_of(frozenset({"require", "verify-full"})),
        "sslrootcert": _file,
    },
    ProductType.STARROCKS: _MYSQL,
}
