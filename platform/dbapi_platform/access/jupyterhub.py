"""Users of a JupyterHub, who log in by the token that their server holds."""

from dataclasses import dataclass
from urllib.parse import quote

from ..errors import LoginProviderUnavailable, Unauthorized
from .external import Admission, Arrival
from .web import ask


@dataclass(frozen=True, slots=True)
class Hub:
    """The Hub whose API is at `api_url`."""

    api_url: str
    admission: Admission

    async def arrival(self, token: str) -> Arrival:
        """Whose token it is. Raises Unauthorized or LoginProviderUnavailable."""
        url = f"{self.api_url.rstrip('/')}/user"
        status, user = await ask("GET", url, headers={"Authorization": f"token {token}"})
        if status in {401, 403}:
            raise Unauthorized("The Hub does not know this token")
        name, kind = user.get("name"), user.get("kind")
        if status != 200 or not isinstance(name, str) or not isinstance(kind, str):
            raise LoginProviderUnavailable("The Hub does not say whose token it is")
        if kind != "user" or not _may_be_used(user.get("scopes"), name):
            raise Unauthorized("The token is not one of a user's server, or of the user's own")
        return Arrival(issuer=self.api_url, subject=name, username=name)


def _may_be_used(scopes: object, name: str) -> bool:
    """Whether the token opens its user's servers.

    One that the Hub gave to a service, for the user to be known there, does not: the service could
    come here with it.
    """
    if not isinstance(scopes, list):
        return False
    kept = {quote(name, safe="@~-._"), name}
    good = {"access:servers"} | {f"access:servers!user={user}" for user in kept}
    servers = tuple(f"access:servers!server={user}/" for user in kept)
    return any(
        isinstance(scope, str) and (scope in good or scope.startswith(servers)) for scope in scopes
    )
