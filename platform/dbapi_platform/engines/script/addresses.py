"""Which addresses a script's requests may go to: public ones, and networks that were named."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Prefixes by which IPv6 carries an IPv4 address, and where in it that stands.
_NAT64: Final = ip_network("64:ff9b::/96")
# Python takes these for global: NAT64 of one's own network, translated and site-local addresses,
# segment routing, relays of 6to4, multicast.
_NOT_PUBLIC: Final = tuple(
    map(
        ip_network,
        (
            "64:ff9b:1::/48", "::ffff:0:0:0/96", "fec0::/10", "5f00::/16", "192.88.99.0/24",
            "224.0.0.0/4", "ff00::/8",
        ),
    )
)  # fmt: skip
_COMPATIBLE: Final = ip_network("::/96")
# Clouds answer with secrets here; no setting opens it.
_METADATA: Final = (
    ip_network("169.254.0.0/16"),
    ip_network("fe80::/10"),
    ip_network("fd00:ec2::254/128"),
    ip_network("fd20:ce::254/128"),
    ip_network("100.100.100.200/32"),
    ip_network("168.63.129.16/32"),
    ip_network("192.0.0.192/32"),
)


def may_dial(text: str, networks: Sequence[Network] = ()) -> bool:
    """Whether an address in its usual writing may be dialled."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    address = plain(address)
    if any(_is_in(address, network) for network in _METADATA):
        return False
    if any(_is_in(address, network) for network in networks):
        return True
    return address.is_global and not any(_is_in(address, network) for network in _NOT_PUBLIC)


def plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address.teredo is not None:
        inner = address.teredo[1]
    if inner is None and (address in _NAT64 or address in _COMPATIBLE) and int(address) > 1:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address


def _is_in(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network
