"""All that logging in is done with, made once from the settings."""

from dataclasses import dataclass
from datetime import timedelta

from ..settings import Settings
from ..store import Database
from .sessions import Sessions
from .throttle import Throttle
from .tokens import TokenSigner


@dataclass(frozen=True, slots=True)
class Logins:
    """The ways in, and what bounds them."""

    sessions: Sessions
    throttle: Throttle


def create_signer(settings: Settings) -> TokenSigner:
    """What signs with the present key, and knows the one before it."""
    return TokenSigner(
        settings.secret_key.get_secret_value(), settings.previous_secret_key.get_secret_value()
    )


def create_logins(settings: Settings, database: Database) -> Logins:
    """Make the ways in that the settings name."""
    lifetime = timedelta(minutes=settings.session_token_minutes)
    return Logins(
        sessions=Sessions(create_signer(settings), lifetime),
        throttle=Throttle(database),
    )
