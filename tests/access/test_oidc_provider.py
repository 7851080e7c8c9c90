"""Which ID tokens are taken: those of a real provider, forged ones with its key, and without."""

import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from dbapi_platform.access.oidc_provider import OidcProvider
from dbapi_platform.errors import LoginProviderUnavailable, Unauthorized
from tests.services.oidc import KID, Provider, oidc_provider


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with oidc_provider("http://test/callback") as running:
        yield running


async def test_a_provider_that_is_not_there_or_another_is_told(provider: Provider) -> None:
    for issuer in ("http://127.0.0.1:1", f"{provider.issuer}/", f"{provider.issuer}/other"):
        with pytest.raises(LoginProviderUnavailable):
            await OidcProvider(issuer, "x", "y").metadata()


def claims_for(provider: Provider, **changes: Any) -> dict[str, Any]:
    claims = {
        "iss": provider.issuer, "aud": provider.client_id, "sub": "1001", "nonce": "mine",
        "iat": int(time.time()), "exp": int(time.time()) + 600,
    } | changes  # fmt: skip
    return {name: value for name, value in claims.items() if value is not None}


async def test_a_token_signed_by_the_providers_key_is_taken(provider: Provider) -> None:
    """So that those below are refused for what is wrong with each."""
    ours = OidcProvider(provider.issuer, provider.client_id, provider.client_secret)
    token = provider.sign(claims_for(provider))
    assert (await ours.verify(token, nonce="mine"))["sub"] == "1001"
    several = claims_for(provider, aud=[provider.client_id, "x"], azp=provider.client_id)
    assert await ours.verify(provider.sign(several), nonce="mine")


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": ["pydbapi", "another"]},
        {"azp": "another"},
        {"iss": "http://evil.example"},
        {"exp": 1_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": 7},
    ],
)
async def test_a_token_that_says_another_thing_is_refused(
    provider: Provider, changes: dict[str, Any]
) -> None:
    ours = OidcProvider(provider.issuer, provider.client_id, provider.client_secret)
    with pytest.raises(Unauthorized):
        await ours.verify(provider.sign(claims_for(provider, **changes)), nonce="mine")


async def test_a_token_that_the_provider_did_not_sign_is_refused(provider: Provider) -> None:
    ours = OidcProvider(provider.issuer, provider.client_id, provider.client_secret)
    claims = claims_for(provider)
    other = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    forged = [
        jwt.encode(claims, None, "none", headers={"kid": KID}),
        jwt.encode(claims, provider.client_secret * 3, "HS256", headers={"kid": KID}),
        jwt.encode(claims, other, "RS256", headers={"kid": KID}),
        jwt.encode(claims, other, "RS256", headers={"kid": "unknown"}),
        jwt.encode(claims, provider.key, "PS256", headers={"kid": KID}),
        provider.sign(claims)[:-4] + "AAAA",
        "a.b.c",
        "",
    ]
    for token in forged:
        with pytest.raises(Unauthorized):
            await ours.verify(token, nonce="mine")
