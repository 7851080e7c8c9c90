"""What a running script asks for, and what the platform answers: everything passes through here."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from ...datasources.errors import DatasourceError
from .cache import BadValue, Cache
from .database import Database
from .outgoing import Outgoing, RequestFailed
from .worker.wire import untagged

Reply = tuple[Any, ...]
Caller = Callable[[Mapping[str, Any]], Awaitable[tuple[int, Mapping[str, Any]]]]


class Denied(Exception):
    """The script asked for what it may not have, or in a way that nobody understands."""


class Call:
    """One run of a script: its database, and what it may reach beside that.

    `caller` answers a test's `call(…)`; other scripts have none.
    """

    def __init__(
        self,
        *,
        database: Database | None,
        outgoing: Outgoing,
        cache: Cache,
        environment: Mapping[str, str],
        caller: Caller | None = None,
    ) -> None:
        self._database = database
        self._outgoing = outgoing
        self._cache = cache
        self._environment = environment
        self._caller = caller
        self._errors: list[DatasourceError] = []

    async def answer(self, name: str, fields: Sequence[Any]) -> Reply:
        """The reply to one question. An error is told by its kind, and remembered by its number."""
        try:
            return ("ok", await self._answer(name, fields))
        except DatasourceError as error:
            return self._refused("database", error, error.message)
        except RequestFailed as error:
            return self._refused("http", None, str(error))
        except BadValue as error:
            return self._refused("cache", None, str(error))
        except Denied as error:
            return self._refused("denied", None, str(error))
        except (ValueError, ArithmeticError) as error:
            return self._refused("value", None, str(error))

    def error(self, number: object) -> DatasourceError | None:
        """The platform's own error behind a number that a worker sent back."""
        if type(number) is int and 0 < number <= len(self._errors):
            return self._errors[number - 1]
        return None

    async def end(self) -> None:
        """Undo what the script began and did not finish."""
        if self._database is not None:
            await self._database.end()

    async def _answer(self, name: str, fields: Sequence[Any]) -> Any:  # noqa: PLR0911 - one a question
        match name, fields:
            case "db", [str() as what, str() as sql, (None | list() | dict()) as params]:
                return await self._data().run(what, sql, untagged(params))
            case "tx", [str() as step]:
                return await self._data().step(step)
            case "http", [str() as method, str() as url, dict() as options]:
                return await self._outgoing.request(method, url, options)
            case "cache", ["get", str() as key]:
                return await self._cache.get(key)
            case "cache", ["set", str() as key, str() as text, (int() | float() | None) as ttl]:
                return await self._cache.set(key, text, ttl)
            case "cache", ["delete", str() as key]:
                return await self._cache.delete(key)
            case "cache", ["incr", str() as key, int() as amount]:
                return await self._cache.incr(key, amount)
            case "env", [str() as key]:
                return self._environment.get(key)
            case "call", [dict() as params] if self._caller is not None:
                return await self._caller(params)
        what = f"{name}.{fields[0]}" if fields and isinstance(fields[0], str) else name
        raise Denied(f"wrong arguments for {what[:50]}")

    def _data(self) -> Database:
        if self._database is None:
            raise Denied("there is no database here")
        return self._database

    def _refused(self, kind: str, error: DatasourceError | None, message: str) -> Reply:
        if error is None:
            return ("error", kind, message, None)
        self._errors.append(error)
        return ("error", kind, message, len(self._errors))
