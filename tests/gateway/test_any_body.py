"""Whatever bytes come, they are fields or a refusal: nothing else is raised."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
from hypothesis import given
from hypothesis import strategies as st

from dbapi_platform.gateway.bodies import read_fields
from dbapi_platform.gateway.errors import Refused

KINDS = (
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=e", "",
    'multipart/form-data; boundary="', "multipart/form-data; charset=x; boundary=e", "a/b; c=\xff",
)  # fmt: skip
BITS = st.sampled_from(
    [b"--e", b"\r\n", b"--", b"Content-Disposition: form-data; name=", b'"a"', b"\r\n\r\n", b"\xff",
     b"{", b"}", b"[", b"]", b'"a":', b"1", b",", b"\\u0000", b"\\ud800", b"NaN", b"1e999", b"a=%",
     b"&", b"; filename*", b"\0", b'"', b":"]
)  # fmt: skip
JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def read(kind: str, *pieces: bytes) -> Mapping[str, object]:
    async def chunks() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async def work() -> Mapping[str, object]:
        headers = {b"content-type": kind.encode("latin-1")} if kind else {}
        return await read_fields(headers, chunks(), max_bytes=1_000_000)

    return asyncio.run(work())


@given(st.sampled_from(KINDS), st.lists(BITS | st.binary(max_size=8), max_size=12))
def test_any_bytes_are_read_or_refused(kind: str, pieces: list[bytes]) -> None:
    fields: Mapping[str, object] = {}
    status = 400
    try:
        fields = read(kind, *pieces)
    except Refused as refused:
        status = refused.status
    assert status in {400, 415}
    assert all(isinstance(name, str) for name in fields)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_any_object_comes_as_it_was_sent(sent: dict[str, Any]) -> None:
    try:
        text = json.dumps(sent, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    assert read("application/json", text) == sent


@given(st.dictionaries(st.text(min_size=1), st.lists(st.text(), min_size=1, max_size=3)))
def test_any_text_comes_through_a_multipart_form(sent: dict[str, list[str]]) -> None:
    files = [(name, (None, value)) for name, values in sent.items() for value in values]
    try:
        request = httpx.Request("POST", "http://test", files=files or None)
    except UnicodeEncodeError:
        return
    # What a browser escapes in a name is not for us to guess.
    if any(set(name) & set('"\\\r\n') or not name.isprintable() for name in sent):
        return
    fields = read(request.headers.get("content-type", ""), request.read())
    assert fields == {
        name: values[0] if len(values) == 1 else values for name, values in sent.items()
    }
