"""What is sent to a provider's token endpoint, and what becomes of strange answers."""

import base64
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from dbapi_platform.access.oidc_client import MAX_BYTES
from dbapi_platform.access.oidc_provider import SIGNATURES, OidcProvider
from dbapi_platform.errors import LoginProviderUnavailable, Unauthorized

CLIENT, SECRET = "a client", "of 100 % + ü:"
CALLBACK = "https://data.example.com/callback"
RSA = RSAKey.generate_key(2_048, {"kid": "first", "use": "sig"})


@dataclass
class Strange:
    """A provider that answers what a test wants."""

    issuer: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    keys: list[Any] = field(default_factory=lambda: [RSA.as_dict(private=False)])
    user_info: dict[str, Any] = field(default_factory=dict)
    token: Callable[[], web.Response] | None = None
    asked: list[tuple[str, dict[str, str], str | None]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append((request.path, form, request.headers.get("Authorization")))
        match request.path:
            case "/keys":
                return web.json_response({"keys": self.keys})
            case "/user":
                return web.json_response(self.user_info)
            case "/token":
                return self.token() if self.token else self.tokens()
        endpoints = {
            "authorization_endpoint": f"{self.issuer}/login?tenant=7",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/user",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return web.json_response({"issuer": self.issuer} | endpoints | self.metadata)

    def tokens(self, **others: Any) -> web.Response:
        return web.json_response(
            {"access_token": "opaque", "token_type": "Bearer", "id_token": self.sign()} | others
        )

    def sign(self, key: RSAKey | ECKey | OKPKey = RSA, alg: str = "RS256", **header: Any) -> str:
        present = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "7", "nonce": "mine", "iat": present,
            "exp": present + 600,
        }  # fmt: skip
        told = {"alg": alg, "kid": key.kid} | header
        told = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(told, claims, key, registry=SIGNATURES)

    def sent(self, path: str) -> tuple[dict[str, str], str | None]:
        return next((form, header) for asked, form, header in self.asked if asked == path)

    def ours(self, secret: str = SECRET) -> OidcProvider:
        return OidcProvider(self.issuer, CLIENT, secret)


async def exchange(ours: OidcProvider) -> dict[str, Any]:
    return await ours.exchange("a code", verifier="v" * 43, redirect_uri=CALLBACK, nonce="mine")


@pytest_asyncio.fixture
async def strange() -> AsyncIterator[Strange]:
    provider = Strange()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", provider.answer)
    async with TestServer(application) as server:
        provider.issuer = f"http://127.0.0.1:{server.port}"
        yield provider


async def test_the_browser_is_sent_with_a_challenge(strange: Strange) -> None:
    url = await strange.ours().authorization_url(
        verifier="v" * 43, state="s", nonce="n", scope="openid", redirect_uri=CALLBACK
    )
    query = parse_qs(urlsplit(url).query)
    assert query.pop("code_challenge")[0] not in ("", "v" * 43)
    assert query == {
        "tenant": ["7"], "response_type": ["code"], "client_id": [CLIENT], "state": ["s"],
        "nonce": ["n"], "scope": ["openid"], "redirect_uri": [CALLBACK],
        "code_challenge_method": ["S256"],
    }  # fmt: skip


async def test_the_client_shows_who_it_is_as_the_provider_wants(strange: Strange) -> None:
    code = {
        "grant_type": "authorization_code", "code": "a code", "code_verifier": "v" * 43,
        "redirect_uri": CALLBACK,
    }  # fmt: skip
    assert (await exchange(strange.ours()))["sub"] == "7"
    form, header = strange.sent("/token")
    assert form == code
    assert header
    both = base64.b64decode(header.removeprefix("Basic ")).decode().split(":")
    assert [unquote_plus(part) for part in both] == [CLIENT, SECRET]

    strange.asked.clear()
    strange.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    await exchange(strange.ours())
    sent = code | {"client_id": CLIENT, "client_secret": SECRET}
    assert strange.sent("/token") == (sent, None)

    strange.asked.clear()
    await exchange(strange.ours(secret=""))
    assert strange.sent("/token") == (code | {"client_id": CLIENT}, None)


async def test_what_the_provider_tells_elsewhere_is_of_the_same_user(strange: Strange) -> None:
    strange.user_info = {"sub": "7", "email": "x@example.com", "nonce": "another"}
    claims = await exchange(strange.ours())
    assert (claims["email"], claims["nonce"]) == ("x@example.com", "mine")
    assert strange.sent("/user") == ({}, "Bearer opaque")
    strange.user_info["sub"] = "8"
    assert "email" not in await exchange(strange.ours())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (web.Response(status=500), LoginProviderUnavailable),
        (web.json_response({"error": "server_error"}, status=503), LoginProviderUnavailable),
        (web.Response(body=b"[" * (MAX_BYTES + 1)), LoginProviderUnavailable),
        (web.Response(body=b"[" * 100_000), Unauthorized),
        (web.Response(text="<html>"), Unauthorized),
        (web.Response(text="<html>", status=429), Unauthorized),
        (web.json_response([]), Unauthorized),
        (web.json_response({"error": "invalid_grant"}, status=400), Unauthorized),
        (web.json_response({"error": {"strange": 1}}, status=400), Unauthorized),
        (web.json_response({"access_token": "x", "id_token": 7}), Unauthorized),
        (web.json_response({"id_token": "x", "expires_in": [7]}), Unauthorized),
        (web.json_response({"id_token": "\ud800"}), Unauthorized),
    ],
)
async def test_strange_answers_let_nobody_in(
    strange: Strange, answer: web.Response, error: type[Exception]
) -> None:
    strange.token = lambda: answer
    with pytest.raises(error):
        await exchange(strange.ours())


async def test_credentials_do_not_follow_a_redirection(strange: Strange) -> None:
    headers = {"Location": f"{strange.issuer}/elsewhere"}
    strange.token = lambda: web.Response(status=307, headers=headers)
    with pytest.raises(Unauthorized):
        await exchange(strange.ours())
    assert "/elsewhere" not in [path for path, *_ in strange.asked]


async def test_keys_that_cannot_be_read_do_not_stand_in_the_way(strange: Strange) -> None:
    strange.keys = [
        7,
        {},
        {"kty": []},
        {"kty": "EC", "crv": "none of ours", "x": "AA", "y": "AA", "kid": "odd"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "short"},
        *strange.keys,
        RSA.as_dict(private=False, kid="enc", use="enc"),
    ]
    ours = strange.ours()
    assert await ours.verify(strange.sign(x_of_theirs=1), nonce="mine")
    assert await ours.verify(strange.sign(kid=None), nonce="mine")
    for kid in ("enc", "odd", "short"):
        with pytest.raises(Unauthorized):
            await ours.verify(strange.sign(kid=kid), nonce="mine")


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
async def test_other_kinds_of_keys_are_taken(strange: Strange) -> None:
    ec, okp = ECKey.generate_key(auto_kid=True), OKPKey.generate_key(auto_kid=True)
    strange.keys += [ec.as_dict(private=False), okp.as_dict(private=False)]
    ours = strange.ours()
    for key, alg in ((ec, "ES256"), (okp, "EdDSA"), (okp, "Ed25519"), (RSA, "RS256")):
        assert await ours.verify(strange.sign(key, alg), nonce="mine")


async def test_a_new_key_is_asked_for_but_not_by_everybody(
    strange: Strange, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, new = strange.ours(), RSAKey.generate_key(2_048, {"kid": "second"})
    assert await ours.verify(strange.sign(), nonce="mine")
    strange.keys = [new.as_dict(private=False)]
    for _ in range(3):
        with pytest.raises(Unauthorized):
            await ours.verify(strange.sign(new), nonce="mine")
    assert [path for path, *_ in strange.asked].count("/keys") == 1
    monkeypatch.setattr("dbapi_platform.access.oidc_provider.RENEWED_AFTER_S", -1.0)
    assert await ours.verify(strange.sign(new), nonce="mine")
    with pytest.raises(Unauthorized):
        await ours.verify(strange.sign(), nonce="mine")
