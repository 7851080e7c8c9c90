"""Text that only a passphrase opens: scrypt makes a key of it, Fernet encrypts."""

import base64
import os
from typing import Final, TypedDict

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

# 128 MB and a good part of a second for each guess.
COST: Final = 2**17


class Sealed(TypedDict):
    """What is written; the cost is told, so that it may rise."""

    salt: str
    cost: int
    text: str


def seal(text: str, passphrase: str) -> Sealed:
    """The text, for whoever knows the passphrase."""
    salt = os.urandom(16)
    return {
        "salt": salt.hex(),
        "cost": COST,
        "text": _fernet(passphrase, salt, COST).encrypt(text.encode()).decode(),
    }


def open_sealed(sealed: Sealed, passphrase: str) -> str | None:
    """The text again; None with another passphrase."""
    # A cost that somebody else wrote must not take all memory.
    cost = min(sealed["cost"], 2**20)
    try:
        fernet = _fernet(passphrase, bytes.fromhex(sealed["salt"]), cost)
        return fernet.decrypt(sealed["text"].encode()).decode()
    except InvalidToken:
        return None


def _fernet(passphrase: str, salt: bytes, cost: int) -> Fernet:
    key = Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode())
    return Fernet(base64.urlsafe_b64encode(key))
