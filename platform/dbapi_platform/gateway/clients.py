"""Who calls: client tokens, given for an id and a secret and checked against the snapshot."""

from base64 import b64decode
from datetime import timedelta
from functools import lru_cache
from time import time
from urllib.parse import unquote_plus

from ..access.secrets import secret_matches
from ..access.tokens import Claims, TokenSigner
from ..errors import Unauthorized
from .errors import Refused
from .guesses import Guesses
from .requests import Request
from .snapshot import GatewayClient, Snapshot

CHALLENGE = (b"www-authenticate", b'Bearer realm="dbapi"')
# Compared against when there is no such client, so that a refusal takes the same time.
NO_HASH = "0" * 64


def basic_credentials(request: Request) -> tuple[str, str] | None:
    """The id and the secret of HTTP Basic, as OAuth2 writes them. Raises Refused."""
    scheme, _, given = request.headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        name, colon, secret = b64decode(given.strip(), validate=True).decode().partition(":")
    except ValueError:
        colon = ""
    if not colon:
        raise Refused(400, "invalid_request", "Expected 'Authorization: Basic' with an id:secret")
    return unquote_plus(name), unquote_plus(secret)


class ClientTokens:
    """Gives and checks client tokens. A checked signature is remembered, its expiry is not."""

    def __init__(self, signer: TokenSigner, *, lifetime_s: int) -> None:
        self._signer = signer
        self._lifetime_s = lifetime_s
        self._guesses = Guesses()
        self._verify = lru_cache(maxsize=10_000)(lambda token: signer.verify("gateway", token))

    def generate(
        self, snapshot: Snapshot, client_id: str, secret: str, address: str | None
    ) -> tuple[str, int]:
        """A token and its lifetime in seconds.

        Raises Refused: with 401 whichever of the two is wrong, with 429 after too many of those.
        """
        self._guesses.require(client_id, address)
        client = snapshot.clients_by_client_id.get(client_id)
        matches = secret_matches(secret, client.secret_hash if client else NO_HASH)
        before = secret_matches(secret, (client and client.previous_secret_hash) or NO_HASH)
        present = time()
        is_previous = client is not None and before and present < client.previous_until
        if client is None or not (matches or is_previous):
            self._guesses.failed(client_id, address)
            raise _unauthorized("The client_id or the client_secret is wrong")
        self._guesses.succeeded(client_id, address)
        seconds, generation = client.token_seconds or self._lifetime_s, client.generation
        if not matches:
            # It ends with the secret that it was given for.
            generation -= 1
            seconds = max(1, min(seconds, int(client.previous_until - present)))
        token = self._signer.sign(
            "gateway", client.id, generation=generation, lifetime=timedelta(seconds=seconds)
        )
        return token, seconds

    def authenticate(self, snapshot: Snapshot, request: Request) -> GatewayClient:
        """The client that calls. Raises Refused with 401."""
        claims = self._claims(request)
        client = snapshot.clients.get(claims.subject)
        if client is None or not client.accepts(claims.generation, time()):
            raise _unauthorized("The token is no longer good; get a new one")
        return client

    def _claims(self, request: Request) -> Claims:
        scheme, _, token = request.headers.get(b"authorization", b"").partition(b" ")
        if scheme.lower() != b"bearer" or not token:
            raise _unauthorized("This endpoint is private: send 'Authorization: Bearer TOKEN'")
        try:
            claims = self._verify(token.strip().decode("latin-1"))
        except Unauthorized as error:
            raise _unauthorized(error.message) from None
        if claims.expires_at <= time():
            raise _unauthorized("The token has expired; get a new one")
        return claims


def _unauthorized(message: str) -> Refused:
    return Refused(401, "unauthorized", message, headers=[CHALLENGE])
