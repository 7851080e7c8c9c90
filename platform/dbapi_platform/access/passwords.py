"""Passwords: Argon2, off the event loop, and the same time for users that do not exist."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ..errors import InvalidRequest

MIN_LENGTH = 8
MAX_LENGTH = 256

_hasher = PasswordHasher()
# Verified against when there is no such user, so that a refusal always takes one Argon2 run.
_nobody = _hasher.hash("no such user")


def check_password_rules(password: str, field: str = "password") -> None:
    """Raises InvalidRequest unless the password is long enough."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidRequest.of(field, f"expected {MIN_LENGTH} to {MAX_LENGTH} characters")


async def hash_password(password: str) -> str:
    """The password's Argon2 hash."""
    return await asyncio.to_thread(_hasher.hash, password)


async def password_matches(password: str, stored_hash: str | None) -> bool:
    """Whether the password is the stored one; None stands for a user that does not exist."""
    return await asyncio.to_thread(_verify, password, stored_hash)


def _verify(password: str, stored_hash: str | None) -> bool:
    try:
        matches = _hasher.verify(stored_hash or _nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored_hash is not None
