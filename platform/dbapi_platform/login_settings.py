"""The settings of logging in: keys before the present ones, e-mail, and login providers."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode


class LoginSettings(BaseSettings):
    """A part of `Settings`."""

    previous_secret_key: SecretStr = Field(
        SecretStr(""),
        description="The secret key before the present one: tokens that it signed stay good while "
        "it is set. See docs/keys.md.",
    )
    previous_encryption_key: SecretStr = Field(
        SecretStr(""),
        description="The encryption key before the present one: what it encrypted can be read "
        "while it is set. `dbapi keys rotate` ends the need for it. See docs/keys.md.",
    )
    password_reset_minutes: int = Field(
        30,
        ge=5,
        le=1_440,
        description="How long the token of a password reset is good, in minutes.",
    )
    recovery_url: str = Field(
        "",
        description="The page that a password reset's e-mail links to, with `?token=…` added. "
        "Without it the e-mail holds the token alone.",
    )
    smtp_host: str = Field(
        "", description="The mail server that e-mail is sent by. Without it none is sent."
    )
    smtp_port: int = Field(587, ge=1, le=65_535, description="The mail server's port.")
    smtp_username: str = Field("", description="The name to log in with at the mail server.")
    smtp_password: SecretStr = Field(
        SecretStr(""), description="The password to log in with at the mail server."
    )
    smtp_tls: Literal["none", "starttls", "tls"] = Field(
        "starttls",
        description="How the mail server is spoken to: `starttls` (the usual one on 587), `tls` "
        "(465), or `none`.",
    )
    smtp_ca_file: Path | None = Field(
        None,
        description="Certificates (PEM) of the authority that vouches for the mail server, where "
        "the system does not know it.",
    )
    smtp_from: str = Field(
        "", description="The sender's address of e-mail; required with a mail server."
    )
    smtp_timeout_seconds: float = Field(
        10, gt=0, le=60, description="How long sending an e-mail may take, in seconds."
    )
    oidc_issuer: str = Field(
        "",
        description="The OpenID Connect provider that users may log in at, such as "
        "`https://login.example.com/realms/staff`. Needs `pip install 'dbapi-platform[oidc]'`.",
    )
    oidc_client_id: str = Field("", description="What the provider knows the platform as.")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""), description="The platform's secret at the provider."
    )
    oidc_scopes: str = Field(
        "openid profile email", description="What the provider is asked for, `openid` included."
    )
    oidc_name: str = Field("single sign-on", description="What users know the provider as.")
    oidc_username_claim: str = Field(
        "preferred_username", description="The claim that a new user is named by."
    )
    oidc_create_users: bool = Field(
        False,  # noqa: FBT003 - the default's value
        description="Make a user for whoever logs in at the provider and has none here.",
    )
    oidc_link_by_email: bool = Field(
        False,  # noqa: FBT003
        description="Take whoever logs in at the provider for the user of the same e-mail address, "
        "if the provider says that it is verified.",
    )
    oidc_default_roles: Annotated[list[str], NoDecode] = Field(
        [], description="Roles, comma-separated, of users who are made at their first login there."
    )
    oidc_allowed_domains: Annotated[list[str], NoDecode] = Field(
        [],
        description="Domains, comma-separated, that a verified e-mail address must be of to log in "
        "at the provider. Any, where none is named.",
    )
    jupyterhub_api_url: str = Field(
        "",
        description="The API of a JupyterHub whose users may log in with their Hub token, such as "
        "`http://hub:8081/hub/api`.",
    )
    jupyterhub_create_users: bool = Field(
        False,  # noqa: FBT003
        description="Make a user for whoever comes from the Hub and has none here.",
    )
    jupyterhub_default_roles: Annotated[list[str], NoDecode] = Field(
        [], description="Roles, comma-separated, of users who are made for users of the Hub."
    )

    @field_validator(
        "oidc_default_roles", "oidc_allowed_domains", "jupyterhub_default_roles", mode="before"
    )
    @classmethod
    def _split_names(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("oidc_allowed_domains")
    @classmethod
    def _lower_domains(cls, names: list[str]) -> list[str]:
        return [name.lower() for name in names]

    @field_validator("recovery_url", "oidc_issuer", "jupyterhub_api_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("expected an address such as https://login.example.com")
        return value

    def missing_logins(self) -> list[str]:
        """What is set in part only, and so cannot work."""
        problems = []
        if self.smtp_host and not self.smtp_from:
            problems.append("DBAPI_SMTP_FROM is not set; e-mail needs a sender's address")
        if self.smtp_username and self.smtp_tls == "none":
            problems.append(
                "DBAPI_SMTP_TLS is none: the mail server's password would be sent in the clear; "
                "use starttls or tls"
            )
        if self.oidc_issuer and not self.oidc_client_id:
            problems.append("DBAPI_OIDC_CLIENT_ID is not set; the provider needs to know it")
        if self.oidc_issuer and "openid" not in self.oidc_scopes.split():
            problems.append("DBAPI_OIDC_SCOPES: 'openid' is missing")
        return problems
