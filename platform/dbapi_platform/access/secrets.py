"""Secrets at rest: what must be read again is encrypted, what is only compared is hashed."""

import hashlib
import hmac
import secrets
from contextlib import suppress

from cryptography.fernet import Fernet, InvalidToken

PERSONAL_TOKEN_PREFIX = "dbapi_pat_"  # noqa: S105 - a prefix, so that scanners find leaked tokens
CLIENT_SECRET_PREFIX = "dbapi_cs_"  # noqa: S105


class DecryptionFailed(Exception):
    """The encryption key is not the one that the stored secret was encrypted with."""


class Cipher:
    """Encrypts datasource passwords with the platform's encryption key (Fernet: AES-128, HMAC).

    What was encrypted with the key before it is still read, where that one is given.
    """

    def __init__(self, key: str, previous_key: str = "") -> None:
        self._present = Fernet(key)
        self._fernets = (self._present, *([Fernet(previous_key)] if previous_key else []))

    def encrypt(self, text: str) -> str:
        """The text, encrypted for storage with the present key."""
        return self._present.encrypt(text.encode()).decode()

    def decrypt(self, stored: str) -> str:
        """The text again. Raises DecryptionFailed."""
        for fernet in self._fernets:
            with suppress(InvalidToken):
                return fernet.decrypt(stored.encode()).decode()
        raise DecryptionFailed(
            "A stored password cannot be decrypted: DBAPI_ENCRYPTION_KEY is not the key it "
            "was encrypted with. Set the old key again, as DBAPI_PREVIOUS_ENCRYPTION_KEY if there "
            "is a new one, or enter the password anew."
        )

    def is_present(self, stored: str) -> bool:
        """Whether the present key opens it, so that the one before is not needed."""
        try:
            self._present.decrypt(stored.encode())
        except InvalidToken:
            return False
        return True


def new_encryption_key() -> str:
    """A key for `Cipher`."""
    return Fernet.generate_key().decode()


def new_secret(prefix: str = "") -> str:
    """256 random bits in printable form."""
    return prefix + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """SHA-256 of a generated secret: 256 random bits cannot be guessed, so no slow hash is due."""
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_matches(secret: str, stored_hash: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(hash_secret(secret), stored_hash)
