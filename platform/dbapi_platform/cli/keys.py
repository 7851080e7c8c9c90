"""`dbapi keys …`: which key opens what is stored, and another key for all of it."""

import typer

from ..access.rotation import KeyUse, key_use
from ..access.rotation import rotate as encrypt_anew
from .acting import open_acting
from .output import AsJson, print_json, say
from .running import fail, run

keys = typer.Typer(help="The key that encrypts passwords of datasources.", no_args_is_help=True)


@keys.command()
def check(as_json: AsJson = False) -> None:
    """Tell which key opens what is stored; status 1 when something cannot be read."""
    use = run(lambda: _use("keys.check"))
    if as_json:
        print_json({"present": use.present, "previous": use.previous, "unreadable": use.unreadable})
        raise SystemExit(1 if use.unreadable else 0)
    say(f"Encrypted with DBAPI_ENCRYPTION_KEY: {use.present}.")
    _tell(use)


@keys.command()
def rotate() -> None:
    """Encrypt with the present key what the previous one opens; the platform may run meanwhile."""
    done, use = run(_rotate)
    say(f"Encrypted anew: {done}.")
    if not use.previous and not use.unreadable:
        say("Nothing needs another key than DBAPI_ENCRYPTION_KEY.")
    _tell(use)


def _tell(use: KeyUse) -> None:
    if use.unreadable:
        fail("\n".join(use.told()))
    for line in use.told():
        say(line)


async def _use(action: str) -> KeyUse:
    async with open_acting(action) as (services, session):
        return await key_use(session, services.rules.cipher)


async def _rotate() -> tuple[int, KeyUse]:
    async with open_acting("keys.rotate") as (services, session):
        cipher = services.rules.cipher
        done = await encrypt_anew(session, cipher)
        await session.commit()
        return done, await key_use(session, cipher)
