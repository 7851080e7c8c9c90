from dataclasses import replace
from pathlib import Path

import pytest

from dbapi_platform.datasources import (
    ConfigProblem,
    DatasourceConfig,
    ProductType,
    check_file,
    validate_config,
)
from dbapi_platform.datasources.config import OPTIONS

DOCS = Path(__file__).parents[2] / "docs" / "datasources.md"
SERVER = DatasourceConfig(
    "1", "shop", ProductType.POSTGRESQL, "shop", host="db", username="reader", password="secret"
)
TRINO = replace(SERVER, product_type=ProductType.TRINO, database="lake.sales")
FILE = DatasourceConfig("2", "sample", ProductType.DUCKDB, "/data/sample.duckdb")


@pytest.mark.parametrize(
    ("config", "field", "message"),
    [
        (replace(SERVER, host=None), "host", "is needed"),
        (replace(SERVER, username=""), "username", "is needed"),
        (replace(SERVER, database=""), "database", "is needed"),
        (replace(SERVER, port=70000), "port", "65535"),
        (replace(SERVER, host="a\0b"), "host", "NUL"),
        (replace(SERVER, options={"sslmod": "require"}), "options", "'sslmod' is not known"),
        (replace(SERVER, options={"sslmode": "yes"}), "options", "'sslmode' must be one of"),
        (replace(SERVER, options={"sslrootcert": "/nope"}), "options", "names no file"),
        (replace(SERVER, options={"service": "x"}), "options", "not known"),
        (replace(SERVER, options={"host": "other"}), "options", "not known"),
        (replace(FILE, options={"threads": "0"}), "options", "1 or more"),
        (replace(FILE, options={"memory_limit": "much"}), "options", "size"),
        (replace(FILE, options={"enable_external_access": "true"}), "options", "not known"),
        (replace(FILE, product_type=ProductType.SQLITE, options={"x": "1"}), "options", "none"),
        (replace(TRINO, database=".sales"), "database", "catalog.schema"),
        (replace(TRINO, database="lake."), "database", "catalog.schema"),
        (replace(TRINO, username=None), "username", "is needed"),
        (replace(TRINO, options={"sslmode": "prefer"}), "options", "'sslmode' must be one of"),
        (replace(TRINO, options={"session.x": "1"}), "options", "not known"),
        (replace(TRINO, options={"http_scheme": "http"}), "options", "must be https"),
        (
            replace(TRINO, password=None, options={"http_scheme": "http", "sslmode": "require"}),
            "options",
            "must be https",
        ),
    ],
)
def test_what_is_wrong_is_named(config: DatasourceConfig, field: str, message: str) -> None:
    with pytest.raises(ConfigProblem, match=message) as caught:
        validate_config(config)
    assert caught.value.field == field
    assert "secret" not in str(caught.value)


def test_what_is_sound_passes() -> None:
    validate_config(SERVER)
    validate_config(replace(SERVER, options={"sslmode": "verify-full", "sslrootcert": "system"}))
    validate_config(TRINO)
    validate_config(replace(TRINO, password=None, options={"http_scheme": "http"}))
    validate_config(replace(TRINO, database="lake", options={"sslmode": "verify-full"}))
    validate_config(replace(SERVER, product_type=ProductType.STARROCKS))
    validate_config(replace(FILE, options={"threads": "2", "memory_limit": "512MB"}))


def test_a_file_must_be_inside_its_directory(tmp_path: Path) -> None:
    root, outside = tmp_path / "data", tmp_path / "data-of-others"
    root.mkdir()
    outside.mkdir()
    (outside / "x.duckdb").touch()
    (root / "link.duckdb").symlink_to(outside / "x.duckdb")
    check_file(replace(FILE, database=str(root / "sub" / "x.duckdb")), root)
    check_file(SERVER, root)
    for bad in (root / ".." / "x.duckdb", outside / "x.duckdb", root / "link.duckdb"):
        with pytest.raises(ConfigProblem, match="inside"):
            check_file(replace(FILE, database=str(bad)), root)


def test_every_product_and_option_is_documented() -> None:
    page = DOCS.read_text()
    for product, options in OPTIONS.items():
        assert f"`{product}`" in page
        for option in options:
            assert f"`{option}`" in page
