"""`dbapi endpoint …`: endpoints as operators look at them."""

from typing import Annotated, Any

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from ..console import out
from ..publishing.endpoints import EndpointView, State, delete_endpoint, view_endpoint
from ..publishing.listing import EndpointFilter, list_endpoints
from ..publishing.moving import copy_endpoint
from ..publishing.paths import normalise_method, normalise_path
from .acting import acting, caller, open_acting
from .finding import Method, PathArgument, endpoint_at
from .output import AsJson, Yes, confirm, print_fields, print_json, print_table, say
from .running import run

endpoints = typer.Typer(
    help="Endpoints: what is live, what is edited, and what it was.", no_args_is_help=True
)
COLUMNS = ("method", "path", "module", "datasource", "access", "state", "live", "updated_by")


@endpoints.command("list")
def list_(
    search: Annotated[str | None, typer.Option(help="Part of a path or of a name.")] = None,
    module: Annotated[str | None, typer.Option(help="Only in this module.")] = None,
    datasource: Annotated[str | None, typer.Option(help="Only on this datasource.")] = None,
    state: Annotated[State | None, typer.Option(help="Only in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Show endpoints by path: where they are, and whether they are live."""
    wanted = EndpointFilter(search=search, module=module, datasource=datasource, state=state)

    async def work() -> tuple[list[dict[str, Any]], int]:
        async with acting("endpoint.list") as session:
            page = await list_endpoints(session, wanted, limit=limit)
            return [_fields(view) for view in page.views], page.total

    rows, total = run(work)
    if as_json:
        print_json(rows)
        return
    if rows:
        print_table(COLUMNS, ([row[column] for column in COLUMNS] for row in rows))
    more = f"; see more with --limit {total}" if total > len(rows) else ""
    say(f"{len(rows)} of {total} endpoints{more}.")


@endpoints.command("show")
def show(method: Method, path: PathArgument, as_json: AsJson = False) -> None:
    """Show one endpoint: its draft, and what is live."""

    async def work() -> tuple[dict[str, Any], dict[str, Any]]:
        async with acting("endpoint.show") as session:
            view = await _view(session, method, path)
            return _fields(view), view.draft.definition

    fields, draft = run(work)
    if as_json:
        print_json({**fields, "draft": draft})
        return
    print_fields(fields | {"params": ", ".join(draft.get("params", {})) or None})
    out.print()
    say(draft["content"])


@endpoints.command("copy")
def copy(
    method: Method,
    path: PathArgument,
    to: Annotated[str, typer.Argument(help="The copy's path.")],
    to_method: Annotated[str | None, typer.Option(help="Another method for the copy.")] = None,
    module: Annotated[str | None, typer.Option(help="Another module for the copy.")] = None,
) -> None:
    """Copy an endpoint's draft and tests to another path; the copy is not live."""

    async def work() -> str:
        async with open_acting("endpoint.copy") as (services, session):
            copied = await copy_endpoint(
                session, caller(), await _view(session, method, path), module=module,
                method=normalise_method(to_method or method), path=normalise_path(to),
                engines=services.engines,
            )  # fmt: skip
            return f"{copied.endpoint.method} {copied.endpoint.path}"

    say(f"{run(work)} is a draft; publish it with `dbapi endpoint publish`.")


@endpoints.command("delete")
def delete(method: Method, path: PathArgument, yes: Yes = False) -> None:
    """Delete an endpoint that is not live, with its draft, versions and tests."""
    confirm(f"Delete {method.upper()} {path} with all its versions?", yes=yes)

    async def work() -> None:
        async with acting("endpoint.delete") as session:
            await delete_endpoint(session, (await endpoint_at(session, method, path)).id)

    run(work)
    say(f"{method.upper()} {path} is deleted.")


async def _view(session: AsyncSession, method: str, path: str) -> EndpointView:
    return await view_endpoint(session, (await endpoint_at(session, method, path)).id)


def _fields(view: EndpointView) -> dict[str, Any]:
    endpoint = view.endpoint
    return {
        "method": endpoint.method,
        "path": endpoint.path,
        "name": endpoint.name,
        "module": view.module,
        "datasource": view.datasource,
        "access": endpoint.access,
        "state": str(view.state),
        "live": view.live.number if view.live else None,
        "latest": view.latest_version,
        "updated_at": endpoint.updated_at,
        "updated_by": endpoint.updated_by,
    }
