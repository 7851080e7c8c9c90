"""How long whoever fails has to wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbapi_platform.access.backoff import (
    NAME,
    NAME_AND_PLACE,
    PLACE,
    Rule,
    login_counters,
    network,
)

RULES = st.sampled_from([NAME_AND_PLACE, NAME, PLACE])


def test_the_wait_doubles_after_five_failures_up_to_a_quarter_of_an_hour() -> None:
    waits = [NAME_AND_PLACE.wait_s(failures) for failures in range(1, 17)]
    assert waits[:8] == [0, 0, 0, 0, 1, 2, 4, 8]
    assert waits[-2:] == [900, 900]


@given(RULES, st.integers(0, 10_000), st.floats(0, 1e9))
def test_time_forgives_and_failures_never_shorten_the_wait(
    rule: Rule, failures: int, elapsed_s: float
) -> None:
    assert 0 <= rule.remaining(failures, elapsed_s) <= failures
    counted = rule.add(failures, 0)
    assert rule.wait_s(counted) >= rule.wait_s(min(failures, counted))
    assert rule.wait_s(counted) <= rule.longest_s


@given(RULES)
def test_a_sweep_takes_nothing_that_still_counts(rule: Rule) -> None:
    assert rule.remaining(rule.free + 20, 2 * 86_400) == 0


def test_a_clock_that_goes_back_forgives_nothing() -> None:
    assert NAME.remaining(7, -100.0) == 7


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "unknown"),
        ("no address", "no address"),
        ("", "unknown"),
    ],
)
def test_one_place_is_an_address_or_the_network_that_one_caller_has(
    address: str | None, place: str
) -> None:
    assert network(address) == place


@given(
    st.text(max_size=100), st.one_of(st.none(), st.text(max_size=64), st.ip_addresses().map(str))
)
def test_keys_fit_the_store_and_do_not_tell_what_was_typed(name: str, address: str | None) -> None:
    keys = [counter.key for counter in login_counters(name, address)]
    assert len(set(keys)) == 3
    assert all(len(key) <= 200 for key in keys)
    assert keys == [counter.key for counter in login_counters(f" {name} ", address)]
