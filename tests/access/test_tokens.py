"""Tokens, secrets and passwords."""

import uuid
from datetime import timedelta
from typing import Any

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
from dbapi_platform.access.tokens import TYPES, TokenSigner, key_id
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


KEY = "k" * 40
GOOD: dict[str, object] = {
    "sub": str(USER), "aud": "gateway", "iss": "dbapi", "gen": 3, "exp": 4e9, "iat": 0,
    "jti": uuid.uuid4().hex,
}  # fmt: skip
HEADERS = {"typ": TYPES["gateway"], "kid": key_id(KEY)}


def forge(
    key: str | None = KEY,
    algorithm: str = "HS256",
    headers: dict[str, str] = HEADERS,
    **claims: Any,
) -> str:
    given = {name: value for name, value in (GOOD | claims).items() if value is not None}
    return jwt.encode(given, key, algorithm, headers=headers)


def test_a_token_made_as_ours_are_is_taken() -> None:
    """So that the forged ones below are refused for what is wrong with each."""
    assert SIGNER.verify("gateway", forge()).subject == USER


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "x" * 5000,
        forge(None, "none"),
        forge("z" * 40),
        forge("k" * 60, "HS384"),
        forge(exp=None),
        forge(jti=None),
        forge(iat=None),
        forge(sub="me"),
        forge(jti="no id"),
        forge(iss="another"),
        forge(aud="management"),
        forge(headers=HEADERS | {"typ": TYPES["management"]}),
        forge(headers=HEADERS | {"typ": "JWT"}),
        forge(headers=HEADERS | {"kid": key_id("z" * 40)}),
        forge(headers={"typ": TYPES["gateway"]}),
    ],
)
def test_a_forged_token_is_refused(token: str) -> None:
    with pytest.raises(Unauthorized, match="not valid"):
        SIGNER.verify("gateway", token)


def test_the_key_before_verifies_and_no_longer_signs() -> None:
    old, rotated = TokenSigner("o" * 40), TokenSigner(KEY, "o" * 40)
    token = old.sign("gateway", USER, generation=1, lifetime=timedelta(60))
    assert rotated.verify("gateway", token).subject == USER
    fresh = rotated.sign("gateway", USER, generation=1, lifetime=timedelta(60))
    assert jwt.get_unverified_header(fresh)["kid"] == key_id(KEY)
    assert SIGNER.verify("gateway", fresh).subject == USER
    for other in (old, TokenSigner("t" * 40)):
        with pytest.raises(Unauthorized):
            other.verify("gateway", fresh)
    with pytest.raises(Unauthorized):
        TokenSigner("t" * 40, KEY).verify("gateway", token)


def test_no_previous_key_is_not_an_empty_key() -> None:
    with pytest.raises(Unauthorized):
        SIGNER.verify("gateway", forge("z" * 40, headers=HEADERS | {"kid": key_id("")}))


def test_an_expired_token_is_refused_and_says_so() -> None:
    with pytest.raises(Unauthorized, match="expired"):
        SIGNER.verify("gateway", sign(lifetime=timedelta(seconds=-1)))


async def test_passwords_are_argon2_and_nobody_matches_nothing() -> None:
    stored = await hash_password("hunter22")
    assert stored.startswith("$argon2id$")
    assert await password_matches("hunter22", stored)
    assert not await password_matches("hunter23", stored)
    for nothing in (None, "", "no hash"):
        assert not await password_matches("", nothing)
        assert not await password_matches("hunter22", nothing)


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
