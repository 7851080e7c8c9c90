"""Settings of how the platform is watched, and what it does when something else fails."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from .logs import LogFormat


class OperatingSettings(BaseSettings):
    """For whoever runs it; see docs/operations.md."""

    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="What `GET /metrics` wants as `Authorization: Bearer …`: Prometheus's own "
        "secret, made with `dbapi generate-key`. Empty: there are no metrics.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much the server logs. Values and SQL are not logged at any level."
    )
    log_format: LogFormat = Field(
        "text",
        description="What the server logs to its error stream: lines for people (`text`), or an "
        "object a line for programs (`json`), with the id of the request that it is about.",
    )
    database_wait_seconds: float = Field(
        60,
        ge=0,
        description="How long `dbapi serve` and `dbapi prestart` wait for the platform's database, "
        "in seconds.",
    )
    first_admin_username: str = Field(
        "admin",
        description="The superuser that `dbapi prestart` makes where nobody can administer.",
    )
    first_admin_password: SecretStr = Field(
        SecretStr(""),
        description="That superuser's password. Empty: none is made; see `dbapi create-admin`. "
        "Take it away once it has been changed.",
    )
    client_patience_seconds: float = Field(
        20,
        ge=1,
        le=600,
        description="How long a client may take to send a request's headers, in seconds. A body "
        "may take longer, and so may reading the answer, while 500 bytes a second pass.",
    )
    access_spool_directory: Path = Field(
        Path("spool"),
        description="Where access records wait on disk while the platform's database cannot take "
        "them. Workers of one machine share it; it is made when it is needed.",
    )
    access_spool_mb: int = Field(
        1_024,
        ge=0,
        description="How much disk they may use, in megabytes: about 2,500 records each. Beyond "
        "it, and with 0, those that `DBAPI_ACCESS_QUEUE_SIZE` has no room for are lost.",
    )
    otlp_endpoint: str = Field(
        "",
        description="`http://host:4318`: the OpenTelemetry collector that traces of the gateway's "
        "requests are sent to, by OTLP over HTTP. Needs the extra `otel`. Empty: there are none.",
    )

    @field_validator("otlp_endpoint")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and not re.match(r"https?://[^/]", value):
            raise ValueError("expected an address such as http://127.0.0.1:4318")
        return value
