"""`dbapi endpoint versions | version | diff | publish | …`: the life of an endpoint."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.syntax import Syntax

from ..console import out
from ..errors import InvalidRequest
from ..management.presenting import diff_answer
from ..management.version_shapes import (
    DiffAnswer,
)
from ..publishing import pinning, planning, stored, tests, versions
from ..publishing.endpoints import view_endpoint
from ..publishing.versions import Provenance, Published
from ..store import Version
from .acting import acting, caller, open_acting
from .finding import Method, PathArgument, endpoint_at
from .output import AsJson, Yes, confirm, print_json, print_table, say
from .running import run

# Commands of `dbapi endpoint`.
life = typer.Typer()
COLUMNS = (
    "number", "live", "is_pinnable", "deprecated_at", "sunset_at", "created_at", "created_by",
    "message",
)  # fmt: skip
# Takes a date away that was set.
NEVER = "never"


@life.command("versions")
def list_versions(method: Method, path: PathArgument, as_json: AsJson = False) -> None:
    """Show every version, the newest first."""

    async def work() -> list[dict[str, Any]]:
        async with acting("endpoint.versions") as session:
            endpoint = await endpoint_at(session, method, path)
            return [
                {
                    **row.model_dump(include={*COLUMNS, "forced", "hash"}),
                    "live": row.id == endpoint.published_version_id,
                }
                for row in await stored.list_versions(session, endpoint.id)
            ]

    rows = run(work)
    if as_json:
        print_json(rows)
    elif not rows:
        say("Nothing has been published yet.")
    else:
        print_table(COLUMNS, ([_short(row[column]) for column in COLUMNS] for row in rows))


@life.command("diff")
def diff(
    method: Method,
    path: PathArgument,
    before: Annotated[str, typer.Option("--from", help="live, draft, or a number.")] = "live",
    after: Annotated[str, typer.Option("--to", help="live, draft, or a number.")] = "draft",
    as_json: AsJson = False,
) -> None:
    """Show what differs between what is live, the draft, and versions."""

    async def work() -> DiffAnswer:
        async with open_acting("endpoint.diff") as (services, session):
            endpoint = await endpoint_at(session, method, path)
            return diff_answer(
                await planning.difference(session, endpoint, before, after, services.engines)
            )

    found = run(work)
    if as_json:
        print_json(found.model_dump(mode="json", by_alias=True))
    else:
        _print_diff(found)


@life.command("publish")
def publish(
    method: Method,
    path: PathArgument,
    message: Annotated[str | None, typer.Option("--message", "-m", help="What is new.")] = None,
    force: Annotated[
        str | None, typer.Option(help="Why, although a test fails; the version keeps it.")
    ] = None,
) -> None:
    """Run the endpoint's tests on its draft, and make it live."""

    async def work() -> Published:
        async with open_acting("endpoint.publish") as (services, session):
            view = await view_endpoint(session, (await endpoint_at(session, method, path)).id)
            ran = await tests.run_tests(
                session, view.draft, await tests.list_tests(session, view.endpoint.id),
                caller=caller(), rules=services.rules, datasources=services.datasources,
                engines=services.engines,
            )  # fmt: skip
            if force is None:
                ran.require()
            return await versions.publish(
                session, view.endpoint.id, caller=caller(), message=message,
                provenance=Provenance(), engines=services.engines, tested=ran.hash,
                forced=None if ran.passed else force,
            )  # fmt: skip

    _tell(method, path, run(work))


@life.command("rollback")
def rollback(
    method: Method,
    path: PathArgument,
    version: Annotated[
        int | None, typer.Argument(help="Its number; without it, the one before what is live.")
    ] = None,
) -> None:
    """Make an older version live again."""

    async def work() -> Published:
        async with acting("endpoint.rollback") as session:
            endpoint = await endpoint_at(session, method, path)
            return await versions.publish_version(session, endpoint.id, version, caller=caller())

    _tell(method, path, run(work))


@life.command("version")
def change_version(
    method: Method,
    path: PathArgument,
    number: Annotated[int, typer.Argument(help="Of the version.")],
    allow: Annotated[
        bool | None,
        typer.Option("--allow/--refuse", help="Whether consumers may ask for it by its number."),
    ] = None,
    deprecated: Annotated[
        str | None, typer.Option(help="From when on it should not be used: a date, or never.")
    ] = None,
    sunset: Annotated[str | None, typer.Option(help="When it ends: a date, or never.")] = None,
) -> None:
    """Let consumers ask for a version while another is live, and tell them until when."""
    fields = {
        "is_pinnable": allow,
        "deprecated_at": _moment("--deprecated", deprecated),
        "sunset_at": _moment("--sunset", sunset),
    }
    given = {"is_pinnable": allow, "deprecated_at": deprecated, "sunset_at": sunset}
    sent = {name: fields[name] for name, value in given.items() if value is not None}

    async def work() -> Version:
        if not sent:
            raise InvalidRequest("Give --allow, --refuse, --deprecated or --sunset")
        async with acting("endpoint.version") as session:
            endpoint = await endpoint_at(session, method, path)
            return await pinning.change_availability(
                session, endpoint.id, number, sent, caller=caller(), seen=lambda _version: None
            )

    version = run(work)
    said = "can be asked for" if version.is_pinnable else "can be called only while it is live"
    say(f"{method.upper()} {path}: version {number} {said}.")
    for word, moment in {
        "Deprecated from": version.deprecated_at, "Ends": version.sunset_at
    }.items():  # fmt: skip
        if moment is not None:
            say(f"  {word} {_short(moment)} UTC.")


@life.command("unpublish")
def unpublish(method: Method, path: PathArgument, yes: Yes = False) -> None:
    """Take an endpoint off the gateway; its draft and versions stay."""
    confirm(f"Take {method.upper()} {path} off the gateway?", yes=yes)

    async def work() -> bool:
        async with acting("endpoint.unpublish") as session:
            endpoint = await endpoint_at(session, method, path)
            return await versions.unpublish(session, endpoint.id, caller=caller())

    was_live = run(work)
    say(f"{method.upper()} {path} {'is no longer' if was_live else 'was not'} live.")


@life.command("purge")
def purge(method: Method, path: PathArgument) -> None:
    """End what is kept of an endpoint's answers, everywhere."""

    async def work() -> None:
        async with acting("endpoint.purge") as session:
            endpoint = await endpoint_at(session, method, path)
            await versions.purge(session, endpoint.id, caller=caller())

    run(work)
    say(f"The next call of {method.upper()} {path} is answered anew.")


def _moment(flag: str, given: str | None) -> datetime | None:
    """A date, or a time, of UTC unless it says otherwise. Raises BadParameter."""
    if given is None or given == NEVER:
        return None
    try:
        moment = datetime.fromisoformat(given)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        message = f"expected a date such as 2027-03-01, or '{NEVER}', got '{given}'"
        raise typer.BadParameter(message, param_hint=flag) from None


def _tell(method: str, path: str, published: Published) -> None:
    done = "is live" if published.changed else "was live already"
    say(f"{method.upper()} {path}: version {published.version.number} {done}.")
    for text in published.diff.breaking if published.changed else ():
        say(f"  breaking: {text}")


def _print_diff(diff: DiffAnswer) -> None:
    for change in diff.fields:
        say(f"{change.field}: {change.before!r} → {change.after!r}")
    if diff.content:
        out.print(Syntax(diff.content, "diff", background_color="default"))
    for text in diff.breaking:
        say(f"breaking: {text}")
    if not (diff.fields or diff.content):
        say(f"{diff.before} and {diff.after} are the same.")


def _short(value: Any) -> Any:
    return value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value
