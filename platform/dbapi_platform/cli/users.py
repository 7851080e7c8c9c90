"""`dbapi user …`: who authors and administers."""

import secrets
import sys
import uuid
from typing import Annotated, Any

import typer
from sqlmodel import col, select

from ..access import accounts
from ..access.accounts import NewUser, UserFilter, UserView
from ..access.throttle import Throttle
from ..store import UserSession
from ..store.base import now
from .acting import acting, caller, open_acting
from .finding import user_named
from .output import AsJson, Yes, confirm, print_fields, print_json, print_table, say
from .running import run

users = typer.Typer(help="Users: who authors and administers.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The user's name.")]
PasswordStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin",
        help="Read the password from standard input; without it one is made and told once.",
    ),
]
Roles = Annotated[
    list[str] | None, typer.Option("--role", help="A role; may be given more than once.")
]
Email = Annotated[str | None, typer.Option(help="Where letters go.")]
FullName = Annotated[str | None, typer.Option(help="What people call them.")]
COLUMNS = ("username", "full_name", "email", "active", "superuser", "roles", "last_login")


@users.command("list")
def list_(
    search: Annotated[str | None, typer.Option(help="Part of a name or an address.")] = None,
    role: Annotated[str | None, typer.Option(help="Only who has this role.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show every user with their roles."""

    async def work() -> list[UserView]:
        async with acting("user.list") as session:
            views, _ = await accounts.list_users(session, UserFilter(search=search, role=role))
            return views

    rows = [_fields(view) for view in run(work)]
    if as_json:
        print_json(rows)
    elif not rows:
        say("There is nobody; make a first user with `dbapi create-admin`.")
    else:
        print_table(COLUMNS, ([row[column] for column in COLUMNS] for row in rows))


@users.command("show")
def show(name: Name, as_json: AsJson = False) -> None:
    """Show one user."""

    async def work() -> UserView:
        async with acting("user.show") as session:
            return await accounts.get_user(session, (await user_named(session, name)).id)

    fields = _fields(run(work))
    print_json(fields) if as_json else print_fields(fields)


@users.command("create")
def create(
    name: Name,
    role: Roles = None,
    email: Email = None,
    full_name: FullName = None,
    superuser: Annotated[bool, typer.Option("--superuser", help="May do everything.")] = False,
    password_stdin: PasswordStdin = False,
    as_json: AsJson = False,
) -> None:
    """Make a user, who can log in at once."""
    password, told = _password(password_stdin)

    async def work() -> UserView:
        async with acting("user.create") as session:
            new = NewUser(
                username=name, password=password, email=email, full_name=full_name,
                roles=tuple(role or ()), is_superuser=superuser,
            )  # fmt: skip
            return await accounts.add_user(session, caller(), new)

    view = run(work)
    if as_json:
        print_json(_fields(view) | ({"password": told} if told else {}))
        return
    say(f"{view.user.username} can log in now.")
    _tell_password(told)


@users.command("update")
def update(
    name: Name,
    role: Annotated[
        list[str] | None,
        typer.Option("--role", help="The roles from now on, instead of those before."),
    ] = None,
    email: Email = None,
    full_name: FullName = None,
    superuser: Annotated[
        bool | None, typer.Option("--superuser/--no-superuser", help="May do everything.")
    ] = None,
) -> None:
    """Change a user; what is not given stays."""
    given = {"email": email, "full_name": full_name, "is_superuser": superuser, "roles": role}
    fields = {key: value for key, value in given.items() if value is not None}
    _update(name, "user.update", fields)
    say(f"{name} is changed.")


@users.command("activate")
def activate(name: Name) -> None:
    """Let the user log in again."""
    _update(name, "user.activate", {"is_active": True})
    say(f"{name} can log in again.")


@users.command("deactivate")
def deactivate(name: Name) -> None:
    """Refuse the user; their sessions and tokens end at once."""
    _update(name, "user.deactivate", {"is_active": False})
    say(f"{name} is refused from now on.")


@users.command("reset-password")
def reset_password(
    name: Name, password_stdin: PasswordStdin = False, as_json: AsJson = False
) -> None:
    """Give the user another password; their sessions end, their tokens stay."""
    password, told = _password(password_stdin)
    _update(name, "user.reset-password", {"password": password})
    if as_json:
        print_json({"username": name, "password": told})
        return
    say(f"{name} has another password.")
    _tell_password(told)


@users.command("unlock")
def unlock(name: Name) -> None:
    """Let a user log in again at once, who failed to too often."""

    async def work() -> None:
        async with open_acting("user.unlock") as (services, session):
            user = await user_named(session, name)
            await Throttle(services.database).unlock_user(session, caller(), user.id)

    run(work)
    say(f"{name} may try to log in again.")


@users.command("sessions")
def sessions(
    name: Name,
    end: Annotated[bool, typer.Option("--end", help="End them all.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show where the user is logged in, or end it."""

    async def work() -> list[dict[str, Any]]:
        async with acting("user.sessions") as session:
            user = await user_named(session, name)
            if end:
                await accounts.revoke_sessions(session, caller(), user.id)
            rows = await session.exec(
                select(UserSession)
                .where(
                    UserSession.user_id == user.id,
                    col(UserSession.revoked_at).is_(None),
                    UserSession.expires_at > now(),
                )
                .order_by(col(UserSession.created_at).desc())
            )
            return [
                row.model_dump(
                    include={"method", "ip_address", "user_agent", "created_at", "last_used_at",
                             "expires_at"}
                )
                for row in rows
            ]  # fmt: skip

    rows = run(work)
    if as_json:
        print_json(rows)
    elif end:
        say(f"Every session of {name} has ended.")
    elif not rows:
        say(f"{name} is logged in nowhere.")
    else:
        columns = ("method", "ip_address", "user_agent", "created_at", "last_used_at")
        print_table(columns, ([row[column] for column in columns] for row in rows))


@users.command("delete")
def delete(name: Name, yes: Yes = False) -> None:
    """Delete a user with their sessions and tokens; what they made keeps their name."""
    confirm(f"Delete the user '{name}'?", yes=yes)

    async def work() -> None:
        async with acting("user.delete") as session:
            user_id: uuid.UUID = (await user_named(session, name)).id
            await accounts.delete_user(session, caller(), user_id)

    run(work)
    say(f"{name} is deleted.")


def _update(name: str, action: str, fields: dict[str, Any]) -> None:
    async def work() -> None:
        async with acting(action) as session:
            user = await user_named(session, name)
            await accounts.update_user(session, caller(), user.id, fields)

    run(work)


def _password(given: bool) -> tuple[str, str | None]:
    """The password, and what is to be told of it."""
    if given:
        return sys.stdin.readline().rstrip("\r\n"), None
    made = secrets.token_urlsafe(15)
    return made, made


def _tell_password(told: str | None) -> None:
    if told:
        say(f"password  {told}")
        say("The password is not shown again; ask for another with `dbapi user reset-password`.")


def _fields(view: UserView) -> dict[str, Any]:
    user = view.user
    return {
        "username": user.username,
        "full_name": user.full_name,
        "email": user.email,
        "active": user.is_active,
        "superuser": user.is_superuser,
        "roles": list(view.roles),
        "last_login": user.last_login_at,
        "created_at": user.created_at,
    }
