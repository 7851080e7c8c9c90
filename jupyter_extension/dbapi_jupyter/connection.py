"""Being logged in: from the environment, from what is kept, or by asking."""

import getpass
import os
import platform as machine
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
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


@dataclass(frozen=True, slots=True)
class Known:
    """The platform that is used, and the token for it, if there is one. Nobody was asked."""

    url: str
    token: str | None = field(repr=False)
    is_from_environment: bool = False


def chosen_url(store: CredentialStore, flag: str | None = None) -> str:
    """The flag, else `DBAPI_URL`, else the platform of the last login, else this machine's."""
    url = flag or os.environ.get("DBAPI_URL") or store.default_url() or DEFAULT_URL
    return checked_url(url)


def checked_url(url: str) -> str:
    """The address without its last slash. Raises NotConnected."""
    url = url.strip()
    if "://" not in url:
        url = f"http://{url}"
    wrong = NotConnected(f"'{url}' is not an address such as {DEFAULT_URL}")
    try:
        parts, port = urlsplit(url), httpx.URL(url).port
    except (ValueError, httpx.InvalidURL):
        # What cannot be read may hold a password.
        raise NotConnected(f"This is not an address such as {DEFAULT_URL}") from None
    if parts.username or parts.password:
        raise NotConnected(
            "The address holds a user or a password",
            hint="Leave them out: %dbapi login asks for them and keeps them out of the notebook",
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in url or port == 0:
        raise wrong
    if parts.query or parts.fragment:
        raise NotConnected("The address has a '?' or a '#'", hint="Leave out what begins there")
    return url.rstrip("/")


def checked_token(token: str, what: str) -> str:
    """Without blanks around it. Raises NotConnected, and shows nothing of the token."""
    token = token.strip()
    if not token.isascii() or not token.isprintable() or not token or " " in token:
        raise NotConnected(
            f"{what} is not a token: it is empty, or holds blanks or other characters",
            hint="Copy it anew; a token begins with dbapi_pat_",
        )
    return token


def known(store: CredentialStore, flag: str | None = None) -> Known:
    """Look in the environment and in what is kept. Raises DbapiError."""
    url = chosen_url(store, flag)
    # The token of the environment goes to the platform it was given for, and to no other.
    environment_token = os.environ.get("DBAPI_TOKEN") if url == chosen_url(store) else None
    if environment_token:
        return Known(url, checked_token(environment_token, "DBAPI_TOKEN"), is_from_environment=True)
    return Known(url, store.load(url).token)


def connect(store: CredentialStore, flag: str | None = None) -> Connection | None:
    """Connect without asking; None when there is no token that is still good."""
    found = known(store, flag)
    if found.token is None:
        return None
    if found.is_from_environment:
        return _with_token(found.url, found.token, "DBAPI_TOKEN")
    try:
        return _with_token(found.url, found.token, "The token that is kept")
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
    return log_in(store, url, username or "", password)


def log_in(store: CredentialStore, url: str, username: str, password: str) -> Connection:
    """Exchange a password for a token, and keep that."""
    form = {"username": username, "password": password}
    answer = Platform(url).request("POST", "login/access-token", data=form)
    return _keep_new(store, url, answer["access_token"])


def log_in_by_hub(store: CredentialStore, url: str, hub_token: str) -> Connection:
    """Exchange the token that a JupyterHub gave this server for one of the platform's."""
    answer = Platform(url).request("POST", "login/jupyterhub", json={"token": hub_token})
    return _keep_new(store, url, answer["access_token"])


def _keep_new(store: CredentialStore, url: str, session_token: str) -> Connection:
    made = _make_token(Platform(url, session_token))
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
    token = checked_token(token, "This")
    connection = _with_token(url, token, "The token")
    clients = store.load(url).clients
    store.save(url, Credentials(connection.username, token, token_id, clients), make_default=True)
    return connection


def forget(store: CredentialStore, url: str) -> bool:
    """End the token and forget it; clients' secrets stay. Tells if there was one."""
    credentials = store.load(url)
    if credentials.token is None:
        return False
    if credentials.token_id is not None:
        # It may have ended already, or nobody answers: here it is forgotten all the same.
        with suppress(DbapiError):
            Platform(url, credentials.token).delete(f"tokens/{credentials.token_id}")
    store.save(url, Credentials(credentials.username, None, None, credentials.clients))
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
