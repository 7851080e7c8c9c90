"""Passwords: Argon2, off the event loop, and the same time for users that do not exist."""

import asyncio
import os
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ..errors import InvalidRequest

MIN_LENGTH = 8
MAX_LENGTH = 256
# Of the lists of leaked passwords, those at the top that are long enough to pass otherwise.
COMMONEST = frozenset(
    """
    00000000 11111111 11223344 12121212 12341234 12344321 12345678 123123123 123456789 1234567890
    1q2w3e4r 1q2w3e4r5t 1qaz2wsx 55555555 66666666 87654321 88888888 987654321 99999999 a1b2c3d4
    aa123456 aaaaaaaa abc12345 abcd1234 abcdefgh admin123 admin1234 administrator asdfasdf asdfghjk
    asdfghjkl baseball blink182 charlie1 chocolate computer corvette dragon123 football football1
    iloveyou iloveyou1 internet jennifer jordan23 letmein1 liverpool login123 master123 mercedes
    michael1 michelle midnight monkey123 mustang1 p@ssw0rd p@ssword passw0rd password password!
    password1 password12 password123 password1234 princess princess1 q1w2e3r4 q1w2e3r4t5 qazwsxedc
    qwer1234 qwerty12 qwerty123 qwertyui qwertyuiop samantha spiderman starwars startrek sunshine
    superman superman1 test1234 testtest trustno1 welcome1 welcome123 whatever zaq12wsx zxcvbnm1
    changeme changeme1 changeme123
    """.split()  # noqa: SIM905 - words read better as text
)
# One run takes 64 MB and a processor. Threads of their own bound them, and leave the others free.
AT_ONCE = max(2, min(4, os.cpu_count() or 2))

_hasher = PasswordHasher()
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
# Verified against when there is no such user, so that a refusal always takes one Argon2 run.
_nobody = _hasher.hash(secrets.token_urlsafe())


def check_password_rules(
    password: str, field: str = "password", *, username: str | None = None
) -> None:
    """Raises InvalidRequest for what is short, or the first that anybody would try."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidRequest.of(field, f"expected {MIN_LENGTH} to {MAX_LENGTH} characters")
    plain = password.strip().casefold()
    if username is not None and plain == username.strip().casefold():
        raise InvalidRequest.of(field, "expected another word than the user name")
    if plain in COMMONEST:
        raise InvalidRequest.of(field, "is one of the commonest passwords; choose another")


async def hash_password(password: str) -> str:
    """The password's Argon2 hash."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def password_matches(password: str, stored_hash: str | None) -> bool:
    """Whether the password is the stored one.

    Without a hash, of a user that does not exist or logs in elsewhere, it never is, and takes as
    long.
    """
    return await asyncio.get_running_loop().run_in_executor(
        _threads, _verify, password, stored_hash
    )


def _verify(password: str, stored_hash: str | None) -> bool:
    try:
        matches = _hasher.verify(stored_hash or _nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    return matches and bool(stored_hash)
