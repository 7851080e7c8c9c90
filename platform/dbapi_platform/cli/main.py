"""`dbapi serve | migrate | demo | …`: every command, put together."""

import os
import resource
import secrets
import signal
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from ..access.secrets import new_encryption_key
from ..bootstrap import create_admin as make_admin
from ..console import out
from ..creating import create_services
from ..logs import configure_logs, log_config
from ..metrics import share_between_workers
from ..patience import PatientProtocol
from ..serving import serve_until_ended
from ..settings import Settings
from ..store import Database
from ..store.waiting import wait_for_store
from .backups import backup, restore, restore_keys
from .bundles import add_bundles
from .clients import clients
from .datasources import datasources
from .endpoints import endpoints
from .groups import groups
from .keys import keys
from .output import print_json
from .roles import roles
from .running import load_settings, load_store_settings, run
from .schema import migrate, prestart
from .settings_table import settings_markdown, settings_table
from .tokens import tokens
from .users import users
from .versions import life

app = typer.Typer(
    help="Turn a query into a versioned HTTP endpoint, from a notebook cell.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
endpoints.add_typer(life)
MOST_FILES = 65_536
WORKER_SILENCE_S = 30
DEFINITIONS, ACCESS, SERVER = "Definitions", "Who may do what", "Server"
app.add_typer(endpoints, name="endpoint", rich_help_panel=DEFINITIONS)
app.add_typer(datasources, name="datasource", rich_help_panel=DEFINITIONS)
app.add_typer(users, name="user", rich_help_panel=ACCESS)
app.add_typer(roles, name="role", rich_help_panel=ACCESS)
app.add_typer(tokens, name="token", rich_help_panel=ACCESS)
app.add_typer(clients, name="client", rich_help_panel=ACCESS)
app.add_typer(groups, name="group", rich_help_panel=ACCESS)
add_bundles(app, panel=DEFINITIONS)
app.command(rich_help_panel=SERVER)(prestart)
app.command(rich_help_panel=SERVER)(migrate)
app.command(rich_help_panel=SERVER)(backup)
app.command(rich_help_panel=SERVER)(restore)
keys.command("restore")(restore_keys)
app.add_typer(keys, name="keys", rich_help_panel=SERVER)


@app.command(rich_help_panel=SERVER)
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer.")] = 1,
) -> None:
    """Serve the gateway and the management API."""
    settings = load_settings()
    if "public_url" not in settings.model_fields_set:
        # Workers read the environment anew, so what the options say must stand there.
        os.environ["DBAPI_PUBLIC_URL"] = f"http://{host}:{port}"
    run(lambda: _ready(settings))
    with share_between_workers() if workers > 1 else nullcontext():
        _serve(settings, host, port, workers)


def _serve(settings: Settings, host: str, port: int, workers: int) -> None:
    _allow_connections()
    # uvicorn ends in order and then raises the signal anew: that is a good end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    config = uvicorn.Config(
        "dbapi_platform.app:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_config=log_config(settings.log_format, settings.log_level),
        log_level=settings.log_level.lower(),
        # A factory as good as the class: it is called, and sent to the workers.
        http=partial(PatientProtocol, patience_s=settings.client_patience_seconds),  # type: ignore[arg-type]
        ws="none",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        # A worker that does not say by then that it lives is ended and started anew. On a machine
        # that is busy with something else, importing takes longer than uvicorn's 5 seconds, and
        # workers would be ended for ever before they serve.
        timeout_worker_healthcheck=WORKER_SILENCE_S,
    )
    serve_until_ended(config)


def _allow_connections() -> None:
    """As many open files as this process may have: often only the first thousand are given."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@app.command("create-admin", rich_help_panel=SERVER)
def create_admin(
    username: Annotated[str, typer.Option(help="Name to log in with.")] = "admin",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Make a superuser; the password is asked for, never taken from the command line."""
    settings = load_store_settings()
    password = (
        sys.stdin.readline().rstrip("\n")
        if password_stdin
        else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    run(lambda: _create_admin(settings, username, password))
    out.print(f"{username} can log in now.")


@app.command("generate-key", rich_help_panel=SERVER)
def generate_key(
    encryption: Annotated[
        bool, typer.Option("--encryption", help="For DBAPI_ENCRYPTION_KEY.")
    ] = False,
) -> None:
    """Print a random key for DBAPI_SECRET_KEY or DBAPI_ENCRYPTION_KEY."""
    print(new_encryption_key() if encryption else secrets.token_urlsafe(48))  # noqa: T201


@app.command("settings", rich_help_panel=SERVER)
def show_settings(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="As the page docs/settings.md.")
    ] = False,
) -> None:
    """Show every setting, what it means and what it is here; secrets are not shown."""
    if markdown:
        sys.stdout.write(settings_markdown())
        return
    out.print(settings_table(load_settings()))


@app.command("openapi", rich_help_panel=SERVER)
def show_openapi() -> None:
    """Print the management API's OpenAPI description as JSON; needs no database and no settings."""
    from ..management.app import describe_management

    # In order of the keys, so that two releases can be compared line by line.
    print_json(describe_management().openapi(), sort_keys=True)


@app.command(rich_help_panel=SERVER)
def demo(
    home: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path(".demo"),
    port: Annotated[int, typer.Option(help="Port of the platform.")] = 8000,
    jupyter_port: Annotated[int, typer.Option(help="Port of JupyterLab.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    check: Annotated[
        bool,
        typer.Option("--check", help="Run the quickstart notebook without a person, and stop."),
    ] = False,
) -> None:
    """Start a platform with sample data, and JupyterLab with the quickstart notebook."""
    from ..demo.check import run_check
    from ..demo.launch import run_demo

    if check:
        sys.exit(run_check())
    sys.exit(run_demo(home, port=port, jupyter_port=jupyter_port, browser=browser))


def main() -> None:
    """The entry point."""
    app()


async def _ready(settings: Settings) -> None:
    """Everything that would make a worker fail, told once and before any is started."""
    settings.require_secrets()
    database = create_services(settings).database
    wait_s = settings.database_wait_seconds
    if wait_s:
        configure_logs(settings.log_format, settings.log_level)
    try:
        await wait_for_store(database.require_revision, within_s=wait_s)
    finally:
        await database.close()


async def _create_admin(settings: Settings, username: str, password: str) -> None:
    database = Database(settings.async_database_url)
    try:
        await database.require_revision()
        await make_admin(database, username=username, password=password)
    finally:
        await database.close()
