"""Firewall rules: from which addresses endpoints may be called. The first that fits decides."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Network, ip_address, ip_network
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import InvalidRequest, NotFound
from ..store import FirewallRule, announce_change

MAX_POSITION = 1_000_000


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as a request is held against it: a range of addresses as numbers."""

    id: uuid.UUID
    allows: bool
    version: int
    first: int
    last: int
    client_id: uuid.UUID | None
    endpoint_id: uuid.UUID | None

    @property
    def is_for_all(self) -> bool:
        """Whether every address of its kind is in its network."""
        return self.first == 0 and self.last == (2**32 if self.version == 4 else 2**128) - 1

    def fits(
        self,
        address: tuple[int, int] | None,
        client_id: uuid.UUID | None,
        endpoint_id: uuid.UUID | None,
    ) -> bool:
        """Whether it speaks of such a request."""
        if self.client_id is not None and self.client_id != client_id:
            return False
        if self.endpoint_id is not None and self.endpoint_id != endpoint_id:
            return False
        if address is None:
            # It might be any: so it is in what is denied, and in nothing less than all that is
            # allowed.
            return not self.allows or self.is_for_all
        version, number = address
        return version == self.version and self.first <= number <= self.last


class Firewall:
    """All active rules, read once; false when there is none."""

    def __init__(self, rows: Iterable[FirewallRule] = ()) -> None:
        ordered = sorted(rows, key=lambda row: (row.position, row.created_at, row.id))
        self._rules = tuple(_rule(row) for row in ordered if row.is_active)
        # Those that a rule is about; at all others the rules for all decide.
        self.endpoints = frozenset(rule.endpoint_id for rule in self._rules if rule.endpoint_id)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def decide(
        self,
        address: str | None,
        *,
        client_id: uuid.UUID | None = None,
        endpoint_id: uuid.UUID | None = None,
    ) -> Rule | None:
        """The rule that decides; None when none fits, which allows."""
        number = _number(address)
        for rule in self._rules:
            if rule.fits(number, client_id, endpoint_id):
                return rule
        return None

    def denies(
        self,
        address: str | None,
        *,
        client_id: uuid.UUID | None = None,
        endpoint_id: uuid.UUID | None = None,
    ) -> bool:
        """Whether such a request is refused."""
        rule = self.decide(address, client_id=client_id, endpoint_id=endpoint_id)
        return rule is not None and not rule.allows


def _rule(row: FirewallRule) -> Rule:
    network = ip_network(row.network)
    return Rule(
        id=row.id,
        allows=row.action == "allow",
        version=network.version,
        first=int(network.network_address),
        last=int(network.broadcast_address),
        client_id=row.client_id,
        endpoint_id=row.endpoint_id,
    )


@lru_cache(maxsize=10_000)
def _number(address: str | None) -> tuple[int, int] | None:
    """An address's version and number; IPv4 within IPv6 is IPv4. None when it cannot be read."""
    try:
        # A zone tells an interface of this machine, not another address.
        read = ip_address((address or "").strip().partition("%")[0])
    except ValueError:
        return None
    if not isinstance(read, IPv4Address) and read.ipv4_mapped:
        read = read.ipv4_mapped
    return read.version, int(read)


def normalise_network(text: str) -> str:
    """The network as it is kept: `10.1.2.3` is `10.1.2.3/32`. Raises InvalidRequest."""
    try:
        network = ip_network(text.strip())
    except ValueError as error:
        hint = str(error) if "host bits" in str(error) else None
        raise InvalidRequest.of(
            "network", "expected an address or a network such as 10.0.0.0/8 or 2001:db8::/32", hint
        ) from None
    if isinstance(network, IPv6Network):
        mapped = network.network_address.ipv4_mapped
        if mapped and network.prefixlen >= 96:
            return f"{mapped}/{network.prefixlen - 96}"
        if network.network_address.scope_id:
            raise InvalidRequest.of("network", "expected a network without a zone")
    return str(network)


async def list_rules(session: AsyncSession) -> list[FirewallRule]:
    """Every rule in the order that they decide in."""
    rule = FirewallRule
    order = (col(rule.position), col(rule.created_at), col(rule.id))
    return list(await session.exec(select(rule).order_by(*order)))


async def get_rule(session: AsyncSession, rule_id: uuid.UUID) -> FirewallRule:
    """Raises NotFound."""
    rule = await session.get(FirewallRule, rule_id)
    if rule is None:
        raise NotFound("There is no such firewall rule")
    return rule


async def create_rule(session: AsyncSession, fields: Mapping[str, Any]) -> FirewallRule:
    """A new rule, the last one unless it has a position. Raises InvalidRequest."""
    network = normalise_network(fields["network"])
    position = fields.get("position")
    if position is None:
        last = (await session.exec(select(func.max(FirewallRule.position)))).one()
        position = min((last or 0) + 1, MAX_POSITION)
    rule = FirewallRule(**(dict(fields) | {"network": network, "position": position}))
    session.add(rule)
    await _commit(session)
    return rule


async def update_rule(
    session: AsyncSession, rule: FirewallRule, fields: Mapping[str, Any]
) -> FirewallRule:
    """Change the given fields. Raises InvalidRequest."""
    changed = dict(fields)
    if "network" in changed:
        changed["network"] = normalise_network(changed["network"])
    rule.sqlmodel_update(changed)
    session.add(rule)
    await _commit(session)
    return rule


async def delete_rule(session: AsyncSession, rule: FirewallRule) -> None:
    """Delete the rule; what it decided falls to those after it."""
    await session.delete(rule)
    await _commit(session)


async def _commit(session: AsyncSession) -> None:
    await announce_change(session)
    await session.commit()
