"""Whoever guesses clients' secrets waits."""

from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbapi_platform.gateway.errors import Refused
from dbapi_platform.gateway.guesses import Guesses
from tests.world import World


async def test_after_five_wrong_secrets_even_the_right_one_waits(world: World) -> None:
    client = await world.client("guessed")
    wrong = client | {"client_secret": "dbapi_cs_guess"}
    answers = [await world.client_token(wrong) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    answer = await world.client_token(client)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json()["error"]["code"] == "too_many_requests"
    assert answer.json()["success"] is False
    # Another client at the same place is heard.
    assert (await world.client_token(await world.client("neighbour"))).status_code == 200
    recorded = await world.records(limit="10")
    assert "too_many_requests" in {record["error_code"] for record in recorded}


async def test_an_unknown_client_is_told_the_same(world: World) -> None:
    known = await world.client("known") | {"client_secret": "x"}
    one = [await world.client_token(known) for _ in range(6)]
    other = [
        await world.client_token({"client_id": "nobody", "client_secret": "x"}) for _ in range(6)
    ]
    assert [a.status_code for a in one] == [a.status_code for a in other] == [401] * 5 + [429]
    assert one[0].json()["message"] == other[0].json()["message"]


def test_a_success_forgets_the_client_and_not_the_place() -> None:
    guesses = Guesses()
    for number in range(99):
        guesses.failed(f"client {number}", "10.0.0.1")
    for _ in range(4):
        guesses.failed("mine", "10.0.0.2")
    guesses.succeeded("mine", "10.0.0.2")
    guesses.failed("mine", "10.0.0.2")
    guesses.require("mine", "10.0.0.2")
    guesses.failed("mine", "10.0.0.1")
    with pytest.raises(Refused):
        guesses.require("another", "10.0.0.1")
    guesses.require("another", "10.0.0.2")


@given(st.lists(st.tuples(st.text(max_size=5), st.sampled_from(["10.0.0.1", "::1", None]))))
def test_memory_is_bounded_and_waits_are_too(calls: list[tuple[str, str | None]]) -> None:
    guesses = Guesses(most_kept=4)
    for client_id, address in calls:
        guesses.failed(client_id, address)
        assert len(guesses._kept) <= 4
        assert all(kept.locked_until <= monotonic() + 900 for kept in guesses._kept.values())
