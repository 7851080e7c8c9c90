"""notebooks/databases.ipynb where the servers are there: on MariaDB and on Trino, beside DuckDB."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import httpx
import nbformat
import pytest
from nbclient import NotebookClient

from tests.platforms import PlatformProcess, serve_platform
from tests.services.fixtures import MariadbDatabase, TrinoSchema

PATH = Path(__file__).parents[2] / "notebooks" / "databases.ipynb"
ROWS = 400
COLUMNS = "id INTEGER, status VARCHAR(20), created_at {}, total DECIMAL(12, 2)"


def orders(sample: Path) -> list[str]:
    """Some of the shop's orders, as rows of an INSERT."""
    with duckdb.connect(str(sample), read_only=True) as connection:
        rows = connection.execute(
            "SELECT id, status, created_at, total FROM orders ORDER BY id DESC LIMIT ?", [ROWS]
        ).fetchall()
    return [f"({id_}, '{status}', TIMESTAMP '{at}', {total})" for id_, status, at, total in rows]


@pytest.fixture
def served(
    tmp_path: Path, mariadb_database: MariadbDatabase, trino_schema: TrinoSchema
) -> Iterator[PlatformProcess]:
    """A platform of this test's own: datasources of others would not be the only ones any more."""
    with serve_platform(tmp_path) as platform:
        rows = orders(platform.home.sample)
        for database, kind in ((mariadb_database, "DATETIME"), (trino_schema, "TIMESTAMP(6)")):
            database.run(
                f"CREATE TABLE orders ({COLUMNS.format(kind)})",
                f"INSERT INTO orders VALUES {', '.join(rows)}",
            )
        for name, config in (
            ("mariadb", mariadb_database.config()),
            ("trino", trino_schema.config()),
        ):
            body: dict[str, Any] = {
                "name": name, "product_type": str(config.product_type), "host": config.host,
                "port": config.port, "database": config.database, "username": config.username,
                "password": config.password,
            }  # fmt: skip
            answer = httpx.post(
                f"{platform.url}/api/v1/datasources",
                json=body,
                headers={"Authorization": f"Bearer {platform.token}"},
            )
            assert answer.status_code == 201, answer.text
        yield platform


def test_the_question_is_asked_of_every_database(
    served: PlatformProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBAPI_URL", served.url)
    monkeypatch.setenv("DBAPI_TOKEN", served.token)
    for _ in range(2):
        notebook = nbformat.read(PATH, as_version=4)
        # Trino takes its time with the first queries after its start.
        NotebookClient(
            notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
        ).execute()
        assert "Asked: shop, mariadb, trino" in notebook.cells[-1].outputs[0].text
    kept, behind = (
        httpx.get(f"{served.url}/api/databases/{name}/orders?since=2024-01-01").json()
        for name in ("mariadb", "trino")
    )
    assert kept == behind
    assert sum(row["orders"] for row in kept["data"]) == ROWS
