"""How Trino is spoken to, and what may be said."""

import re
import ssl
from collections.abc import Mapping, Sequence
from typing import Final

import requests
from requests.adapters import HTTPAdapter
from trino.auth import BasicAuthentication
from trino.client import ClientSession, TrinoRequest
from urllib3 import Retry

from .config import trino_uses_https
from .errors import QueryFailed
from .types import DatasourceConfig, Statement

# A page of rows waits for a second on the server; a busy one may take its time.
_READ_S: Final = 30.0
_QUERIES: Final = frozenset({"select", "with", "values", "table"})
_READING: Final = _QUERIES | {"show", "explain", "describe", "desc"}
_TRANSACTION: Final = frozenset({"begin", "start", "commit", "rollback"})
# As Trino reads it: a comment ends at a carriage return, too.
_WORD: Final = re.compile(r"(?:\s+|--[^\r\n]*|/\*(?:[^*]|\*(?!/))*\*/|\()*([a-z]*)", re.IGNORECASE)


def open_http(config: DatasourceConfig) -> requests.Session:
    """What keeps the connections of one call at a time."""
    http = requests.Session()
    # No proxies, passwords or certificates of the machine's environment.
    http.trust_env = False
    http.verify = _verify(config.options)
    # Asking for a page of rows again is harmless; sending a statement again is not.
    retry = Retry(
        total=2, connect=0, read=1, allowed_methods={"GET"}, status_forcelist={502, 503, 504},
        backoff_factor=0.2, raise_on_status=False,
    )  # fmt: skip
    for scheme in ("http://", "https://"):
        http.mount(scheme, HTTPAdapter(max_retries=retry))
    return http


def request_to(config: DatasourceConfig, http: requests.Session) -> TrinoRequest:
    """For one statement, in a session of its own: nothing that it sets lasts."""
    catalog, _, schema = config.database.partition(".")
    session = ClientSession(
        user=config.username or "",
        catalog=catalog,
        schema=schema or None,
        source="pydbapi",
        # The last resort, should the platform itself fail; calls have limits of their own.
        properties={"query_max_run_time": f"{max(1, round(config.statement_timeout_s * 1000))}ms"},
        timezone="UTC",
        # Rows come in the answers, and not through a storage that the platform may not reach.
        encoding=None,
    )
    https = trino_uses_https(config)
    host = config.host or ""
    return TrinoRequest(
        f"[{host}]" if ":" in host else host,
        config.port or (443 if https else 8080),
        session,
        http,
        "https" if https else "http",
        BasicAuthentication(config.username or "", config.password) if config.password else None,
        max_attempts=1,
        request_timeout=(config.connect_timeout_s, _READ_S),
    )


def check(statements: Sequence[Statement], *, read_only: bool) -> None:
    """Raises QueryFailed for what no call may send."""
    for number, statement in enumerate(statements):
        problem = _problem(statement.text, read_only=read_only, is_alone=len(statements) == 1)
        if problem is not None:
            message, hint = problem
            raise QueryFailed(message, statement=number, position=1, hint=hint)


def is_explained(statement: Statement) -> bool:
    """Whether rows tell of a statement that might be a writing one."""
    return _word(statement.text, 0)[0] == "explain"


def _problem(text: str, *, read_only: bool, is_alone: bool) -> tuple[str, str] | None:
    if _word(text, 0)[0] in _TRANSACTION:
        return ("Trino has no transactions here", "Leave out START TRANSACTION, COMMIT, ROLLBACK")
    if _reads(text):
        return None
    if read_only:
        return ("The datasource is read only", "An administrator can change that")
    if not is_alone:
        return (
            "Trino cannot undo a statement when a later one fails",
            "Several statements may only read: write with one statement a call",
        )
    return None


def _reads(text: str) -> bool:
    word, end = _word(text, 0)
    if word != "explain":
        return word in _READING
    word, end = _word(text, end)
    if word != "analyze":
        return True
    # EXPLAIN ANALYZE runs the statement.
    word, end = _word(text, end)
    return (_word(text, end)[0] if word == "verbose" else word) in _QUERIES


def _word(text: str, start: int) -> tuple[str, int]:
    match = _WORD.match(text, start)
    return (match[1].lower(), match.end()) if match else ("", start)


def _verify(options: Mapping[str, str]) -> bool | str:
    """Trusted authorities: none asked for, those of a file, or the machine's own."""
    if options.get("sslmode") == "require":
        return False
    root = options.get("sslrootcert", "system")
    if root != "system":
        return root
    paths = ssl.get_default_verify_paths()
    return paths.cafile or paths.capath or True
