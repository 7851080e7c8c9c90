"""What a script works with: `db`, `tx`, `http`, `cache`, `env`, `log`. The platform does it."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from .channel import CacheError, Channel, DatabaseError, Denied, HttpError, Refusal
from .facades import Facade
from .wire import tagged

LEVELS: Final = ("debug", "info", "warning", "error")
MAX_LINE: Final = 10_000
MAX_LINES: Final = 1_000

Row = dict[str, Any]


class Log:
    """Lines are sent as they come: a script that is killed has told what it did until then."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._lines = 0

    def reset(self) -> None:
        """For the next call."""
        self._lines = 0

    def write(self, level: str, text: str) -> None:
        """One line, shortened; none when there were too many."""
        # A text of the script's own kind could answer anything when it is cut.
        text = str.__str__(text)
        self._lines += 1
        if self._lines > MAX_LINES:
            return
        if self._lines == MAX_LINES:
            level, text = "warning", f"no more than {MAX_LINES:,} lines are kept"
        self._channel.send("log", level, text[:MAX_LINE].encode("utf-8", "replace").decode())


def context_of(channel: Channel, log: Log) -> dict[str, Any]:
    """The names that are the same in every call."""
    return {
        "db": _database(channel),
        "tx": _transaction(channel),
        "http": _http(channel),
        "cache": _cache(channel),
        "env": _environment(channel),
        "log": _facade("log", {level: _writer(log, level) for level in (*LEVELS, "warn")}),
        "fail": _fail,
        "DatabaseError": DatabaseError,
        "HttpError": HttpError,
        "CacheError": CacheError,
        "Denied": Denied,
    }


def _facade(name: str, members: Mapping[str, Any]) -> Facade:
    """Its functions are told in errors by the names that scripts know them by."""
    for key, member in members.items():
        member.__qualname__ = f"{name}.{key}"
    return Facade(name, members)


def _database(channel: Channel) -> Facade:
    def ask(what: str, sql: str, params: Any) -> Any:
        if not isinstance(sql, str):
            raise TypeError(f"expected SQL as a text, got {type(sql).__name__}")
        return channel.ask("db", what, str.__str__(sql), _bound(params))

    def query(sql: str, params: Any = None) -> list[Row]:
        columns, rows = ask("query", sql, params)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def query_one(sql: str, params: Any = None) -> Row | None:
        columns, rows = ask("query_one", sql, params)
        return dict(zip(columns, rows[0], strict=True)) if rows else None

    def execute(sql: str, params: Any = None) -> int:
        count: int = ask("execute", sql, params)
        return count

    def writer(_name: str) -> Callable[..., int]:
        return lambda sql, params=None: execute(sql, params)

    writing = {name: writer(name) for name in ("insert", "update", "delete")}
    return _facade("db", {"query": query, "query_one": query_one, "execute": execute, **writing})


def _bound(params: Any) -> Any:
    """None, a list of values, or a mapping by name."""
    if params is None:
        return None
    if isinstance(params, dict):
        return tagged(params)
    if isinstance(params, list | tuple):
        return tagged(list(params))
    return [tagged(params)]


def _transaction(channel: Channel) -> Facade:
    def step(name: str) -> Callable[[], None]:
        return lambda: channel.ask("tx", name)

    return _facade("tx", {name: step(name) for name in ("begin", "commit", "rollback")})


class Headers(dict[str, str]):
    """Headers of an answer, whatever the case of a name."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        """As of a dict."""
        return super().get(name.lower(), default)


class Response:
    """The answer to an HTTP request."""

    __slots__ = ("content", "headers", "status_code", "url")

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes, url: str) -> None:
        self.status_code = status
        self.headers = Headers(headers)
        self.content = content
        self.url = url

    @property
    def ok(self) -> bool:
        """Whether the status is below 400."""
        return self.status_code < 400

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body's JSON. Raises HttpError."""
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise HttpError(f"the answer of {self.url} is no JSON: {error}") from None


def _http(channel: Channel) -> Facade:
    def method(name: str) -> Callable[..., Response]:
        def request(
            url: str,
            *,
            params: Mapping[str, Any] | None = None,
            headers: Mapping[str, str] | None = None,
            cookies: Mapping[str, str] | None = None,
            json: Any = None,
            data: Any = None,
            content: str | bytes | None = None,
            timeout: float | None = None,
        ) -> Response:
            options = {
                "params": params, "headers": headers, "cookies": cookies, "json": _as_json(json),
                "data": data, "content": content, "timeout": timeout,
            }  # fmt: skip
            given = {key: value for key, value in options.items() if value is not None}
            return Response(*channel.ask("http", name, url, given))

        return request

    return _facade(
        "http", {name.lower(): method(name) for name in ("GET", "POST", "PUT", "PATCH", "DELETE")}
    )


def _as_json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, default=str)


def _cache(channel: Channel) -> Facade:
    def get(key: str, default: Any = None) -> Any:
        found = channel.ask("cache", "get", key)
        return default if found is None else json.loads(found)

    def set_(key: str, value: Any, ttl_seconds: float | None = None) -> None:
        channel.ask("cache", "set", key, json.dumps(value, default=str), ttl_seconds)

    def delete(key: str) -> bool:
        return bool(channel.ask("cache", "delete", key))

    def exists(key: str) -> bool:
        return channel.ask("cache", "get", key) is not None

    def incr(key: str, amount: int = 1) -> int:
        return int(channel.ask("cache", "incr", key, amount))

    def decr(key: str, amount: int = 1) -> int:
        return int(channel.ask("cache", "incr", key, -amount))

    members = {"get": get, "set": set_, "delete": delete, "exists": exists}
    return _facade("cache", {**members, "incr": incr, "decr": decr})


def _environment(channel: Channel) -> Facade:
    def get(key: str, default: Any = None) -> Any:
        found = channel.ask("env", key)
        return default if found is None else found

    def get_int(key: str, default: Any = None) -> Any:
        found = channel.ask("env", key)
        return default if found is None else int(found)

    def get_bool(key: str, default: Any = None) -> Any:
        found = channel.ask("env", key)
        return default if found is None else found.strip().lower() in {"true", "1", "yes", "on"}

    return _facade("env", {"get": get, "get_int": get_int, "get_bool": get_bool})


def _writer(log: Log, level: str) -> Callable[..., None]:
    level = "warning" if level == "warn" else level

    def write(message: object, *values: object) -> None:
        text = str.__str__(str(message))
        log.write(level, text % values if values else text)

    return write


def _fail(message: str, status: int = 400) -> None:
    """End the call: the caller is answered with the status, 400 to 499, and the message."""
    if not isinstance(status, int) or not 400 <= status <= 499:
        raise ValueError("fail() takes a status from 400 to 499")
    raise Refusal(str(message), status)
