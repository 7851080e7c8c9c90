"""Authlib's client of a login provider, bounded in time and size. Needs the extra `oidc`."""

import ssl
from asyncio import timeout
from typing import Any
from urllib.parse import quote_plus

from authlib.integrations.httpx_client import AsyncOAuth2Client
from httpx2 import BasicAuth, HTTPError, InvalidURL, Response

from ..errors import LoginProviderUnavailable
from .web import MAX_BYTES, TIMEOUT_S

# Reading the system's certificates takes long, and a client is made for every login.
TLS = ssl.create_default_context()


class OidcClient(AsyncOAuth2Client):  # type: ignore[misc]
    """Follows no redirections: credentials go where the operator said."""

    def __init__(self, client_id: str, client_secret: str, **options: Any) -> None:
        super().__init__(
            client_id, client_secret, code_challenge_method="S256", verify=TLS, trust_env=False,
            follow_redirects=False, timeout=TIMEOUT_S, **options,
        )  # fmt: skip

    def client_auth(self, auth_method: str) -> Any:
        """Authlib puts both together as they are; RFC 6749, 2.3.1 wants them encoded."""
        if auth_method == "client_secret_basic":
            return BasicAuth(quote_plus(self.client_id), quote_plus(self.client_secret))
        return super().client_auth(auth_method)

    async def request(self, method: str, url: str, **options: Any) -> Response:
        """Raises LoginProviderUnavailable when there is no answer, or too much of it."""
        raw = b""
        try:
            async with timeout(TIMEOUT_S), self.stream(method, url, **options) as answer:
                async for part in answer.aiter_bytes():
                    raw += part
                    if len(raw) > MAX_BYTES:
                        break
        except (HTTPError, InvalidURL, TimeoutError, OSError):
            raise LoginProviderUnavailable("The login provider does not answer") from None
        if answer.status_code >= 500 or len(raw) > MAX_BYTES:
            raise LoginProviderUnavailable("The login provider fails")
        return Response(answer.status_code, content=raw, request=answer.request)
