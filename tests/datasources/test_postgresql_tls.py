"""TLS to PostgreSQL, its certificate checked."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbapi_platform.datasources import ConnectFailed, QueryTimeout, open_datasource
from tests.services.certificates import make_certificate
from tests.services.fixtures import PostgresDatabase
from tests.services.postgres import PostgresServer, start_postgres

from .conftest import json_of, query, rows_of


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    server = start_postgres()
    try:
        certificate, key = make_certificate()
        write(server.data / "server.crt", certificate)
        write(server.data / "server.key", key)
        with (server.data / "postgresql.conf").open("a") as file:
            file.write("ssl = on\n")
        server.halt()
        server.start()
        yield server
    finally:
        server.stop()


def write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    path.chmod(0o600)
    if os.geteuid() == 0:
        shutil.chown(path, "postgres", "postgres")


async def test_everything_works_through_tls(server: PostgresServer, tmp_path: Path) -> None:
    root = tmp_path / "root.crt"
    shutil.copy(server.data / "server.crt", root)
    options = {"sslmode": "verify-full", "sslrootcert": str(root)}
    datasource = open_datasource(PostgresDatabase(server, "postgres").config(options=options))
    text = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    assert (await rows_of(datasource, text)).rows == [(True,)]
    big, many = (
        "ü" * 3_000_000,
        "SELECT n, repeat('x', 100) AS x FROM generate_series(1, 20000) AS n",
    )
    assert (await rows_of(datasource, "SELECT $1 AS a", big)).rows == [(big,)]
    for _ in range(3):
        rows = await rows_of(datasource, many, max_rows=50_000)
        assert (await json_of(datasource, many, max_rows=50_000)).count == len(rows.rows) == 20_000
    await asyncio.gather(*(rows_of(datasource, "SELECT $1::int AS n", n) for n in range(100)))
    with pytest.raises(QueryTimeout):
        await datasource.execute([query("SELECT pg_sleep(9) AS a")], max_rows=1, timeout_s=0.2)
    assert (await rows_of(datasource, text)).rows == [(True,)]
    await datasource.close()


async def test_a_certificate_of_nobody_known_is_refused(
    server: PostgresServer, tmp_path: Path
) -> None:
    other = tmp_path / "other.crt"
    other.write_bytes(make_certificate()[0])
    options = {"sslmode": "verify-full", "sslrootcert": str(other)}
    datasource = open_datasource(PostgresDatabase(server, "postgres").config(options=options))
    with pytest.raises(ConnectFailed, match="certificate"):
        await datasource.test()
    await datasource.close()
