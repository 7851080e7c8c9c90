"""`dbapi token …`: personal access tokens, for notebooks and programs of a user."""

from datetime import timedelta
from typing import Annotated, Any

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller, load_caller
from ..access.personal_tokens import (
    create_personal_token,
    list_personal_tokens,
    revoke_personal_token,
)
from ..errors import NotFound
from ..store import PersonalToken
from ..store.base import now
from .acting import acting
from .finding import user_named
from .output import AsJson, Yes, confirm, print_json, print_table, say
from .running import run

tokens = typer.Typer(
    help="Tokens: what notebooks and programs of a user log in with.", no_args_is_help=True
)

OfUser = Annotated[str, typer.Option("--user", help="Whose token it is.")]
Name = Annotated[str, typer.Argument(help="What the token is for.")]


@tokens.command("list")
def list_(user: OfUser, as_json: AsJson = False) -> None:
    """Show a user's tokens; their text is never told again."""

    async def work() -> list[dict[str, Any]]:
        async with acting("token.list") as session:
            found = await list_personal_tokens(session, await _owner(session, user))
            return [_fields(row) for row in found]

    rows = run(work)
    if as_json:
        print_json(rows)
    elif not rows:
        say(f"{user} has no tokens.")
    else:
        columns = ("name", "created_at", "expires_at", "last_used_at")
        print_table(columns, ([row[column] for column in columns] for row in rows))


@tokens.command("create")
def create(
    name: Name,
    user: OfUser,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How many days it is good for.")] = 365,
    as_json: AsJson = False,
) -> None:
    """Make a token for a user and print it, this once."""

    async def work() -> tuple[PersonalToken, str]:
        async with acting("token.create") as session:
            owner = await _owner(session, user)
            expires_at = now() + timedelta(days=days)
            return await create_personal_token(session, owner, name=name, expires_at=expires_at)

    row, text = run(work)
    if as_json:
        print_json(_fields(row) | {"token": text})
        return
    say(f"token  {text}")
    say("The token is not kept and not shown again.")


@tokens.command("revoke")
def revoke(name: Name, user: OfUser, yes: Yes = False) -> None:
    """End a user's token at once."""
    confirm(f"Revoke the token '{name}' of {user}?", yes=yes)

    async def work() -> None:
        async with acting("token.revoke") as session:
            owner = await _owner(session, user)
            for row in await list_personal_tokens(session, owner):
                if row.name == name:
                    await revoke_personal_token(session, owner, row.id)
                    return
            raise NotFound(f"{user} has no token named '{name}'")

    run(work)
    say(f"The token {name} of {user} is revoked.")


async def _owner(session: AsyncSession, name: str) -> Caller:
    return await load_caller(session, await user_named(session, name))


def _fields(row: PersonalToken) -> dict[str, Any]:
    return row.model_dump(include={"name", "created_at", "expires_at", "last_used_at"})
