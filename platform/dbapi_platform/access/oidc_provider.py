"""An OpenID Connect provider: what it says of itself, and who it says has logged in.

As in OpenID Connect Core 1.0 (the code flow, with PKCE) and Discovery 1.0.
"""

import hmac
from base64 import b64encode
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import quote_plus, urlencode

import jwt

from ..errors import LoginProviderUnavailable, Unauthorized
from .web import ask

KEPT_S = 3_600.0
# Keys that nobody knows may be asked for anew, and by forged tokens not all the time.
RENEWED_AFTER_S = 60.0
LEEWAY_S = 60.0
# Signatures by a key that only the provider holds; never HMAC, never none.
ALGORITHMS = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
]  # fmt: skip
REQUIRED = ["iss", "aud", "exp", "iat", "sub", "nonce"]
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")

Claims = dict[str, Any]


@dataclass(slots=True)
class _Kept:
    """A document of the provider's, and when it came."""

    found: dict[str, Any] = field(default_factory=dict)
    at: float = float("-inf")

    def is_older_than(self, seconds: float) -> bool:
        return monotonic() - self.at > seconds

    def keep(self, found: dict[str, Any]) -> dict[str, Any]:
        self.found, self.at = found, monotonic()
        return found


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """The provider at `issuer`, which knows the platform as `client_id`."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    _metadata: _Kept = field(default_factory=_Kept)
    _keys: _Kept = field(default_factory=_Kept)

    async def metadata(self) -> dict[str, Any]:
        """What the provider says of itself. Raises LoginProviderUnavailable."""
        if not self._metadata.is_older_than(KEPT_S):
            return self._metadata.found
        url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        status, found = await ask("GET", url)
        addresses = [found.get(name) for name in NEEDED]
        if status != 200 or not all(_is_address(address) for address in addresses):
            raise LoginProviderUnavailable("The login provider does not say how to log in")
        if found.get("issuer") != self.issuer:
            raise LoginProviderUnavailable(
                "The login provider says that it is another; DBAPI_OIDC_ISSUER has to be the same"
            )
        return self._metadata.keep(found)

    async def authorization_url(self, **parameters: str) -> str:
        """Where the browser goes to log in. Raises LoginProviderUnavailable."""
        endpoint: str = (await self.metadata())["authorization_endpoint"]
        query = urlencode({"response_type": "code", "client_id": self.client_id, **parameters})
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"

    async def exchange(self, code: str, *, verifier: str, redirect_uri: str, nonce: str) -> Claims:
        """Who has logged in, for the code that the browser brought back.

        Raises Unauthorized or LoginProviderUnavailable.
        """
        metadata = await self.metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = self._authenticate(metadata, form)
        status, answer = await ask("POST", metadata["token_endpoint"], headers=headers, form=form)
        id_token = answer.get("id_token")
        if status != 200 or not isinstance(id_token, str):
            raise Unauthorized("The login provider does not know this login; begin again")
        claims = await self.verify(id_token, nonce=nonce)
        return await self._with_user_info(metadata, claims, answer.get("access_token"))

    async def verify(self, id_token: str, *, nonce: str) -> Claims:
        """The claims of an ID token for this login. Raises Unauthorized."""
        try:
            claims: Claims = jwt.decode(
                id_token,
                await self._key(id_token),
                algorithms=ALGORITHMS,
                audience=self.client_id,
                issuer=self.issuer,
                leeway=LEEWAY_S,
                options={"require": REQUIRED},
            )
        except jwt.PyJWTError:
            raise _not_valid() from None
        audience, party = claims["aud"], claims.get("azp")
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise _not_valid()
        if party is None and isinstance(audience, list) and len(audience) > 1:
            raise _not_valid()
        if party is not None and party != self.client_id:
            raise _not_valid()
        return claims

    async def _key(self, id_token: str) -> jwt.PyJWK:
        header = jwt.get_unverified_header(id_token)
        if header.get("alg") not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError
        key = _matching(self._keys.found, header)
        stale = self._keys.is_older_than(KEPT_S)
        if stale or (key is None and self._keys.is_older_than(RENEWED_AFTER_S)):
            status, found = await ask("GET", (await self.metadata())["jwks_uri"])
            if status != 200:
                raise LoginProviderUnavailable("The login provider does not tell its keys")
            key = _matching(self._keys.keep(found), header)
        if key is None:
            raise jwt.InvalidKeyError
        return key

    async def _with_user_info(
        self, metadata: dict[str, Any], claims: Claims, access_token: object
    ) -> Claims:
        """With what the provider tells elsewhere than in the token; the token goes before."""
        endpoint = metadata.get("userinfo_endpoint")
        if not _is_address(endpoint) or not isinstance(access_token, str):
            return claims
        headers = {"Authorization": f"Bearer {access_token}"}
        status, told = await ask("GET", str(endpoint), headers=headers)
        # Of somebody else, it must not be used.
        if status != 200 or told.get("sub") != claims["sub"]:
            return claims
        return told | claims

    def _authenticate(self, metadata: dict[str, Any], form: dict[str, str]) -> dict[str, str]:
        if not self.client_secret:
            form["client_id"] = self.client_id
            return {}
        supported = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" not in supported and "client_secret_post" in supported:
            form |= {"client_id": self.client_id, "client_secret": self.client_secret}
            return {}
        both = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}"
        return {"Authorization": f"Basic {b64encode(both.encode()).decode()}"}


def _matching(keys: dict[str, Any], header: dict[str, Any]) -> jwt.PyJWK | None:
    """The key that the header names; without a name, the only one that signs."""
    listed = keys.get("keys")
    signing = [
        key
        for key in (listed if isinstance(listed, list) else [])
        if isinstance(key, dict)
        and key.get("use", "sig") == "sig"
        and key.get("alg", header["alg"]) == header["alg"]
    ]
    kid = header.get("kid")
    named = signing if kid is None else [key for key in signing if key.get("kid") == kid]
    if len(named) != 1:
        return None
    # A key of another type than the signature's is refused here.
    return jwt.PyJWK(named[0], algorithm=header["alg"])


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def _not_valid() -> Unauthorized:
    return Unauthorized("What the login provider says is not valid; begin again")
