"""Patterns and formats: whole texts, and no text that takes long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbapi_platform.engines.texts import FORMATS, BadPattern, matcher


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("[A-Z]{2}", ["AB"], ["ABC", "xAB", "AB\n", "\nAB", ""]),
        ("a|b", ["a", "b"], ["ab", "ac"]),
        ("(?i)yes", ["YES", "yes"], ["yess"]),
        (".*", ["", "anything"], ["two\nlines"]),
        ("^x$", ["x"], ["x\n", "xx"]),
    ],
)
def test_the_whole_text_has_to_match(pattern: str, matching: list[str], other: list[str]) -> None:
    assert [text for text in matching if not matcher(pattern)(text)] == []
    assert [text for text in other if matcher(pattern)(text)] == []


@pytest.mark.parametrize(
    "pattern", ["(", "[", "a)|(b", "*", "(?=a)", "(?<!a)b", r"(a)\1", "a{1000000000}", "(?P<a"]
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern) as caught:
        matcher(pattern)
    assert str(caught.value)


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(.*)*x", "(a|aa)+$b"])
def test_no_text_makes_a_pattern_slow(pattern: str) -> None:
    # With backtracking, forty characters would take longer than the test may.
    assert not matcher(pattern)("a" * 100_000)


@given(st.text(), st.text())
def test_any_pattern_is_understood_or_refused(pattern: str, text: str) -> None:
    try:
        found = matcher(pattern)
    except BadPattern:
        return
    assert found(text) in {True, False}


@pytest.mark.parametrize(
    ("name", "matching", "other"),
    [
        (
            "email", ["ann@example.com", "a.b+c@sub.example.co"],
            ["", "ann", "@example.com", "ann@", "ann@localhost", "a b@example.com", "a@b@",
             "a@-b.de", "ann@example.com\n", "x" * 65 + "@example.com"],
        ),
        (
            "hostname", ["localhost", "a.example.com", "x-1"],
            ["", "-a", "a-", "a..b", "a_b", "a" * 64],
        ),
        ("ipv4", ["10.0.0.1"], ["", "10.0.0.256", "10.0.0", "010.0.0.1", "::1"]),
        ("ipv6", ["::1", "2001:db8::1"], ["", "10.0.0.1", ":::"]),
        (
            "uri", ["https://example.com/a?b=c#d", "urn:isbn:1"],
            ["", "example.com", "http://a b", "1:a"],
        ),
    ],
)  # fmt: skip
def test_formats(name: str, matching: list[str], other: list[str]) -> None:
    assert [text for text in matching if not FORMATS[name](text)] == []
    assert [text for text in other if FORMATS[name](text)] == []
