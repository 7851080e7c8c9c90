"""What a path may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbapi_platform.errors import InvalidRequest
from dbapi_platform.publishing.paths import (
    normalise_method,
    normalise_path,
    path_key,
    path_parameters,
)


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("orders", "orders"),
        ("/orders/", "orders"),
        ("orders/{customer_id}", "orders/{customer_id}"),
        ("a/b.json/{x}/c-d_e~f", "a/b.json/{x}/c-d_e~f"),
        ("version1/x", "version1/x"),
    ],
)
def test_a_good_path_is_kept_without_outer_slashes(given_: str, kept: str) -> None:
    assert normalise_path(given_) == kept


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "a//b", "v1", "v1/users", "V2/x", "token/generate", "docs", "health/live",
        "a/{b", "a/b}", "a/{1b}", "a/{b}c", "{x}/{x}", "a b", "a/../b", ".", "a/..", "é", "a?b",
        "a%2Fb", "x" * 501,
    ],
)  # fmt: skip
def test_a_bad_path_is_refused_by_name(path: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        normalise_path(path)
    assert refused.value.details[0].field == "path"


def test_paths_that_differ_in_names_only_have_one_key() -> None:
    assert path_key("orders/{a}/x") == path_key("orders/{b}/x") == "orders/{}/x"
    assert path_parameters("a/{b}/{c}") == ("b", "c")


def test_methods_are_capitals_and_known() -> None:
    assert normalise_method(" get ") == "GET"
    with pytest.raises(InvalidRequest, match="GET, POST"):
        normalise_method("HEAD")


@given(st.text(max_size=40))
def test_what_is_accepted_stays_the_same(path: str) -> None:
    try:
        kept = normalise_path(path)
    except InvalidRequest:
        return
    assert normalise_path(kept) == kept
    assert not kept.startswith("/")
