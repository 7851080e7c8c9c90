"""docs/cells.md names every verb, every flag, and every option of a cell."""

from pathlib import Path

import pytest

from dbapi_jupyter.cells import HEADER_KEYS
from dbapi_jupyter.completion import FILTERS
from dbapi_jupyter.verbs import VERBS, cell_parser

PAGE = (Path(__file__).parents[2] / "docs" / "cells.md").read_text(encoding="utf-8")
EVERYWHERE = {"-h", "--help", "--debug"}


@pytest.mark.parametrize("verb", [*VERBS])
def test_every_verb_is_described(verb: str):
    assert f"`%dbapi {verb}" in PAGE
    flags = {flag for flag in VERBS[verb].parser().flags if flag.startswith("--")}
    missing = [flag for flag in sorted(flags - EVERYWHERE) if flag not in PAGE]
    assert missing == []


@pytest.mark.parametrize("key", [*HEADER_KEYS])
def test_every_option_of_a_cell_is_described(key: str):
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("flag", sorted({*cell_parser().flags, *EVERYWHERE} - {"-h"}))
def test_every_flag_of_the_magic_line_is_described(flag: str):
    assert f"`{flag}" in PAGE


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_that_tab_offers_is_named(name: str):
    assert f"`{name}" in PAGE


def test_every_environment_variable_is_described():
    for name in ("DBAPI_URL", "DBAPI_TOKEN", "DBAPI_CONFIG_DIR", "XDG_CONFIG_HOME"):
        assert f"`{name}`" in PAGE
