"""The corpus on real databases: a string finds the row that holds it, and does nothing else."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dbapi_platform.datasources import (
    Datasource,
    DatasourceConfig,
    DatasourceError,
    ProductType,
    Rows,
    open_datasource,
)
from dbapi_platform.engines.errors import InvalidParameters
from dbapi_platform.engines.sql import compile_sql, run_sql
from tests.services.fixtures import MariadbDatabase, PostgresDatabase

from .corpus import INJECTIONS

SCHEMA = """
CREATE TABLE note (id INTEGER PRIMARY KEY, name VARCHAR(10000));
CREATE TABLE canary (id INTEGER PRIMARY KEY, secret VARCHAR(100));
INSERT INTO canary VALUES (1, 'the secret');
"""
PRODUCTS = ("postgresql", "mariadb", "duckdb", "sqlite")


@pytest.fixture(scope="module", params=PRODUCTS)
def product(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def make_file(product: str, path: Path) -> DatasourceConfig:
    connection: Any = duckdb.connect(str(path)) if product == "duckdb" else sqlite3.connect(path)
    for statement in SCHEMA.split(";")[:-1]:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return DatasourceConfig(product, product, ProductType(product), str(path), read_only=False)


@pytest.fixture
async def notes(
    request: pytest.FixtureRequest, product: str, tmp_path: Path
) -> AsyncIterator[Datasource]:
    """A writable datasource with every string of the corpus as a note, and a canary."""
    if product == "postgresql":
        database: PostgresDatabase = request.getfixturevalue("postgres_database")
        database.run(SCHEMA)
        config = database.config()
    elif product == "mariadb":
        other: MariadbDatabase = request.getfixturevalue("mariadb_database")
        # By default MariaDB takes 'A' for 'a', and 'a' for 'a '.
        other.run(f"ALTER DATABASE {other.name} COLLATE utf8mb4_nopad_bin")
        other.run(*SCHEMA.split(";")[:-1])
        config = other.config()
    else:
        config = make_file(product, tmp_path / "notes")
    datasource = open_datasource(config)
    await datasource.open()
    try:
        for number, text in enumerate(INJECTIONS):
            await ask(datasource, "INSERT INTO note VALUES ({{ id }}, {{ name }})",
                      id=number, name=text)  # fmt: skip
        yield datasource
    finally:
        await datasource.close()


async def ask(datasource: Datasource, content: str, **values: object) -> list[tuple[object, ...]]:
    """The rows of the only statement of a template."""
    program = compile_sql(content, dialect=datasource.dialect)
    done = await run_sql(program, values, datasource=datasource, max_rows=1_000, timeout_s=20)
    (outcome,) = done.outcomes
    return list(outcome.rows) if isinstance(outcome, Rows) else []


async def check_untouched(datasource: Datasource) -> None:
    """Nothing was added, changed or dropped."""
    assert await ask(datasource, "SELECT id, secret FROM canary") == [(1, "the secret")]
    (row,) = await ask(datasource, "SELECT count(*) FROM note")
    assert row == (len(INJECTIONS),)
    tables = await datasource.introspect()
    # A server may have databases of other tests beside this one.
    (here,) = {table.schema for table in tables if table.name == "canary"}
    assert {table.name for table in tables if table.schema == here} == {"note", "canary"}


async def test_a_string_is_found_as_what_it_is(notes: Datasource) -> None:
    for number, text in enumerate(INJECTIONS):
        for content in (
            "SELECT id FROM note WHERE name = {{ x }}",
            "SELECT id FROM note WHERE name IN {{ [x] | in_list }}",
            "SELECT id FROM note {% where %} AND name = {{ x }} {% endwhere %}",
            "{% macro is(v) %}name = {{ v }}{% endmacro %}SELECT id FROM note WHERE {{ is(x) }}",
            "SELECT id FROM note WHERE name = {{ x ~ '' }}",
            "{% set v %}{{ x }}{% endset %}SELECT id FROM note WHERE name = {{ v }}",
            "SELECT id FROM note WHERE name {{ {'values': [x]} | compare }}",
        ):
            assert await ask(notes, content, x=text) == [(number,)], (content, text)
    await check_untouched(notes)


async def test_it_comes_back_as_it_went(notes: Datasource) -> None:
    for text in INJECTIONS:
        rows = await ask(notes, "SELECT {{ x }} AS x", x=text)
        assert rows == [(text,)]
    rows = await ask(notes, "SELECT name FROM note ORDER BY id")
    assert [row[0] for row in rows] == list(INJECTIONS)


async def test_a_pattern_matches_its_own_characters_only(notes: Datasource) -> None:
    for text in INJECTIONS:
        # Filters trim what is around a text; sql_like finds whatever holds the rest.
        inner = text.strip()
        holders = {n for n, other in enumerate(INJECTIONS) if inner.lower() in other.lower()}
        rows = await ask(
            notes,
            "SELECT id FROM note WHERE name LIKE {{ x | sql_like_contains }}",
            x=text,
        )
        found = {row[0] for row in rows}
        assert INJECTIONS.index(text) in found
        assert found <= holders, text
    await check_untouched(notes)


async def test_where_a_number_belongs_a_string_is_refused(notes: Datasource) -> None:
    for text in INJECTIONS:
        for content in (
            "SELECT id FROM note WHERE id = {{ x | sql_int }}",
            "SELECT id FROM note LIMIT {{ x | sql_int }}",
            "SELECT id FROM note WHERE id > {{ x | sql_decimal }}",
            "SELECT id FROM note WHERE name = {{ x | sql_date }}",
            "SELECT id FROM note WHERE name = {{ x | sql_bool }}",
            "SELECT id FROM note WHERE name = {{ x | sql_uuid }}",
            "SELECT id FROM note ORDER BY {{ x | sql_keyword('id', 'name') }}",
            "SELECT id FROM note ORDER BY {{ x | sql_ident(allowed=['id', 'name']) }}",
            "SELECT id FROM note ORDER BY id {{ x | sql_keyword('asc', 'desc') }}",
            "SELECT id FROM note WHERE name {{ {'combinator': x, 'values': 1} | compare }}",
        ):
            with pytest.raises(InvalidParameters):
                await ask(notes, content, x=text)
    await check_untouched(notes)


async def test_without_a_filter_it_is_the_databases_to_refuse(notes: Datasource) -> None:
    """A text where a number or a list belongs: found nowhere or refused, never run."""
    for text in INJECTIONS:
        for content in (
            "SELECT id FROM note WHERE id = {{ x }}",
            "SELECT id FROM note WHERE name IN ({{ x }})",
            "SELECT id FROM note LIMIT {{ x }}",
            "SELECT id FROM note ORDER BY {{ x }} LIMIT 1",
            "DELETE FROM note WHERE name = {{ x }} AND 1 = 0",
        ):
            try:
                rows = await ask(notes, content, x=text)
            except DatasourceError:
                continue
            # DuckDB takes '0x27' for a number where it expects one: a limit, and no more.
            assert len(rows) <= 1 or "LIMIT {{" in content, (content, text)
    await check_untouched(notes)


async def test_what_was_stored_is_no_danger_when_it_is_used_again(notes: Datasource) -> None:
    for number, text in enumerate(INJECTIONS):
        ((name,),) = await ask(notes, "SELECT name FROM note WHERE id = {{ id }}", id=number)
        assert await ask(notes, "SELECT id FROM note WHERE name = {{ x }}", x=name) == [(number,)]
        assert name == text
    await check_untouched(notes)
