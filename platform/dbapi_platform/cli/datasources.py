"""`dbapi datasource …`: the databases that endpoints query."""

import sys
from typing import Annotated, Any

import typer

from ..datasources import ProductType
from ..datasources.types import ServerInfo, Table
from ..errors import InvalidRequest
from ..publishing.datasources import (
    create_datasource,
    delete_datasource,
    list_datasources,
    update_datasource,
)
from ..store import Datasource
from .acting import acting, caller, open_acting
from .finding import datasource_named
from .output import AsJson, Yes, confirm, print_fields, print_json, print_table, say
from .running import run

datasources = typer.Typer(
    help="Datasources: the databases that endpoints query.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="The datasource's name.")]
Database = Annotated[
    str | None, typer.Option(help="Database, catalog.schema for Trino, or a file.")
]
Host = Annotated[str | None, typer.Option(help="The server's name or address.")]
Port = Annotated[int | None, typer.Option(min=1, max=65_535, help="The server's port.")]
Username = Annotated[str | None, typer.Option(help="Whom to connect as.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]
ReadOnly = Annotated[
    bool | None, typer.Option("--read-only/--read-write", help="Whether queries may change data.")
]
Setting = Annotated[
    list[str] | None, typer.Option("--option", help="A connection option: sslmode=require.")
]
Description = Annotated[str | None, typer.Option(help="What is in it.")]


@datasources.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show every datasource; passwords are never shown."""

    async def work() -> list[Datasource]:
        async with acting("datasource.list") as session:
            return await list_datasources(session)

    rows = [_fields(row) for row in run(work)]
    if as_json:
        print_json(rows)
    elif not rows:
        say("There are no datasources yet; add one with `dbapi datasource create`.")
    else:
        columns = ("name", "product", "host", "port", "database", "username", "read_only")
        print_table(columns, ([row[column] for column in columns] for row in rows))


@datasources.command("show")
def show(name: Name, as_json: AsJson = False) -> None:
    """Show one datasource, without its password."""

    async def work() -> Datasource:
        async with acting("datasource.show") as session:
            return await datasource_named(session, name)

    fields = _fields(run(work))
    print_json(fields) if as_json else print_fields(fields)


@datasources.command("create")
def create(
    name: Name,
    product: Annotated[ProductType, typer.Option(help="What kind of database it is.")],
    database: Annotated[str, typer.Option(help="Database, catalog.schema, or a file.")],
    host: Host = None,
    port: Port = None,
    username: Username = None,
    password_stdin: PasswordStdin = False,
    read_only: ReadOnly = None,
    option: Setting = None,
    description: Description = None,
) -> None:
    """Keep a new datasource; try it with `dbapi datasource test`."""
    fields = _given(
        database=database, host=host, port=port, username=username, read_only=read_only,
        description=description,
    ) | _secret_and_options(password_stdin, option)  # fmt: skip

    async def work() -> None:
        async with open_acting("datasource.create") as (services, session):
            all_of_it = fields | {"name": name, "product_type": product.value}
            await create_datasource(session, services.rules, all_of_it)

    run(work)
    say(f"The datasource {name} is kept; try it with `dbapi datasource test {name}`.")


@datasources.command("update")
def update(
    name: Name,
    rename: Annotated[str | None, typer.Option(help="Another name.")] = None,
    database: Database = None,
    host: Host = None,
    port: Port = None,
    username: Username = None,
    password_stdin: PasswordStdin = False,
    read_only: ReadOnly = None,
    option: Setting = None,
    description: Description = None,
) -> None:
    """Change a datasource; what is not given stays. Endpoints use it within a second."""
    fields = _given(
        name=rename, database=database, host=host, port=port, username=username,
        read_only=read_only, description=description,
    ) | _secret_and_options(password_stdin, option)  # fmt: skip

    async def work() -> None:
        async with open_acting("datasource.update") as (services, session):
            row = await datasource_named(session, name)
            await update_datasource(session, services.rules, row, fields)

    run(work)
    say(f"{name} is changed.")


@datasources.command("test")
def try_(name: Name, as_json: AsJson = False) -> None:
    """Connect, and tell what answered or why nothing did."""

    async def work() -> ServerInfo:
        async with open_acting("datasource.test") as (services, session):
            config = services.rules.config(await datasource_named(session, name))
            return await services.datasources.get(config).test()

    found = run(work)
    fields = {
        "product": found.product, "version": found.version,
        "elapsed_ms": round(found.elapsed_ms, 1),
    }  # fmt: skip
    print_json(fields) if as_json else print_fields(fields)


@datasources.command("tables")
def tables(name: Name, as_json: AsJson = False) -> None:
    """Show its tables and views with their columns."""

    async def work() -> list[Table]:
        async with open_acting("datasource.tables") as (services, session):
            config = services.rules.config(await datasource_named(session, name))
            return await services.datasources.get(config).introspect()

    found = [
        {
            "schema": table.schema,
            "name": table.name,
            "kind": table.kind,
            "columns": [f"{column.name} {column.type}" for column in table.columns],
        }
        for table in run(work)
    ]
    if as_json:
        print_json(found)
    else:
        columns = ("schema", "name", "kind", "columns")
        print_table(columns, ([row[column] for column in columns] for row in found))


@datasources.command("delete")
def delete(name: Name, yes: Yes = False) -> None:
    """Delete a datasource that no endpoint uses."""
    confirm(f"Delete the datasource '{name}'?", yes=yes)

    async def work() -> None:
        async with acting("datasource.delete") as session:
            await delete_datasource(session, await datasource_named(session, name), caller())

    run(work)
    say(f"{name} is deleted.")


def _given(**fields: Any) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}


def _secret_and_options(password_stdin: bool, option: list[str] | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if password_stdin:
        found["password"] = sys.stdin.readline().rstrip("\r\n")
    if option:
        found["options"] = run(lambda: _options(option))
    return found


async def _options(given: list[str]) -> dict[str, str]:
    for text in given:
        if "=" not in text:
            raise InvalidRequest.of("--option", f"expected NAME=VALUE, got '{text}'")
    return dict(text.split("=", 1) for text in given)


def _fields(row: Datasource) -> dict[str, Any]:
    return {
        "name": row.name,
        "product": row.product_type,
        "description": row.description,
        "host": row.host,
        "port": row.port,
        "database": row.database,
        "username": row.username,
        "password": "(set)" if row.encrypted_password else None,
        "read_only": row.read_only,
        "options": row.options,
    }
