"""All that logging in is done with, made once from the settings."""

from dataclasses import dataclass
from datetime import timedelta

from ..settings import Settings, SettingsError
from ..store import Database
from .background import Background
from .external import Admission
from .jupyterhub import Hub
from .mail import create_mailer
from .oidc import OidcLogins
from .recovery import Recovery
from .secrets import Cipher
from .sessions import Sessions
from .throttle import Throttle
from .tokens import TokenSigner

# The management route that a provider sends the browser back to.
CALLBACK = "/api/v1/login/oidc/callback"


@dataclass(frozen=True, slots=True)
class Logins:
    """The ways in, and what bounds them."""

    sessions: Sessions
    throttle: Throttle
    background: Background
    recovery: Recovery
    oidc: OidcLogins | None
    hub: Hub | None


def create_signer(settings: Settings) -> TokenSigner:
    """What signs with the present key, and knows the one before it."""
    return TokenSigner(
        settings.secret_key.get_secret_value(), settings.previous_secret_key.get_secret_value()
    )


def create_logins(settings: Settings, database: Database, cipher: Cipher) -> Logins:
    """Make the ways in that the settings name."""
    lifetime = timedelta(minutes=settings.session_token_minutes)
    background = Background()
    return Logins(
        sessions=Sessions(create_signer(settings), lifetime),
        throttle=Throttle(database),
        background=background,
        recovery=Recovery(
            database=database,
            background=background,
            mailer=create_mailer(settings),
            url=settings.recovery_url,
            lifetime=timedelta(minutes=settings.password_reset_minutes),
        ),
        oidc=create_oidc(settings, cipher),
        hub=create_hub(settings),
    )


def create_oidc(settings: Settings, cipher: Cipher) -> OidcLogins | None:
    """None without a provider; nothing is asked of it before somebody logs in.

    Raises SettingsError where the libraries for it are not installed.
    """
    if not settings.oidc_issuer:
        return None
    try:
        from .oidc_provider import OidcProvider  # noqa: PLC0415 - needs the extra `oidc`
    except ModuleNotFoundError as error:
        raise SettingsError(
            "DBAPI_OIDC_ISSUER is set, and what speaks OpenID Connect is not installed; "
            "install it with: pip install 'dbapi-platform[oidc]'"
        ) from error
    return OidcLogins(
        provider=OidcProvider(
            settings.oidc_issuer,
            settings.oidc_client_id,
            settings.oidc_client_secret.get_secret_value(),
        ),
        cipher=cipher,
        callback_url=settings.public_url + CALLBACK,
        scopes=settings.oidc_scopes,
        name=settings.oidc_name,
        username_claim=settings.oidc_username_claim,
        admission=Admission(
            create_users=settings.oidc_create_users,
            roles=settings.oidc_default_roles,
            link_by_email=settings.oidc_link_by_email,
        ),
        allowed_domains=frozenset(settings.oidc_allowed_domains),
    )


def create_hub(settings: Settings) -> Hub | None:
    """None without a JupyterHub."""
    if not settings.jupyterhub_api_url:
        return None
    admission = Admission(
        create_users=settings.jupyterhub_create_users, roles=settings.jupyterhub_default_roles
    )
    return Hub(settings.jupyterhub_api_url, admission)
