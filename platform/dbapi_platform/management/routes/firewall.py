"""Firewall rules: from which addresses endpoints may be called."""

import uuid
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access import firewall
from ...access.clients import get_client
from ...access.permissions import Caller
from ...errors import Forbidden, InvalidRequest, NotFound
from ...store import Action, FirewallRule, ResourceType, lock
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs, permitted
from ..etags import EtagDep
from ..firewall_shapes import (
    FirewallCheckAnswer,
    FirewallCheckIn,
    FirewallRuleAnswer,
    FirewallRuleIn,
    FirewallRulePatch,
)
from ..paging import Page, whole

router = APIRouter(prefix="/firewall-rules", tags=["firewall"])

R, A = ResourceType.FIREWALL_RULE, Action


@router.get("", dependencies=[needs(R, A.READ)])
async def list_rules(session: SessionDep, caller: CallerDep) -> Page[FirewallRuleAnswer]:
    """The rules that the caller may read, in the order that they decide in."""
    return whole(
        [
            FirewallRuleAnswer.model_validate(rule)
            for rule in await firewall.list_rules(session)
            if caller.allows(R, A.READ, rule.id)
        ]
    )


@router.post("", status_code=201, dependencies=[needs(R, A.CREATE)])
async def create_rule(
    services: ServicesDep, session: SessionDep, caller: CallerDep, body: FirewallRuleIn
) -> FirewallRuleAnswer:
    """Make a rule; it is in force when this returns."""
    caller.require(R, A.CREATE)
    await _require_named(session, caller, body.model_dump())
    rule = await firewall.create_rule(session, body.model_dump())
    await services.settle()
    return FirewallRuleAnswer.model_validate(rule)


@router.post("/check", dependencies=[needs(R, A.READ)])
async def check(
    session: SessionDep, caller: CallerDep, body: FirewallCheckIn
) -> FirewallCheckAnswer:
    """Which rule decides about such a request, as the gateway would have it."""
    caller.require(R, A.READ)
    await _require_named(session, caller, body.model_dump())
    rows = {rule.id: rule for rule in await firewall.list_rules(session)}
    decided = firewall.Firewall(rows.values()).decide(
        body.ip_address, client_id=body.client_id, endpoint_id=body.endpoint_id
    )
    rule = FirewallRuleAnswer.model_validate(rows[decided.id]) if decided else None
    return FirewallCheckAnswer(allowed=decided is None or decided.allows, rule=rule)


@router.get("/{rule_id}", dependencies=[needs(R, A.READ)])
async def get_rule(
    session: SessionDep, caller: CallerDep, rule_id: uuid.UUID, etag: EtagDep
) -> FirewallRuleAnswer:
    """One rule."""
    caller.require(R, A.READ, rule_id)
    return etag.tell(FirewallRuleAnswer.model_validate(await firewall.get_rule(session, rule_id)))


@router.patch("/{rule_id}", dependencies=[needs(R, A.UPDATE)])
async def update_rule(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    rule_id: uuid.UUID,
    body: FirewallRulePatch,
    etag: EtagDep,
) -> FirewallRuleAnswer:
    """Change the fields that are sent; it is in force when this returns."""
    caller.require(R, A.UPDATE, rule_id)
    await _require_named(session, caller, body.sent())
    await lock(session, FirewallRule, rule_id)
    rule = await firewall.get_rule(session, rule_id)
    etag.require(FirewallRuleAnswer.model_validate(rule), body)
    changed = await firewall.update_rule(session, rule, body.sent())
    await services.settle()
    return etag.tell(FirewallRuleAnswer.model_validate(changed))


@router.delete("/{rule_id}", status_code=204, dependencies=[needs(R, A.DELETE)])
async def delete_rule(
    services: ServicesDep, session: SessionDep, caller: CallerDep, rule_id: uuid.UUID
) -> None:
    """Delete a rule; what it decided falls to those after it."""
    caller.require(R, A.DELETE, rule_id)
    await firewall.delete_rule(session, await firewall.get_rule(session, rule_id))
    await services.settle()


async def _require_named(session: AsyncSession, caller: Caller, fields: Mapping[str, Any]) -> None:
    """What a rule names has to be there, and the caller's to know. Raises InvalidRequest."""
    endpoint_id, client_id = fields.get("endpoint_id"), fields.get("client_id")
    if endpoint_id is not None:
        try:
            await permitted(session, caller, A.READ, endpoint_id)
        except (NotFound, Forbidden):
            raise InvalidRequest.of("endpoint_id", "there is no such endpoint") from None
    if client_id is not None:
        try:
            caller.require(ResourceType.CLIENT, A.READ, client_id)
            await get_client(session, client_id)
        except (NotFound, Forbidden):
            raise InvalidRequest.of("client_id", "there is no such client") from None
