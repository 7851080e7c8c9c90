"""What a script can say: the names that it finds, their functions, and what it may import.

The names and their arguments are those that a worker gives to scripts; only the sentences about
them stand here.
"""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ..words import Word, arguments_of
from .running import NOBODY
from .worker.channel import Channel
from .worker.context import Log, context_of
from .worker.facades import MODULES, Facade
from .worker.serve import module_names

_QUERY: Final = "A list of dicts, one a row"
_COUNT: Final = "How many rows the statement changed"
_ANSWERED: Final = "An answer with status_code, ok, headers, text, content, url and json()"
_LINE: Final = "A line of the log; the values are put into it by %s"
SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "params": ("The call's parameters, by name", "params['since']"),
    "req": ("The call's parameters, by name", "The same as params, at the top of a script."),
    "client": ("Who calls; all of it is empty at a public endpoint", "client['name']"),
    "ds": ("The datasource: name, product_type, host, port, database", "ds['name']"),
    "db": ("The endpoint's datasource", "Values are bound: %s from a list, %(name)s from a dict."),
    "db.query": (_QUERY, "db.query('SELECT * FROM orders WHERE id = %s', [params['id']])"),
    "db.query_one": ("The first row as a dict, or None", ""),
    "db.execute": (_COUNT, "db.execute('DELETE FROM orders WHERE id = %s', [params['id']])"),
    "db.insert": (_COUNT, "The same as db.execute, to be read more easily."),
    "db.update": (_COUNT, "The same as db.execute, to be read more easily."),
    "db.delete": (_COUNT, "The same as db.execute, to be read more easily."),
    "tx": ("A transaction of the datasource", "What is not committed at the end is undone."),
    "tx.begin": ("Begin a transaction", ""),
    "tx.commit": ("Keep what was done since it began", ""),
    "tx.rollback": ("Undo what was done since it began", ""),
    "http": ("Requests to the hosts that the operator allows", _ANSWERED),
    "http.get": ("A GET request", _ANSWERED),
    "http.post": ("A POST request", _ANSWERED),
    "http.put": ("A PUT request", _ANSWERED),
    "http.patch": ("A PATCH request", _ANSWERED),
    "http.delete": ("A DELETE request", _ANSWERED),
    "cache": ("Values kept from one call to the next", "Shared by the scripts of one datasource."),
    "cache.get": ("The value, else the default", ""),
    "cache.set": ("Keep a value, for 30 days at most", "cache.set('rate', 1.25, ttl_seconds=600)"),
    "cache.delete": ("Forget a value; whether it was there", ""),
    "cache.exists": ("Whether there is a value", ""),
    "cache.incr": ("Add to a number, which begins at 0; the number after it", ""),
    "cache.decr": ("Take from a number, which begins at 0; the number after it", ""),
    "env": ("Environment variables that the operator names", ""),
    "env.get": ("A variable's text, else the default", ""),
    "env.get_int": ("A variable as a whole number, else the default", ""),
    "env.get_bool": ("Whether a variable is true, 1, yes or on, else the default", ""),
    "log": ("Lines for the author, told with the access record", "print() writes them too."),
    "log.debug": (_LINE, ""),
    "log.info": (_LINE, "log.info('%s rows', len(rows))"),
    "log.warning": (_LINE, ""),
    "log.error": (_LINE, ""),
    "log.warn": (_LINE, "The same as log.warning."),
    "fail": ("End the call with a status from 400 to 499 and a message for the caller", ""),
    "DatabaseError": ("What the database refuses raises this", ""),
    "HttpError": ("A request that fails, or may not be made, raises this", ""),
    "CacheError": ("What cannot be kept or found raises this", ""),
    "Denied": ("What the platform does not allow raises this", ""),
    "json": ("The module json", ""),
    "math": ("The module math", ""),
    "re": ("The module re", ""),
    "uuid": ("The module uuid", ""),
    "datetime": ("A date with a time", "datetime.now()"),
    "date": ("A date", "date.today()"),
    "time": ("A time of day", ""),
    "timedelta": ("A span of time", "timedelta(days=1)"),
    "Decimal": ("An exact number", "Decimal('1.10')"),
}
# What comes with a call, and is no function.
GIVEN: Final = ("params", "req", "client", "ds")


def names() -> list[Word]:
    """Every name that a script finds without an import, and what it has."""
    # Nothing is asked through this channel: the names are only looked at.
    channel = Channel(-1)
    found: list[Word] = [_word(name, None) for name in GIVEN]
    found += [Word(f"client.{key}", f"client['{key}']", f"The client's {key}") for key in NOBODY]
    for name, value in {**context_of(channel, Log(channel)), **module_names(MODULES)}.items():
        found.append(_word(name, value))
        if isinstance(value, Facade):
            found += _members(name, value)
    return found


def modules(extra: Sequence[str] = ()) -> list[str]:
    """What can be imported; `extra` are the operator's."""
    return sorted({*MODULES, *extra})


def _word(name: str, value: Any) -> Word:
    is_function = inspect.isfunction(value)
    arguments = arguments_of(value) if is_function else None
    return Word(name, f"{name}{arguments or ''}", *SENTENCES[name])


def _members(name: str, facade: Facade) -> Iterator[Word]:
    for key, value in vars(facade).items():
        full = f"{name}.{key}"
        if key == "__name__":
            continue
        arguments = (arguments_of(value) or "(…)") if callable(value) else ""
        summary, detail = SENTENCES.get(full) or (_first_words(value), "")
        yield Word(full, f"{full}{arguments}", summary or f"{key} of {name}", detail)


def _first_words(value: Any) -> str:
    """Of the library's own description; numbers and texts have only that of their type."""
    told = inspect.getdoc(value) if callable(value) else None
    return " ".join(told.strip().split("\n\n")[0].split()) if told else ""
