"""Addresses in a network, found by an index over their text."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Mapped
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import InvalidRequest
from ..store import AccessRecord

MAPPED = "::ffff:"
# An IPv6 address may be written in several ways, so each of these is looked at.
MOST_ADDRESSES = 5_000


@dataclass(frozen=True, slots=True)
class Prefixes:
    """Addresses whose text begins with one of `beginnings`, or is one of `exact`."""

    beginnings: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()


def read_network(text: str) -> IPv4Network | IPv6Network:
    """An address or a network; a mapped IPv4 one is plain. Raises InvalidRequest."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        raise InvalidRequest.of(
            "ip_address", "expected an address or a network such as 10.0.0.0/8"
        ) from None
    if isinstance(network, IPv6Network) and network.prefixlen >= 96:
        mapped = network.network_address.ipv4_mapped
        if mapped:
            return IPv4Network((mapped, network.prefixlen - 96))
    return network


def ipv4_prefixes(network: IPv4Network) -> Prefixes:
    """A network as whole octets: at most 128 beginnings, or addresses, of either spelling."""
    octets = -(-network.prefixlen // 8)
    parts = [
        ".".join(str(part.network_address).split(".")[:octets])
        for part in network.subnets(new_prefix=octets * 8)
    ]
    if octets == 4:
        return Prefixes(exact=tuple(spelt + part for part in parts for spelt in ("", MAPPED)))
    ends = "" if octets == 0 else "."
    plain = [part + ends for part in parts]
    return Prefixes(tuple(spelt + part for part in plain for spelt in ("", MAPPED)))


async def in_network(session: AsyncSession, text: str) -> ColumnElement[bool]:
    """The condition for records from an address or a network. Raises InvalidRequest."""
    column, network = col(AccessRecord.ip_address), read_network(text)
    if isinstance(network, IPv6Network):
        return column.in_(await _ipv6_spellings(session, network))
    dialect = session.get_bind().dialect.name
    if network.prefixlen == 0:
        return column.contains(".")
    found = ipv4_prefixes(network)
    if found.exact:
        return column.in_(found.exact)
    return or_(*(starts_with(column, beginning, dialect) for beginning in found.beginnings))


def starts_with(column: Mapped[Any], beginning: str, dialect: str) -> ColumnElement[bool]:
    """A prefix, told in the way that the database uses its index for."""
    if dialect == "postgresql":
        return column.startswith(beginning, autoescape=True)
    # SQLite's LIKE takes capitals for small letters, and so uses no index. Texts are compared by
    # their bytes there, and no text holds the highest character.
    return and_(column >= beginning, column < beginning + chr(0x10FFFF))


async def _ipv6_spellings(session: AsyncSession, network: IPv6Network) -> list[str]:
    """The addresses of the network that there are records of, as they are written."""
    column = col(AccessRecord.ip_address)
    beginning = _common_text(network)
    near = starts_with(column, beginning, session.get_bind().dialect.name)
    written = await session.exec(
        select(column)
        .where(near if beginning else column.contains(":"))
        .distinct()
        .limit(MOST_ADDRESSES + 1)
    )
    found = written.all()
    if len(found) > MOST_ADDRESSES:
        raise InvalidRequest.of("ip_address", "too many addresses; choose a smaller network")
    return [address for address in found if address and _is_in(address, network)]


def _common_text(network: IPv6Network) -> str:
    """What every address of the network begins with, as far as no zeros are left out of it."""
    groups = network.network_address.exploded.split(":")[: network.prefixlen // 16]
    common = ""
    for group in groups:
        if group == "0000":
            break
        common += group.lstrip("0") + ":"
    return common


def _is_in(address: str, network: IPv6Network) -> bool:
    try:
        return IPv6Address(address) in network
    except ValueError:
        return False
