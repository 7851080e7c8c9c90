"""How long whoever fails has to wait: longer with every failure, and forgiven by and by."""

import hashlib
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

# Waits stop growing long before this many failures beyond the free ones.
MOST_BEYOND = 20


@dataclass(frozen=True, slots=True)
class Rule:
    """`free` failures cost little; from then on the wait doubles, from a second to `longest_s`.

    One failure is forgiven every `forgiven_s`.
    """

    free: int
    longest_s: float
    forgiven_s: float

    def remaining(self, failures: int, elapsed_s: float) -> int:
        """What is left of failures after some time."""
        return max(0, failures - int(max(0.0, elapsed_s) / self.forgiven_s))

    def add(self, failures: int, elapsed_s: float) -> int:
        """The count with one failure more."""
        return min(self.remaining(failures, elapsed_s) + 1, self.free + MOST_BEYOND)

    def wait_s(self, failures: int) -> float:
        """How long to wait after so many failures."""
        return 0.0 if failures < self.free else min(self.longest_s, 2.0 ** (failures - self.free))


@dataclass(frozen=True, slots=True)
class Counter:
    """What failures are counted by."""

    key: str
    rule: Rule


# A name from one place: nobody mistypes a password often. From a botnet, one name is tried from
# many places: its owner waits too, so not for long. One place may be an office, with many names.
NAME_AND_PLACE = Rule(free=5, longest_s=900, forgiven_s=1_800)
NAME = Rule(free=50, longest_s=60, forgiven_s=60)
PLACE = Rule(free=100, longest_s=900, forgiven_s=9)
# E-mail to one person: what is asked for, whether or not anything failed.
LETTERS = Rule(free=3, longest_s=900, forgiven_s=900)


def login_counters(name: str, address: str | None) -> tuple[Counter, ...]:
    """By the name from this place, by the name from anywhere, and by the place."""
    return (
        name_and_place(name, address),
        Counter(name_key(name), NAME),
        place("login", address),
    )


def name_and_place(name: str, address: str | None) -> Counter:
    """By the name from this place."""
    return Counter(f"{name_key(name)}@{network(address)}", NAME_AND_PLACE)


def place(purpose: str, address: str | None) -> Counter:
    """By the place alone; what fails for one purpose stands in the way of no other."""
    return Counter(f"{purpose}:{network(address)}", PLACE)


def letters(name: str) -> Counter:
    """By whom e-mail is asked for."""
    return Counter(f"{name_key(name)}:letters", LETTERS)


def name_key(name: str) -> str:
    """A name, hashed: people type passwords where names belong."""
    return "name:" + hashlib.sha256(name.strip().casefold().encode()).hexdigest()[:32]


def network(address: str | None) -> str:
    """What is one place: an IPv4 address, or the /64 that an IPv6 caller chooses addresses in."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return (address or "unknown")[:64]
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> 64 << 64)}/64"
