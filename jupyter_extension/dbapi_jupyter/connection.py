"""Being logged in: from the environment, from what is kept, or by asking."""

import getpass
import os
import platform as machine
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from IPython.core.error import StdinNotImplementedError

from .client import ApiError, Platform
from .config import DEFAULT_URL, Credentials, CredentialStore
from .errors import DbapiError, NotConnected
from .resources import Resources

TOKEN_DAYS = 90


@dataclass(frozen=True, slots=True)
class Connection:
    """A platform, and who is logged in to it."""

    url: str
    username: str
    resources: Resources


def chosen_url(store: CredentialStore, flag: str | None = None) -> str:
    """The flag, else `DBAPI_URL`, else the platform of the last login, else this machine's."""
    url = flag or os.environ.get("DBAPI_URL") or store.default_url() or DEFAULT_URL
    return checked_url(url)


def checked_url(url: str) -> str:
    """The address without its last slash. Raises NotConnected."""
    if "://" not in url:
        url = f"http://{url}"
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise NotConnected(
            "The address holds a user or a password",
            hint="Leave them out: %dbapi login asks for them and keeps them out of the notebook",
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NotConnected(f"'{url}' is not an address such as http://127.0.0.1:8000")
    return url.rstrip("/")


def connect(store: CredentialStore, flag: str | None = None) -> Connection | None:
    """Connect without asking; None when there is no token that is still good."""
    url = chosen_url(store, flag)
    # The token of the environment goes to the platform it was given for, and to no other.
    environment_token = os.environ.get("DBAPI_TOKEN") if url == chosen_url(store) else None
    if environment_token:
        return _with_token(url, environment_token, "DBAPI_TOKEN")
    credentials = store.load(url)
    if credentials.token is None:
        return None
    try:
        return _with_token(url, credentials.token, "The token that is kept")
    except NotConnected as error:
        if isinstance(error.__cause__, ApiError):
            return None
        raise


def ask_password(store: CredentialStore, url: str, username: str | None) -> Connection:
    """Ask for user and password, exchange them for a token, keep that."""
    # Before anything is asked: a password for nobody is typed in vain.
    Resources(Platform(url)).about()
    credentials = store.load(url)
    username = username or _ask(f"Username for {url}: ", secret=False) or credentials.username
    password = _ask(f"Password of {username} (it is not shown or kept): ", secret=True)
    answer = Platform(url).request(
        "POST", "login/access-token", data={"username": username, "password": password}
    )
    made = _make_token(Platform(url, answer["access_token"]))
    return keep(store, url, made["token"], made["id"])


def _make_token(platform: Platform) -> dict[str, str]:
    """Named for this machine. Another one of that name may be in use elsewhere, so it is left."""
    name = f"notebook@{machine.node()}"[:90]
    try:
        made = platform.post("tokens", {"name": name, "expires_in_days": TOKEN_DAYS})
    except ApiError as error:
        if error.status != 409:
            raise
        name = f"{name}-{secrets.token_hex(3)}"
        made = platform.post("tokens", {"name": name, "expires_in_days": TOKEN_DAYS})
    return dict(made)


def ask_token(store: CredentialStore, url: str) -> Connection:
    """Ask for a personal access token and keep it."""
    token = _ask("Personal access token (it is not shown): ", secret=True).strip()
    return keep(store, url, token, None)


def keep(store: CredentialStore, url: str, token: str, token_id: str | None) -> Connection:
    """Keep a token after it has worked once."""
    connection = _with_token(url, token, "The token")
    clients = store.load(url).clients
    store.save(url, Credentials(connection.username, token, token_id, clients), make_default=True)
    return connection


def forget(store: CredentialStore, connection: Connection) -> bool:
    """End the token and forget it; clients' secrets stay. Tells if there was one."""
    credentials = store.load(connection.url)
    if credentials.token is None:
        return False
    if credentials.token_id is not None:
        # It may have ended already, or nobody answers: here it is forgotten all the same.
        with suppress(DbapiError):
            connection.resources.platform.delete(f"tokens/{credentials.token_id}")
    username, clients = credentials.username, credentials.clients
    store.save(connection.url, Credentials(username, None, None, clients))
    return True


def _with_token(url: str, token: str, what: str) -> Connection:
    resources = Resources(Platform(url, token))
    try:
        return Connection(url, resources.username(), resources)
    except ApiError as error:
        if error.status != 401:
            raise
        raise NotConnected(
            f"{what} is not accepted by {url}", hint="Get a new one: %dbapi login"
        ) from error


def _ask(prompt: str, *, secret: bool) -> str:
    ask: Any = getpass.getpass if secret else input
    try:
        return str(ask(prompt))
    except (StdinNotImplementedError, EOFError) as error:
        raise NotConnected(
            "Not logged in, and nobody can be asked for a password here",
            hint="Log in first from a notebook or `ipython` (%dbapi login), "
            "or set DBAPI_URL and DBAPI_TOKEN",
        ) from error
