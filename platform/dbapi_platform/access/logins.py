"""All that logging in is done with, made once from the settings."""

from dataclasses import dataclass
from datetime import timedelta

from ..settings import Settings
from ..store import Database
from .background import Background
from .mail import create_mailer
from .recovery import Recovery
from .sessions import Sessions
from .throttle import Throttle
from .tokens import TokenSigner


@dataclass(frozen=True, slots=True)
class Logins:
    """The ways in, and what bounds them."""

    sessions: Sessions
    throttle: Throttle
    background: Background
    recovery: Recovery


def create_signer(settings: Settings) -> TokenSigner:
    """What signs with the present key, and knows the one before it."""
    return TokenSigner(
        settings.secret_key.get_secret_value(), settings.previous_secret_key.get_secret_value()
    )


def create_logins(settings: Settings, database: Database) -> Logins:
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
    )
