"""What callers write in `Prefer`, and values on their way to another process."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from dbapi_platform.gateway.jobs.job import recorded_path
from dbapi_platform.gateway.jobs.preference import preference_of
from dbapi_platform.gateway.jobs.values import Tagged, tagged, untagged
from dbapi_platform.gateway.requests import Message, Request


async def nothing() -> Message:
    raise AssertionError("nobody reads the body")


def asked(*values: str) -> Request:
    headers = [(b"prefer", value.encode("latin-1")) for value in values]
    scope = {"method": "GET", "path": "/api/a", "query_string": b"", "headers": headers}
    return Request(scope, nothing)


@pytest.mark.parametrize(
    ("values", "wait_s"),
    [
        (["respond-async"], 0),
        (["Respond-Async"], 0),
        (["respond-async, wait=5"], 5),
        (["wait = 7 , respond-async"], 7),
        (["wait=5", "respond-async"], 5),
        (["respond-async; foo=bar, wait=5; x"], 5),
        (['foo="a, b", respond-async'], 0),
        (["respond-async, wait=5, wait=9"], 5),
        (['respond-async, wait="5"'], 5),
        (["respond-async, wait=-5"], 0),
        (["respond-async, wait=soon"], 0),
        (["respond-async, wait=\xb2"], 0),
        (["respond-async, wait=999999999"], 60),
    ],
)
def test_the_preference_is_read(values: list[str], wait_s: int) -> None:
    found = preference_of(asked(*values))
    assert found is not None
    assert found.wait_s == wait_s


@pytest.mark.parametrize(
    "values", [[], [""], ["wait=5"], ["respond-asynchronous"], ['x="respond-async"'], [",,;=,"]]
)
def test_others_are_not_it(values: list[str]) -> None:
    assert preference_of(asked(*values)) is None


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, -(2**63), 2**62, 1.5, "text", "", "\N{SNOWMAN}",
        date(2026, 1, 31), datetime(2026, 1, 31, 12, 30, 1, 5),  # noqa: DTZ001
        datetime(2026, 1, 31, tzinfo=UTC),
        datetime(2026, 1, 31, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
        UUID(int=7), Decimal("1.10"), [], [1, [date(2026, 1, 1)]], {},
        {"a": {"b": [UUID(int=1), None]}}, {"date": ["date", "x"]}, 2**70,
    ],
)  # fmt: skip
def test_a_value_arrives_as_what_it_was(value: object) -> None:
    arrived = untagged(msgspec.json.decode(msgspec.json.encode(tagged(value)), type=Tagged))
    assert (arrived, type(arrived)) == (value, type(value))


def test_a_value_of_no_parameters_type_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        tagged({1, 2})


@pytest.mark.parametrize(
    ("path", "recorded"),
    [
        ("jobs/abcdefgh12345678", "jobs/abcdefgh…"),
        ("jobs/abcdefgh12345678/result", "jobs/abcdefgh…/result"),
        ("jobs/short", "jobs/short"),
        ("jobs", "jobs"),
        ("orders/abcdefgh12345678", "orders/abcdefgh12345678"),
    ],
)
def test_a_record_shows_the_beginning_of_a_name(path: str, recorded: str) -> None:
    assert recorded_path(path) == recorded
