"""Trino's server: how it is reached, and what is told when it is not."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from requests.auth import HTTPBasicAuth
from trino.exceptions import Http503Error, HttpError, TrinoQueryError

from dbapi_platform.datasources import (
    Busy,
    ConnectFailed,
    DatasourceConfig,
    PoolState,
    ProductType,
    QueryFailed,
    QueryTimeout,
    Statement,
    validate_config,
)
from dbapi_platform.datasources.trino_errors import Lost, translate
from dbapi_platform.datasources.trino_session import open_http, request_to
from tests.services.fixtures import TrinoSchema
from tests.services.postgres import free_port
from tests.services.trino import TrinoServer

from .conftest import query, rows_of
from .trino_support import ENDLESS, MANY, Relay, opened_with, run, states


async def test_the_test_tells_the_product_and_what_is_wrong(trino_schema: TrinoSchema) -> None:
    async with opened_with(trino_schema.config()) as datasource:
        info = await datasource.test()
    assert (info.product, info.version.isdigit()) == ("Trino", True)
    for changes, told in (
        ({"port": free_port()}, "refused"),
        ({"database": "nope"}, "'nope' not found"),
        ({"database": "memory.nope"}, "no schema nope"),
        ({"host": "host.invalid"}, "resolve"),
    ):
        async with opened_with(trino_schema.config(), **changes) as datasource:
            with pytest.raises(ConnectFailed, match=told):
                await datasource.test()


async def test_a_full_pool_is_busy(trino_schema: TrinoSchema) -> None:
    config = trino_schema.config(pool_size=1, connect_timeout_s=0.5)
    async with opened_with(config) as datasource:
        assert datasource.pool == PoolState(0, 0, 0)
        task = asyncio.create_task(run(datasource, query(ENDLESS)))
        await asyncio.sleep(0.2)
        waiting = asyncio.create_task(run(datasource, query("SELECT 1")))
        await asyncio.sleep(0.1)
        assert datasource.pool == PoolState(1, 0, 1)
        with pytest.raises(Busy):
            await waiting
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await rows_of(datasource, "SELECT 1")
        assert datasource.pool == PoolState(1, 1, 0)


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
async def test_over_https_the_password_is_asked_for(trino: TrinoServer) -> None:
    config = TrinoSchema(trino, "default").config(port=trino.https_port, password=trino.password)
    trusted = {"sslrootcert": str(trino.certificate)}
    for options in (trusted, {**trusted, "http_scheme": "https"}, {"sslmode": "require"}):
        async with opened_with(config, options=options) as datasource:
            found = await rows_of(datasource, "SELECT current_user AS me")
            assert found.rows == [(trino.username,)]
    for changes, told in (
        ({"options": trusted, "password": "wr0ng"}, "Access Denied"),
        ({"options": {}}, "CERTIFICATE_VERIFY_FAILED"),
        ({"options": {"sslmode": "verify-full"}}, "CERTIFICATE_VERIFY_FAILED"),
        ({"options": trusted, "host": "localhost"}, "match|mismatch"),
        ({"options": {"sslmode": "require"}, "port": trino.port}, "(?i)ssl"),
    ):
        async with opened_with(config, **changes) as datasource:
            for failing in (datasource.test(), rows_of(datasource, "SELECT 1")):
                with pytest.raises(ConnectFailed, match=told) as caught:
                    await failing
                assert "wr0ng" not in caught.value.message


async def test_a_server_that_is_none_of_trino_is_told(trino_schema: TrinoSchema) -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>hi</html>")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, opened_with(trino_schema.config(), port=port) as datasource:
        with pytest.raises(ConnectFailed, match="does not answer as Trino"):
            await datasource.test()


async def test_a_server_that_was_away_is_noticed(trino_schema: TrinoSchema) -> None:
    port = free_port()
    async with opened_with(trino_schema.config(port=port)) as datasource:
        for word in ("first", "second"):
            with pytest.raises(ConnectFailed, match="refused"):
                await rows_of(datasource, "SELECT 1 AS a")
            async with Relay(trino_schema.server.port, port):
                assert (await rows_of(datasource, "SELECT ? AS a", word)).rows == [(word,)]
        with pytest.raises(ConnectFailed):
            await run(datasource, "INSERT INTO t VALUES 1")


async def test_a_connection_that_breaks_meanwhile_is_made_again(trino_schema: TrinoSchema) -> None:
    port = free_port()
    text = (
        f"SELECT count(*) FROM {MANY.format('a')}, UNNEST(sequence(1, 1000)) AS b (x)"
        " WHERE a.x % 4 = b.x % 2"
    )
    config = trino_schema.config(port=port)
    async with Relay(trino_schema.server.port, port) as relay, opened_with(config) as datasource:
        task = asyncio.create_task(run(datasource, query(text)))
        while not await states(trino_schema.server, text) & {"RUNNING"}:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        relay.drop()
        (found,) = await task
        assert found.rows == [(2_500_000,)]


CONFIG = DatasourceConfig(
    "1", "lake", ProductType.TRINO, "lake", host="trino.example.com", username="reader"
)


@pytest.mark.parametrize(
    ("changes", "url", "verify"),
    [
        ({}, "http://trino.example.com:8080/v1/statement", True),
        ({"port": 9000, "host": "::1"}, "http://[::1]:9000/v1/statement", True),
        ({"password": "s3cret"}, "https://trino.example.com:443/v1/statement", True),
        ({"options": {"http_scheme": "https"}}, "https://trino.example.com:443/v1/statement", True),
        (
            {"options": {"sslmode": "require"}, "port": 8443},
            "https://trino.example.com:8443/v1/statement",
            False,
        ),
        (
            {"options": {"sslrootcert": __file__}},
            "https://trino.example.com:443/v1/statement",
            __file__,
        ),
    ],
)
def test_the_password_decides_how_it_is_spoken_to(
    changes: dict[str, Any], url: str, verify: object
) -> None:
    config = replace(CONFIG, **changes)
    validate_config(config)
    with open_http(config) as http:
        request = request_to(config, http)
        assert request.statement_url == url
        assert request.http_headers["X-Trino-Catalog"] == "lake"
        assert request.http_headers["X-Trino-Schema"] is None
        assert request.http_headers["X-Trino-Session"] == "query_max_run_time=30000ms"
        assert http.verify == verify if verify is not True else http.verify
        assert not http.trust_env
        expected = HTTPBasicAuth("reader", "s3cret") if config.password else None
        assert http.auth == expected


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"errorName": "EXCEEDED_TIME_LIMIT", "message": "x"}, QueryTimeout),
        ({"errorName": "USER_CANCELED", "message": "x"}, QueryTimeout),
        ({"errorName": "ADMINISTRATIVELY_KILLED", "message": "x"}, QueryFailed),
        ({"errorName": "SERVER_STARTING_UP", "message": "x"}, ConnectFailed),
        ({"errorName": "QUERY_QUEUE_FULL", "message": "x"}, Busy),
        (HttpError("error 404: b'Query not found'"), Lost),
        (HttpError("error 410"), Lost),
        (Http503Error("error 503: service unavailable"), ConnectFailed),
    ],
)
def test_errors_get_the_platforms_names(error: Any, kind: type[Exception]) -> None:
    made = TrinoQueryError(error) if isinstance(error, dict) else error
    assert isinstance(translate(made, Statement("SELECT 1"), 0), kind)
