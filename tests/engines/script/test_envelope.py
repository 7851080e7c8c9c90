"""A script's answer is data, unless it is an envelope."""

from decimal import Decimal

import pytest

from dbapi_platform.engines.script.envelope import read_envelope

DATA = [b"1", b'"text"', b"null", b"[1]", b'{"a":1}', b'{"message":"m"}', b'{"success":1}',
        b'{"data":1,"id":2}', b'{"data":"text"}']  # fmt: skip


@pytest.mark.parametrize("body", DATA)
def test_it_is_data(body: bytes) -> None:
    found = read_envelope(body)
    assert (found.data, found.success, found.message, found.more) == (body, True, None, {})


def test_an_envelope_is_taken_apart() -> None:
    found = read_envelope(b'{"data":[1,2],"total":7,"next":{"page":2},"message":"some"}', 2)
    assert found.data == b"[1,2]"
    assert found.rows == 2
    assert (found.success, found.message) == (True, "some")
    assert found.more == {"total": b"7", "next": b'{"page":2}'}


def test_a_failure_without_a_message_is_a_failure() -> None:
    found = read_envelope(b'{"success":false,"data":[]}')
    assert (found.success, found.message, found.data) == (False, None, b"[]")
    assert read_envelope(b'{"success":false}').data == b"null"


def test_numbers_are_exact() -> None:
    assert read_envelope(b"[0.1000]").value() == [Decimal("0.1000")]


@pytest.mark.parametrize("body", [b"", b"nul", b"{", b'{"a":}', b"NaN", b'"\xff"', b"[" * 10_000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="no JSON"):
        read_envelope(body)
