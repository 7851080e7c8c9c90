"""A large installation: 100,000 endpoints and a million access records, written by SQL alone.

The records are spread evenly over all endpoints, a thousand clients and 30 days, in no order: no
two add up to one row, which is the worst that there is for the overview.
"""

import os

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from dbapi_platform.store import Database

# More than these take longer to be added up than anybody waits: then only lists can be measured.
ADDED_UP = 2_000_000
RECORDS, ENDPOINTS = int(os.environ.get("BENCH_RECORDS", "1_000_000")), 100_000

_SQLITE = f"""
CREATE TEMP TABLE seed AS
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ENDPOINTS})
  SELECT i, lower(hex(randomblob(16))) AS id, lower(hex(randomblob(16))) AS version,
         lower(hex(randomblob(32))) AS hash FROM n;
CREATE INDEX temp.seed_i ON seed (i);
CREATE TEMP TABLE dice AS
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {RECORDS})
  SELECT 1 + abs(random()) % {ENDPOINTS} AS i, abs(random()) % 100 AS status FROM n;
INSERT INTO module (id, created_at, updated_at, name, sort_order, is_active)
  SELECT lower(hex(randomblob(16))), {{now}}, {{now}}, 'bench', 0, 1;
INSERT INTO endpoint (id, created_at, updated_at, module_id, method, path, path_key, sort_order,
                      published_version_id, state, access, datasource_id)
  SELECT id, {{now}}, {{now}}, (SELECT id FROM module WHERE name = 'bench'), 'GET', 'bench/' || i,
         'bench/' || i, 0, version, 'live', 'public',
         (SELECT id FROM datasource WHERE name = 'shop') FROM seed;
INSERT INTO draft (id, endpoint_id, datasource_id, definition, params, hash, updated_at)
  SELECT lower(hex(randomblob(16))), id, (SELECT id FROM datasource WHERE name = 'shop'),
         '{{{{"content": "SELECT 1"}}}}', '{{{{}}}}', hash, {{now}} FROM seed;
INSERT INTO version (id, endpoint_id, number, hash, datasource_id, definition, created_at)
  SELECT version, id, 1, hash, (SELECT id FROM datasource WHERE name = 'shop'),
         '{{{{"content": "SELECT 1"}}}}', {{now}} FROM seed;
INSERT INTO access_record (request_id, created_at, method, path, status, duration_ms, endpoint_id,
                           version, client_id, ip_address, rows, error_code)
  SELECT lower(hex(randomblob(16))),
         strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || (abs(random()) % 2592000) || ' seconds')
           || '000',
         CASE abs(random()) % 4 WHEN 0 THEN 'POST' ELSE 'GET' END, 'bench/' || dice.i,
         CASE WHEN status < 90 THEN 200 WHEN status < 95 THEN 404 WHEN status < 99 THEN 401
              ELSE 500 END,
         (abs(random()) % 100000) / 100.0, seed.id, 1, printf('%032x', abs(random()) % 1000),
         '10.' || (abs(random()) % 256) || '.' || (abs(random()) % 256) || '.7', 1,
         CASE WHEN status >= 90 THEN 'refused' END
  FROM dice JOIN temp.seed ON seed.i = dice.i;
""".format(now="strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'")

_POSTGRESQL = f"""
CREATE TEMP TABLE seed AS
  SELECT i, gen_random_uuid() AS id, gen_random_uuid() AS version,
         md5(random()::text) || md5(random()::text) AS hash
  FROM generate_series(1, {ENDPOINTS}) AS i;
CREATE INDEX ON seed (i);
ANALYZE seed;
INSERT INTO module (id, created_at, updated_at, name, sort_order, is_active)
  SELECT gen_random_uuid(), now(), now(), 'bench', 0, true;
INSERT INTO endpoint (id, created_at, updated_at, module_id, method, path, path_key, sort_order,
                      published_version_id, state, access, datasource_id)
  SELECT id, now(), now(), (SELECT id FROM module WHERE name = 'bench'), 'GET', 'bench/' || i,
         'bench/' || i, 0, version, 'live', 'public',
         (SELECT id FROM datasource WHERE name = 'shop') FROM seed;
INSERT INTO draft (id, endpoint_id, datasource_id, definition, params, hash, updated_at)
  SELECT gen_random_uuid(), id, (SELECT id FROM datasource WHERE name = 'shop'),
         json_build_object('content', 'SELECT 1'), '{{}}', hash, now() FROM seed;
INSERT INTO version (id, endpoint_id, number, hash, datasource_id, definition, created_at)
  SELECT version, id, 1, hash, (SELECT id FROM datasource WHERE name = 'shop'),
         json_build_object('content', 'SELECT 1'), now() FROM seed;
INSERT INTO access_record (request_id, created_at, method, path, status, duration_ms, endpoint_id,
                           version, client_id, ip_address, rows, error_code)
  SELECT gen_random_uuid(), now() - random() * interval '30 days',
         CASE WHEN random() < 0.25 THEN 'POST' ELSE 'GET' END, 'bench/' || dice.i,
         CASE WHEN status < 90 THEN 200 WHEN status < 95 THEN 404 WHEN status < 99 THEN 401
              ELSE 500 END,
         random() * 1000, seed.id, 1, lpad(to_hex(floor(random() * 1000)::int), 32, '0')::uuid,
         '10.' || floor(random() * 256)::int || '.' || floor(random() * 256)::int || '.7', 1,
         CASE WHEN status >= 90 THEN 'refused' END
  FROM (SELECT 1 + floor(random() * {ENDPOINTS})::int AS i, random() * 100 AS status
        FROM generate_series(1, {RECORDS})) AS dice JOIN seed ON seed.i = dice.i;
"""


async def fill(database: Database) -> None:
    """Write it all; the platform knows nothing of it."""
    async with database.engine.begin() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # Otherwise most of the time goes to pages that were just put away.
            await connection.exec_driver_sql("PRAGMA cache_size=-262144")
        # One by one they would be most of the time; at once, after the rows, they are sorted.
        indexes = [] if is_sqlite else await _take_indexes(connection)
        for statement in (_SQLITE if is_sqlite else _POSTGRESQL).split(";\n"):
            if statement.strip():
                await _run(connection, statement)
        for index in indexes:
            await _run(connection, index)
        if RECORDS > ADDED_UP:
            newest = "(SELECT max(id) FROM access_record)"
            await _run(connection, f"UPDATE traffic_mark SET record_id = {newest}")
        await _run(connection, "ANALYZE")


async def _take_indexes(connection: AsyncConnection) -> list[str]:
    """Drop the indexes of PostgreSQL's access records; answers what makes them anew."""
    found = await connection.exec_driver_sql(
        "SELECT indexname, indexdef FROM pg_indexes "
        "WHERE tablename = 'access_record' AND indexname NOT LIKE 'pk_%%'"
    )
    indexes = [(name, made) for name, made in found]
    for name, _ in indexes:
        await connection.exec_driver_sql(f"DROP INDEX {name}")
    await connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '1GB'")
    return [made for _, made in indexes]


async def _run(connection: AsyncConnection, statement: str) -> None:
    # A colon before a letter would be a parameter: times and casts have them.
    await connection.execute(text(statement.replace(":", "\\:")))
