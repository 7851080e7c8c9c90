"""What is written is read back as it was, and what could hurt is refused."""

from contextlib import suppress

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from dbapi_platform.bundles.emitting import emit
from dbapi_platform.bundles.naming import directory_of, file_name
from dbapi_platform.bundles.parsing import MAX_DEPTH, BadYaml, parse

WORDS = st.sampled_from(
    ["yes", "no", "null", "~", "1e3", "1_000", "0x1f", "12:30", "2026-01-01", "=", "<<", ": ",
     "- a", "#", "a: b", "a #b", "'", '"', "%", "@x", "`", "|", ">", "!x", "&a", "*a", "? ", "{a}",
     "[1]", "", " ", "\t", "\n", "\r\n", " \n", "\n\n", "\ta\n", "  a\n b", "a \nb\t\n\n",
     "\x85", "\u2028", "\ufeff", "\x7f", "\x1b", "\ufffe", "é", "日本", "😀", ".inf", "-", "---",
     "...\n---", "a\n...\n", "x" * 3000, "word " * 100]
)  # fmt: skip
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = (
    WORDS
    | st.text(CHARACTERS, max_size=40)
    | st.lists(WORDS | st.text(CHARACTERS, max_size=5), max_size=6).map("".join)
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**98), 10**98)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
@example({"content": "\n"})
@example({"content": "\n\n a\n"})
@example({"a": {"b": "one\n  two\n"}, "c": [[], {}, [{"a": "\n"}]]})
@example({"k" * 2000: "v", "n": {"k" * 2000: {"a": 1}}})
def test_what_is_written_is_read_back(document: dict[str, object]) -> None:
    text = emit(document)
    if not document:
        return
    found = parse(text).value
    assert found == document
    assert repr(found) == repr(document), "1, 1.0 and true are not the same"
    assert emit(found) == text
    text.encode()
    assert text.endswith("\n")
    assert "\r" not in text


@given(
    st.dictionaries(st.text(CHARACTERS, min_size=1, max_size=20), SCALARS, min_size=1, max_size=5)
)
def test_other_readers_read_the_same(document: dict[str, object]) -> None:
    assert yaml.safe_load(emit(document)) == document


def test_text_of_several_lines_stands_as_it_is() -> None:
    text = emit(
        {"content": "SELECT 1  \n\tFROM a -- tab\n\n  WHERE b\n", "params": {"a": {"x": 1}}}
    )
    assert text == (
        "content: |\n  SELECT 1  \n  \tFROM a -- tab\n\n    WHERE b\nparams:\n  a:\n    x: 1\n"
    )


@pytest.mark.parametrize(
    ("text", "told", "line"),
    [
        ("a: &x 1\nb: *x\n", "aliases", 1),
        ("a: 1\nb: *x\n", "aliases", 2),
        ("a: !!python/object/apply:os.system [ls]\n", "tags", 1),
        ("a: !!str 1\n", "tags", 1),
        ("a: 1\nb: 2\na: 3\n", "twice", 3),
        ("1: a\n", "has to be text, got 1", 1),
        ("yes: a\n", "has to be text, got yes", 1),
        ("[a]: b\n", "has to be text", 1),
        ("a: 1\n---\nb: 2\n", "more than one document", 2),
        ("", "is empty", None),
        ("# nothing\n", "is empty", None),
        ("a: .nan\n", "not finite", 1),
        ("a: 1:" + "1:" * 100_000 + "1\n", "is not a number", 1),
        ("a: 1:" + "1:" * 200 + "1.5\n", "is not a number", 1),
        ('a: "\\0"\n', "NUL", 1),
        ("a:\n\t- b\n", "cannot start any token", 2),
        ("a: [\n", "", 2),
        ("[" * (MAX_DEPTH + 2), "deep", 1),
        ("[" * 200_000, "exceeded maximum nesting", None),
        ("{a: " * 200_000, "deep", 1),
        ("a: [" + "1," * 60_000 + "]", "values", 1),
        ("a: \ud800\n", "broken Unicode", None),
        ("a: \x01\n", "", None),
    ],
)
def test_what_could_hurt_is_refused(text: str, told: str, line: int | None) -> None:
    with pytest.raises(BadYaml) as refused:
        parse(text)
    assert told in refused.value.message
    if line is not None:
        assert refused.value.line == line


def test_dates_and_merges_are_texts() -> None:
    assert parse("a: 2026-01-01\n<<: x\nb: =\n").value == {"a": "2026-01-01", "<<": "x", "b": "="}


@given(st.text(max_size=20))
def test_no_line_of_junk_does_more_than_be_refused(text: str) -> None:
    with suppress(BadYaml):
        parse(text)


NAMES = st.text(CHARACTERS, min_size=1, max_size=100) | st.sampled_from(
    ["..", ".", "CON", "con", "nul.txt", "a/b", "a\\b", "Shop", "shop", "shop.", "a.yaml", "{Id}"]
)


@given(st.lists(NAMES, unique=True, min_size=2, max_size=6))
def test_names_never_collide_and_never_leave_their_directory(names: list[str]) -> None:
    files = [file_name(name) for name in names]
    assert len({file.casefold() for file in files}) == len(names)
    for file in files:
        assert file == file.lower()
        assert not set(file) & set('/\\:*?"<>| \0')
        assert file.strip(".") == file
        assert len(file) <= 80


def test_plain_names_stay_as_they_are() -> None:
    assert file_name("shop-2.main") == "shop-2.main"
    assert file_name("Sales Reports").startswith("sales-reports~")
    assert file_name("nul.a").startswith("nul-a~")
    assert directory_of("orders/{customer_id}") == "orders/{customer_id}"
    assert directory_of("Orders/get.yaml").count("~") == 2
