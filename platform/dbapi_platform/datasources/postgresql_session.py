"""How a session is opened, and which statements leave it as it was."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from .types import DatasourceConfig

DEFAULT_PORT: Final = 5432

# A statement that starts with one of these leaves nothing behind in its session.
_CLEAN: Final = frozenset(
    {"select", "insert", "update", "delete", "merge", "with", "values", "table", "show", "explain"}
)
_TRANSACTION: Final = re.compile(
    r"begin|start|commit|end|abort|prepare\s+transaction|rollback(?!(\s+(work|transaction))?\s+to)",
    re.IGNORECASE,
)
# Comments may stand within comments; deeper ones than these are in doubt.
_INNER: Final = r"/\*(?:[^*/]|\*(?!/)|/(?!\*))*\*/"
_COMMENT: Final = rf"/\*(?:[^*/]|\*(?!/)|/(?!\*)|{_INNER})*\*/"
_FIRST_WORD: Final = re.compile(rf"(?:\s+|--[^\n]*(?:\n|$)|{_COMMENT}|\()*([a-z]*)", re.IGNORECASE)
# Functions, and SELECT INTO, that change the session although the statement looks clean.
_LEAVES_TRACES: Final = re.compile(
    r"set_config|advisory_lock|setseed|dblink|lo_open|lo_creat|\binto\s+(?:local\s+|global\s+)?temp",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Traits:
    """What a statement's text tells about its session.

    `clean`: the connection may be used again as it is. `transaction`: it begins or ends one.
    """

    clean: bool
    transaction: bool


@lru_cache(maxsize=2048)
def traits(text: str) -> Traits:
    """Judged by the first word and a few names; in doubt it is not clean."""
    match = _FIRST_WORD.match(text)
    word = match[1].lower() if match else ""
    return Traits(
        clean=word in _CLEAN and not _LEAVES_TRACES.search(text),
        transaction=bool(match and _TRANSACTION.match(text, match.start(1))),
    )


def connect_parameters(config: DatasourceConfig) -> dict[str, Any]:
    """What psycopg connects with; everything that shapes the answers is fixed here."""
    options = dict(config.options)
    search_path = options.pop("search_path", None)
    settings = {
        "timezone": "UTC",
        "datestyle": "ISO, MDY",
        "intervalstyle": "iso_8601",
        "bytea_output": "hex",
        "standard_conforming_strings": "on",
        "extra_float_digits": "1",
        "statement_timeout": str(max(1, round(config.statement_timeout_s * 1000))),
        "idle_in_transaction_session_timeout": "60000",
        "default_transaction_read_only": "on" if config.read_only else "off",
    }
    if search_path:
        settings["search_path"] = search_path
    return {
        "application_name": "pydbapi",
        "gssencmode": "disable",
        **options,
        "host": config.host,
        "port": config.port or DEFAULT_PORT,
        "user": config.username,
        "password": config.password,
        "dbname": config.database,
        "client_encoding": "UTF8",
        "connect_timeout": max(2, round(config.connect_timeout_s + 0.5)),
        "options": " ".join(f"-c {name}={_escape(value)}" for name, value in settings.items()),
    }


def _escape(value: str) -> str:
    return re.sub(r"([\\\s])", r"\\\1", value)
