"""Who reads the catalogue: nobody, a client by its token, or a user by theirs or by the cookie."""

from dataclasses import replace
from typing import Annotated, Final

import jwt
from fastapi import Depends, Request

from ..access.permissions import Caller
from ..access.secrets import PERSONAL_TOKEN_PREFIX
from ..access.tokens import TYPES
from ..errors import Unauthorized
from ..gateway.calls import Call
from ..gateway.errors import Refused
from ..gateway.pipeline import require_allowed
from ..gateway.requests import Request as GatewayRequest
from ..management.dependencies import identified
from ..management.page_sessions import page_token
from ..management.requests import address
from ..management.services import Services
from ..store import Action, ResourceType
from .library import Library
from .sight import Viewer

_BEARER: Final = "bearer"


async def _viewer(request: Request) -> Viewer:
    """Raises Unauthorized or Refused for whoever shows something that is not good."""
    library: Library = request.app.state.library
    asked = _for_gateway(request)
    nobody = Viewer(library.snapshot, asked.ip)
    try:
        viewer = await _shown(request, nobody, asked)
    except (Unauthorized, Refused):
        # Where nobody may call from, nobody learns whether a token is good.
        require_allowed(nobody.snapshot, asked, Call())
        raise
    require_allowed(nobody.snapshot, asked, Call(client=viewer.client))
    return viewer


ViewerDep = Annotated[Viewer, Depends(_viewer)]


async def _shown(request: Request, nobody: Viewer, asked: GatewayRequest) -> Viewer:
    """Without a token nothing is asked of the database, nor with a client's."""
    if "authorization" not in request.headers:
        token = page_token(request)
        return await _user(request, nobody, token) if token else nobody
    scheme, _, token = request.headers["authorization"].partition(" ")
    token = token.strip()
    if scheme.lower() != _BEARER or not token:
        raise Unauthorized("Expected 'Authorization: Bearer TOKEN', or nothing of the kind")
    if _is_users(token):
        return await _user(request, nobody, token)
    library: Library = request.app.state.library
    client = library.tokens.authenticate(nobody.snapshot, asked)
    return replace(nobody, private=client.endpoints, client=client)


async def _user(request: Request, nobody: Viewer, token: str) -> Viewer:
    services: Services = request.app.state.services
    async with services.database.session() as session:
        caller: Caller = await identified(services, session, token, address(request))
    return replace(nobody, private=caller.visible(ResourceType.ENDPOINT, Action.READ))


def _is_users(token: str) -> bool:
    """Whether it says that it is a user's; whether it is, is looked at then."""
    if token.startswith(PERSONAL_TOKEN_PREFIX):
        return True
    try:
        return jwt.get_unverified_header(token).get("typ") == TYPES["management"]
    except jwt.InvalidTokenError:
        return False


def _for_gateway(request: Request) -> GatewayRequest:
    services: Services = request.app.state.services
    return GatewayRequest(request.scope, request.receive, services.settings.trusted_proxies)
