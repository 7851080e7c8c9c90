"""The demo's sample data: the same every time, and consistent."""

from pathlib import Path

import duckdb
import pytest

from dbapi_platform.demo.sample import create_sample

TABLES = ("customers", "products", "orders", "order_items")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "new" / "shop.duckdb"
    create_sample(path)
    return path


def ask(path: Path, text: str) -> tuple[object, ...]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(text).fetchone() or ()


def content(path: Path) -> list[tuple[object, ...]]:
    return [
        ask(path, f"SELECT count(*), bit_xor(md5_number({t}::VARCHAR)) FROM {t}") for t in TABLES
    ]


def test_it_is_the_same_every_time(sample: Path, tmp_path: Path) -> None:
    create_sample(tmp_path / "again.duckdb")
    assert content(sample) == content(tmp_path / "again.duckdb")
    assert [path.name for path in tmp_path.iterdir()] == ["again.duckdb"]


def test_it_replaces_a_file_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    path.write_text("something else")
    create_sample(path)
    assert ask(path, "SELECT count(*) FROM products") == (300,)


def test_it_has_about_100_000_rows(sample: Path) -> None:
    counts = [ask(sample, f"SELECT count(*) FROM {table}")[0] for table in TABLES]
    assert counts[:3] == [5000, 300, 30000]
    assert 60_000 < counts[3] < 72_000


@pytest.mark.parametrize(
    "text",
    [
        "SELECT count(*) FROM orders ANTI JOIN customers AS c ON c.id = customer_id",
        "SELECT count(*) FROM order_items ANTI JOIN orders AS o ON o.id = order_id",
        "SELECT count(*) FROM order_items ANTI JOIN products AS p ON p.id = product_id",
        "SELECT count(*) FROM orders AS o JOIN customers AS c ON c.id = o.customer_id"
        " WHERE o.created_at < c.created_at",
        "SELECT count(*) FROM (SELECT order_id, sum(quantity * unit_price) AS total"
        " FROM order_items GROUP BY order_id) AS i FULL JOIN orders AS o ON o.id = i.order_id"
        " WHERE o.total IS DISTINCT FROM i.total",
        "SELECT count(*) FROM order_items WHERE quantity < 1 OR unit_price <= 0",
        "SELECT count(*) FROM customers"
        " WHERE NOT regexp_full_match(email, '[a-z.]+[0-9]+@example\\.(com|net|org)')",
        "SELECT count(*) - count(DISTINCT email) FROM customers",
        "SELECT count(*) - count(DISTINCT name) FROM products",
    ],
)
def test_nothing_contradicts_anything(sample: Path, text: str) -> None:
    assert ask(sample, text) == (0,)


def test_it_spans_three_years_and_has_seasons(sample: Path) -> None:
    assert ask(
        sample, "SELECT min(created_at)::DATE::TEXT, max(created_at)::DATE::TEXT FROM orders"
    ) == (
        "2023-10-01",
        "2026-09-30",
    )
    december, july = (
        ask(sample, f"SELECT count(*) FROM orders WHERE month(created_at) = {month}")[0]
        for month in (12, 7)
    )
    assert december > 1.5 * july
    assert ask(sample, "SELECT count(*) > 0 FROM orders WHERE customer_id = 7") == (True,)


def test_its_tables_are_described(sample: Path) -> None:
    found = ask(sample, "SELECT count(comment) FROM duckdb_tables()")
    assert found == (len(TABLES),)
