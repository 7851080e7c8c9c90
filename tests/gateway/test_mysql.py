"""Endpoints on a real MariaDB, from the datasource to the consumer's rows."""

from tests.services.fixtures import MariadbDatabase
from tests.world import World


async def test_an_endpoint_on_mariadb(world: World, mariadb_database: MariadbDatabase) -> None:
    mariadb_database.run(
        "CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(50), price DECIMAL(10, 2))",
        "INSERT INTO item VALUES (1, '100% wool', 1.10), (2, 'silk_', 20), (3, 'it''s', 3)",
    )
    config = mariadb_database.config()
    source = {
        "name": "wares", "product_type": "mysql", "host": config.host, "port": config.port,
        "database": config.database, "username": config.username, "password": config.password,
    }  # fmt: skip
    made = await world.manage("POST", "/datasources", json=source, status=201)
    tested = await world.manage("POST", f"/datasources/{made['id']}/test", status=200)
    assert tested["product"] == "MariaDB"
    await world.publish(
        "GET",
        "wares",
        """SELECT id, name, price FROM item
        {% where %}
          {% if word %} AND name LIKE {{ word | sql_like_contains }} {% endif %}
          {% if ids %} AND id IN {{ ids | in_list }} {% endif %}
          AND name NOT LIKE 'nothing%'
        {% endwhere %}
        ORDER BY {{ sort | default('id') | sql_ident(allowed=['id', 'price']) }}
          {{ direction | sql_keyword('asc', 'desc') }}""",
        datasource="wares",
        params={"ids": {"type": "array", "items": "integer"}},
    )

    async def ids(query: str = "") -> list[int]:
        answer = await world.call("GET", f"wares?{query}")
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()["data"]]

    assert await ids() == [1, 2, 3]
    assert await ids("word=%25") == [1]
    assert await ids("word=_") == [2]
    assert await ids("word=it's") == [3]
    assert await ids("word=%27%20OR%201=1%20--%20") == []
    assert await ids("ids=1,3&direction=desc") == [3, 1]
    assert await ids("sort=price") == [1, 3, 2]
    row = (await world.call("GET", "wares?ids=1")).json()["data"][0]
    assert row == {"id": 1, "name": "100% wool", "price": 1.1}
    refused = await world.call("GET", "wares?sort=price;drop")
    assert refused.status_code == 400
