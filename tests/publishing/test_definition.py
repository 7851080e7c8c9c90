"""The hash of a definition is its identity: it stays what it was when fields are added."""

from typing import Any

import pytest

from dbapi_platform.publishing.definition import CacheRule, Definition, PageRule

# As versions were stored before there were kept answers, pages and exports.
STORED: dict[str, Any] = {
    "method": "GET", "path": "old/{id}", "engine": "sql", "datasource_id": "d", "macros": [],
    "content": "SELECT {{ id | sql_int }} AS a", "access": "public", "timeout": 30.0,
    "params": {"id": {"type": "integer", "in": "path", "required": True}}, "max_rows": 10_000,
    "rate_limit": None, "max_concurrent": None, "unknown_params": "ignore", "name": None,
    "description": "Old", "transform": None,
}  # fmt: skip
HASH = "619c348c289e589e55706f2cb93db1636220a1fffda475e531f3a7d4f401635a"
PAGE = PageRule("keyset", ("-a", "id"), 10)


def with_(**fields: Any) -> Definition:
    return Definition.from_dict({**STORED, **fields})


def test_an_old_definition_is_read_and_keeps_its_hash() -> None:
    old = with_()
    assert (old.cache, old.page, old.max_export_rows, old.allow_async) == (None,) * 4
    assert old.hash() == HASH
    assert Definition.from_dict(old.as_dict()).hash() == HASH


def test_exports_of_as_many_rows_as_answers_are_what_they_were_before() -> None:
    assert with_(max_export_rows=10_000).hash() == HASH
    assert with_(max_export_rows=10_000, max_rows=None).hash() != with_(max_rows=None).hash()


@pytest.mark.parametrize(
    "fields",
    [
        {"cache": CacheRule(60)},
        {"cache": CacheRule(60, ("client",))},
        {"page": PAGE},
        {"max_export_rows": 10_001},
        {"allow_async": True},
    ],
)
def test_what_is_set_counts_and_comes_back(fields: dict[str, Any]) -> None:
    made = Definition(**{**STORED, "macros": (), **fields})
    assert made.hash() != HASH
    again = Definition.from_dict(made.as_dict())
    assert again == made
    assert again.hash() == made.hash()
