"""TLS to MariaDB: asked for, checked, and left out when told to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dbapi_platform.datasources import ConnectFailed, open_datasource
from tests.services.certificates import make_certificate
from tests.services.fixtures import MariadbDatabase
from tests.services.mariadb import MariadbServer, start_mariadb

from .conftest import rows_of

CIPHER = "SHOW SESSION STATUS LIKE 'Ssl_cipher'"


@pytest.fixture(scope="module")
def server() -> Iterator[MariadbServer]:
    server = start_mariadb()
    try:
        server.halt()
        names = ("server.crt", "server.key")
        for name, data in zip(names, make_certificate(), strict=True):
            path = server.directory / name
            path.write_bytes(data)
            path.chmod(0o600)
            server.give(path)
        certificate, key = (server.directory / name for name in names)
        server.options = [f"--ssl-cert={certificate}", f"--ssl-key={key}"]
        server.start()
        yield server
    finally:
        server.stop()


async def is_encrypted(server: MariadbServer, **options: str) -> bool:
    datasource = open_datasource(MariadbDatabase(server, "mysql").config(options=options))
    try:
        rows = await rows_of(datasource, CIPHER)
    finally:
        await datasource.close()
    return bool(rows.rows[0][1])


async def test_it_is_used_as_asked(server: MariadbServer) -> None:
    root = str(server.directory / "server.crt")
    assert await is_encrypted(server)
    assert not await is_encrypted(server, sslmode="disable")
    assert await is_encrypted(server, sslmode="require")
    for mode in ("verify-ca", "verify-full"):
        assert await is_encrypted(server, sslmode=mode, sslrootcert=root)


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
async def test_a_certificate_of_nobody_known_is_refused(
    server: MariadbServer, tmp_path: Path, mode: str
) -> None:
    other = tmp_path / "other.crt"
    other.write_bytes(make_certificate()[0])
    for root in (str(other), "system"):
        with pytest.raises(ConnectFailed, match="certificate"):
            await is_encrypted(server, sslmode=mode, sslrootcert=root)


async def test_without_tls_on_the_server_it_is_refused_when_asked_for(
    mariadb_database: MariadbDatabase,
) -> None:
    assert not await is_encrypted(mariadb_database.server)
    with pytest.raises(ConnectFailed):
        await is_encrypted(mariadb_database.server, sslmode="require")
