"""Memory of long answers, in the process of PostgreSQL that is behind a connection."""

from pathlib import Path

from dbapi_platform.datasources import Datasource, open_datasource
from tests.services.fixtures import PostgresDatabase

from .conftest import as_json, json_of, parsed, rows_of

LONG = "SELECT n, lpad(n::text, 80, '0') AS t FROM generate_series(1, 10000) AS n"
PAGES = 10_000 * 80 // 4096


async def test_a_long_answer_takes_the_pages_of_the_one_before(
    postgres_database: PostgresDatabase,
) -> None:
    datasource = open_datasource(postgres_database.config(pool_size=1))
    process = (await rows_of(datasource, "SELECT pg_backend_pid()")).rows[0][0]
    rows = await rows_of(datasource, LONG)
    for _ in range(4):
        assert (await json_of(datasource, LONG)).count == len(rows.rows)
    before = _faults(process)
    for _ in range(10):
        await json_of(datasource, LONG)
    assert _faults(process) - before < 10 * PAGES / 10
    await datasource.close()


async def test_a_server_that_refuses_the_question_for_it_answers_as_ever(
    postgres_database: PostgresDatabase, datasource: Datasource
) -> None:
    postgres_database.run("ALTER FUNCTION repeat(text, integer) RENAME TO again")
    rows = await rows_of(datasource, LONG)
    for _ in range(4):
        assert parsed((await json_of(datasource, LONG)).data) == as_json(rows)


def _faults(process: object) -> int:
    """Pages that the system put in so far without reading them from a disk: proc(5)."""
    after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2]
    return int(after_name.split()[7])
