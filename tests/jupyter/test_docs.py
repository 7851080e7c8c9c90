"""docs/cells.md names every verb, every flag, and every option of a cell."""

from pathlib import Path

import pytest

from dbapi_jupyter.kinds import HEADER_KEYS, KINDS
from dbapi_jupyter.verbs import CELLS, VERBS
from dbapi_jupyter.verbs.base import Verb
from dbapi_jupyter.words import FILTERS, PARAMETER_KEYS, SCRIPT_NAMES

PAGE = (Path(__file__).parents[2] / "docs" / "cells.md").read_text(encoding="utf-8")
EVERYWHERE = {"-h", "--help", "--debug"}


EVERY_VERB = [each for verb in VERBS.values() for each in (verb, *verb.actions)]


@pytest.mark.parametrize("verb", EVERY_VERB, ids=lambda verb: verb.name)
def test_every_verb_is_described(verb: Verb):
    assert f"`%dbapi {verb.name}" in PAGE
    flags = {flag for flag in verb.parser().flags if flag.startswith("--")}
    missing = [flag for flag in sorted(flags - EVERYWHERE) if flag not in PAGE]
    assert missing == []


@pytest.mark.parametrize("key", [*HEADER_KEYS])
def test_every_option_of_a_cell_is_described(key: str):
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("name", [*CELLS])
def test_every_kind_of_cell_is_described_with_its_flags(name: str):
    assert list(CELLS) == list(KINDS)
    assert f"%%dbapi {name}" in PAGE
    flags = {flag for flag in CELLS[name].parser().flags if flag.startswith("--")}
    assert [
        flag for flag in sorted(flags) if f"`{flag}" not in PAGE and f"[{flag}" not in PAGE
    ] == []


@pytest.mark.parametrize("key", [*PARAMETER_KEYS])
def test_every_key_of_a_parameter_is_described(key: str):
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("name", [*SCRIPT_NAMES])
def test_every_name_that_a_script_finds_is_told(name: str):
    assert f"`{name}" in PAGE


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_that_tab_offers_is_named(name: str):
    assert f"`{name}" in PAGE


def test_every_environment_variable_is_described():
    for name in ("DBAPI_URL", "DBAPI_TOKEN", "DBAPI_CONFIG_DIR", "XDG_CONFIG_HOME"):
        assert f"`{name}`" in PAGE
