"""Every setting of the platform, read from the environment with the prefix `DBAPI_`."""

import re
import sqlite3
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from .job_settings import JobSettings
from .login_settings import LoginSettings
from .operating_settings import OperatingSettings

MIN_SECRET_BYTES = 32
OLDEST_SQLITE = (3, 38)


class SettingsError(Exception):
    """A setting is missing or too weak to start with; the message says which and what to do."""


class Settings(OperatingSettings, LoginSettings, JobSettings):
    """What an operator can set. Secrets have no default: nothing starts with a known one."""

    model_config = SettingsConfigDict(env_prefix="DBAPI_", env_file=".env", extra="ignore")

    database_url: str = Field(
        "sqlite:///dbapi.sqlite3",
        description="The platform's own database: `sqlite:///path` or "
        "`postgresql://user:password@host:port/name`.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Signs session and client tokens: at least 32 random bytes, for example from "
        "`dbapi generate-key`. Required.",
    )
    encryption_key: SecretStr = Field(
        SecretStr(""),
        description="Encrypts datasource passwords: a key from `dbapi generate-key --encryption`. "
        "Required, and not the same as the secret key.",
    )
    public_url: str = Field(
        "http://127.0.0.1:8000",
        description="How consumers reach the platform; used to print endpoints' URLs.",
    )
    file_datasource_root: Path = Field(
        Path("data"),
        description="DuckDB and SQLite datasources may only name files below this directory.",
    )
    session_token_minutes: int = Field(
        480, ge=5, le=43_200, description="How long a login lasts, in minutes."
    )
    client_token_seconds: int = Field(
        3_600, ge=60, le=86_400, description="How long a client's token lasts, in seconds."
    )
    snapshot_poll_ms: int = Field(
        200,
        ge=20,
        le=1_000,
        description="How often a worker asks whether a publish or a grant changed something, in "
        "milliseconds. A change is live everywhere within this time and one reload.",
    )
    max_body_bytes: int = Field(
        1_048_576, ge=1_024, description="The largest request body the gateway reads, in bytes."
    )
    max_rows: int = Field(
        100_000, ge=1, description="The most rows that any endpoint may answer with."
    )
    max_export_rows: int = Field(
        10_000_000,
        ge=1,
        description="The most rows that any endpoint may export. DBAPI_MAX_ROWS counts where it is "
        "more.",
    )
    max_timeout_seconds: float = Field(
        300, gt=0, description="The longest timeout that an endpoint may ask for, in seconds."
    )
    max_export_seconds: float = Field(
        3_600,
        gt=0,
        description="How long an answer may take that is sent while it is made, in seconds: "
        "NDJSON, CSV, Arrow, Parquet. It holds a connection to its database as long as that.",
    )
    default_rows: int = Field(
        10_000, ge=1, description="The row limit of an endpoint that sets none."
    )
    default_timeout_seconds: float = Field(
        30, gt=0, description="The timeout of an endpoint that sets none, in seconds."
    )
    default_max_concurrent: int = Field(
        64,
        ge=1,
        description="How many requests of one client (or one address, on public endpoints) may be "
        "under way at once, where the client has no limit of its own; in a worker, and with Redis "
        "in all of them.",
    )
    sql_max_template_bytes: int = Field(
        1_048_576, ge=1_024, description="The largest SQL template, in bytes."
    )
    sql_max_rendered_bytes: int = Field(
        10_485_760, ge=1_024, description="The largest SQL text a template may render to, in bytes."
    )
    script_workers: int = Field(
        8,
        ge=2,
        le=200,
        description="Processes for scripts in each worker of the platform, at most: as many "
        "scripts run at once. Each serves one datasource at a time.",
    )
    script_cpu_seconds: float = Field(
        10, gt=0, description="Processor time that a call of a script may use, in seconds."
    )
    script_memory_mb: int = Field(
        256, ge=32, description="Memory that a script may use, in megabytes."
    )
    script_max_output_bytes: int = Field(
        10_485_760, ge=1_024, description="The largest answer of a script, in bytes of JSON."
    )
    script_max_queries: int = Field(
        100,
        ge=1,
        description="How many questions a call of a script may ask: queries, requests, and what "
        "it wants of `tx`, `cache` and `env`.",
    )
    script_extra_modules: Annotated[list[str], NoDecode] = Field(
        [],
        description="Modules, comma-separated, that scripts may import beside the usual ones. "
        "Modules that lead out of a script (`os`, `sys`, `subprocess`, …) are refused.",
    )
    script_env: Annotated[list[str], NoDecode] = Field(
        [],
        description="Names of environment variables, comma-separated, that scripts may read. "
        "The platform's own (`DBAPI_…`) are refused.",
    )
    script_http_hosts: Annotated[list[str], NoDecode] = Field(
        [],
        description="Hosts, comma-separated, that scripts may call: `api.example.com`, "
        "`*.example.com`, or `*` for every public one. None unless they are named.",
    )
    script_http_networks: Annotated[list[IPv4Network | IPv6Network], NoDecode] = Field(
        [],
        description="Private networks, comma-separated, that hosts of scripts may be in, such as "
        "`10.1.0.0/16`. Without it only public addresses are called.",
    )
    script_http_max_bytes: int = Field(
        10_485_760, ge=1_024, description="The largest answer that a script's request reads."
    )
    script_require_seccomp: bool = Field(
        False,  # noqa: FBT003 - the default's value
        description="Refuse to start where the kernel's filter of system calls cannot be had. "
        "`/health/ready` tells which locks hold.",
    )
    redis_url: SecretStr = Field(
        SecretStr(""),
        description="`redis://host:port/0`: where requests are counted, and scripts' `cache` is "
        "kept, for all workers. Without it each worker counts and keeps for itself.",
    )
    cache_mb: int = Field(
        64,
        ge=1,
        description="Memory of each worker for answers of endpoints that set `cache`, in "
        "megabytes. With Redis all workers share them too.",
    )
    limits_on_redis_failure: Literal["open", "local", "closed"] = Field(
        "local",
        description="While Redis is away: hold no limits (`open`), count in each worker "
        "(`local`), or refuse what would be counted with 503 (`closed`).",
    )
    pool_size: int = Field(
        8, ge=1, le=200, description="Connections per datasource and worker, at most."
    )
    connect_timeout_seconds: float = Field(
        5, gt=0, le=60, description="How long connecting to a datasource may take, in seconds."
    )
    compiled_endpoints: int = Field(
        2_000, ge=10, description="How many compiled endpoints a worker keeps."
    )
    access_queue_size: int = Field(
        20_000,
        ge=100,
        description="How many access records a worker holds in memory while its database cannot "
        "take them. When half as many wait, the oldest are moved to disk; where that has no room, "
        "the oldest beyond this number are dropped, and counted.",
    )
    access_record_days: int = Field(
        90,
        ge=0,
        le=36_500,
        description="How many days access records are kept; 0 keeps them for ever. What has been "
        "added up for the overview stays.",
    )
    redacted_parameters: Annotated[list[str], NoDecode] = Field(
        [
            "password", "passwd", "secret", "client_secret", "token", "api_key", "apikey",
            "access_token", "authorization", "key", "sig", "signature",
        ],
        description="Names of query parameters, comma-separated, in any case, whose values access "
        "records do not keep: `***` stands for them.",
    )  # fmt: skip
    trusted_proxies: int = Field(
        0,
        ge=0,
        le=10,
        description="How many proxies in front may be believed about a caller's address "
        "(`X-Forwarded-For`, counted from the right).",
    )
    cors_origins: Annotated[list[str], NoDecode] = Field(
        [], description="Origins, comma-separated, whose pages may call the management API."
    )
    web_enabled: bool = Field(
        True,  # noqa: FBT003
        description="Serve the platform's pages to browsers at `/`, and let them log in by a "
        "cookie.",
    )
    catalogue_enabled: bool = Field(
        True,  # noqa: FBT003
        description="Tell consumers at `/catalog` which endpoints they may call, public ones "
        "without a login; the page for people is served with the other pages only.",
    )

    @field_validator(
        "cors_origins",
        "script_extra_modules",
        "script_env",
        "script_http_hosts",
        "script_http_networks",
        "redacted_parameters",
        mode="before",
    )
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("script_env")
    @classmethod
    def _are_not_our_own(cls, names: list[str]) -> list[str]:
        for name in names:
            if name.upper().startswith("DBAPI_"):
                raise ValueError(f"{name} is the platform's own: scripts may not read it")
        return names

    @field_validator("script_http_hosts")
    @classmethod
    def _in_lower_case(cls, names: list[str]) -> list[str]:
        return [name.lower() for name in names]

    @field_validator("public_url")
    @classmethod
    def _without_trailing_slash(cls, value: str) -> str:
        if not re.match(r"https?://[^/]", value):
            raise ValueError("expected an address such as https://data.example.com")
        return value.rstrip("/")

    @cached_property
    def async_database_url(self) -> str:
        """The database URL with the driver that the store uses."""
        for prefix, driver in (
            ("postgresql://", "postgresql+psycopg://"),
            ("postgres://", "postgresql+psycopg://"),
            ("sqlite://", "sqlite+aiosqlite://"),
        ):
            if self.database_url.startswith(prefix):
                if prefix == "sqlite://":
                    _require_sqlite()
                return driver + self.database_url.removeprefix(prefix)
        raise SettingsError(
            "DBAPI_DATABASE_URL: expected sqlite:///… or postgresql://…, "
            f"got a URL that starts with '{self.database_url.split(':', 1)[0]}:'"
        )

    def require_secrets(self) -> None:
        """Refuse to go on without strong keys. Raises SettingsError, naming each setting."""
        problems = [
            *_weakness("DBAPI_SECRET_KEY", self.secret_key, "dbapi generate-key"),
            *_weakness(
                "DBAPI_ENCRYPTION_KEY", self.encryption_key, "dbapi generate-key --encryption"
            ),
            *self.missing_logins(),
        ]
        if self.previous_secret_key.get_secret_value():
            problems += _weakness(
                "DBAPI_PREVIOUS_SECRET_KEY", self.previous_secret_key, "dbapi generate-key"
            )
        if self.metrics_token.get_secret_value():
            problems += _weakness("DBAPI_METRICS_TOKEN", self.metrics_token, "dbapi generate-key")
        if not problems and (
            self.secret_key.get_secret_value() == self.encryption_key.get_secret_value()
        ):
            problems = ["DBAPI_ENCRYPTION_KEY is the same as DBAPI_SECRET_KEY; use two keys"]
        if problems:
            raise SettingsError("\n".join(problems))


def _require_sqlite() -> None:
    """Older ones cannot store access records."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise SettingsError(
            f"DBAPI_DATABASE_URL: SQLite {oldest} or newer is needed, and this Python has "
            f"{sqlite3.sqlite_version}; use PostgreSQL, or a Python with a newer one"
        )


def _weakness(name: str, key: SecretStr, command: str) -> list[str]:
    value = key.get_secret_value()
    if not value:
        return [f"{name} is not set; make one with `{command}`"]
    if len(value.encode()) < MIN_SECRET_BYTES or len(set(value)) < 10:
        return [f"{name} is too weak: expected 32 random bytes or more; make one with `{command}`"]
    return []
