"""Tokens, secrets and passwords."""

import uuid
from datetime import timedelta

import jwt
import pytest

from dbapi_platform.access.passwords import hash_password, password_matches
from dbapi_platform.access.secrets import (
    Cipher,
    DecryptionFailed,
    hash_secret,
    new_encryption_key,
    new_secret,
    secret_matches,
)
from dbapi_platform.access.tokens import TokenSigner
from dbapi_platform.errors import Unauthorized

SIGNER = TokenSigner("k" * 40)
USER = uuid.uuid4()


def sign(audience: str = "gateway", **fields: object) -> str:
    return SIGNER.sign(audience, USER, generation=3, lifetime=fields.get("lifetime", timedelta(60)))


def test_a_token_says_who_and_which_generation() -> None:
    claims = SIGNER.verify("gateway", sign())
    assert (claims.subject, claims.generation) == (USER, 3)


def test_a_clients_token_is_no_session_and_the_other_way_round() -> None:
    with pytest.raises(Unauthorized):
        SIGNER.verify("management", sign("gateway"))
    with pytest.raises(Unauthorized):
        SIGNER.verify("gateway", sign("management"))


GOOD: dict[str, object] = {
    "sub": str(USER), "aud": "gateway", "iss": "dbapi", "gen": 3, "exp": 4e9,
}  # fmt: skip
WITHOUT_END = {name: value for name, value in GOOD.items() if name != "exp"}


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "x" * 5000,
        jwt.encode(GOOD, None, "none"),
        jwt.encode(GOOD, "z" * 40),
        jwt.encode(WITHOUT_END, "k" * 40),
        jwt.encode(GOOD | {"sub": "me"}, "k" * 40),
    ],
)
def test_a_forged_token_is_refused(token: str) -> None:
    with pytest.raises(Unauthorized, match="not valid"):
        SIGNER.verify("gateway", token)


def test_an_expired_token_is_refused_and_says_so() -> None:
    with pytest.raises(Unauthorized, match="expired"):
        SIGNER.verify("gateway", sign(lifetime=timedelta(seconds=-1)))


async def test_passwords_are_argon2_and_nobody_matches_nothing() -> None:
    stored = await hash_password("hunter22")
    assert stored.startswith("$argon2id$")
    assert await password_matches("hunter22", stored)
    assert not await password_matches("hunter23", stored)
    assert not await password_matches("no such user", None)


def test_a_secret_is_found_again_only_by_its_hash() -> None:
    secret = new_secret("dbapi_cs_")
    assert secret not in hash_secret(secret)
    assert secret_matches(secret, hash_secret(secret))
    assert not secret_matches(secret + "x", hash_secret(secret))


def test_another_key_cannot_decrypt() -> None:
    stored = Cipher(new_encryption_key()).encrypt("s3cret")
    assert "s3cret" not in stored
    with pytest.raises(DecryptionFailed, match="DBAPI_ENCRYPTION_KEY"):
        Cipher(new_encryption_key()).decrypt(stored)
