"""The modules of a script: small stand-ins that hold functions and classes, and no module.

A bare module leads to others, and in the end to everything: `json.codecs.sys.modules['os']`.
"""

import base64
import collections
import datetime as dt
import decimal
import difflib
import functools
import hashlib
import hmac
import html
import importlib
import itertools
import json
import math
import operator
import random
import re
import statistics
import string
import textwrap
import unicodedata
import urllib.parse
import uuid
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType, ModuleType
from typing import Any, Final

from .blocked import blocked

# What scripts are called in tracebacks and by their functions.
SCRIPT: Final = "script"


class Facade:
    """A stand-in for a module: its attributes are what was picked, and none can be set."""

    __slots__ = ("__dict__",)

    def __init__(self, name: str, members: Mapping[str, Any]) -> None:
        self.__dict__.update(members)
        self.__dict__["__name__"] = name

    def __getattr__(self, name: str) -> Any:
        """Of what is not there."""
        near = difflib.get_close_matches(name, self.__dict__, 1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise AttributeError(f"{self.__dict__['__name__']} has no '{name}'{hint}")

    def __setattr__(self, name: str, value: object) -> None:
        raise TypeError(f"{self.__dict__['__name__']} cannot be changed")

    def __repr__(self) -> str:
        return f"<module '{self.__dict__['__name__']}'>"


def _pick(module: ModuleType, names: str) -> Facade:
    return Facade(module.__name__, {name: getattr(module, name) for name in names.split()})


def _dumps(
    value: object,
    *,
    indent: int | None = None,
    sort_keys: bool = False,
    ensure_ascii: bool = True,
    separators: tuple[str, str] | None = None,
    default: Callable[[Any], Any] | None = None,
) -> str:
    """`json.dumps`, without the arguments that name classes; what JSON has no word for is text."""
    return json.dumps(
        value,
        indent=indent,
        sort_keys=sort_keys,
        ensure_ascii=ensure_ascii,
        separators=separators,
        default=default or str,
    )


def _loads(text: str | bytes, *, parse_float: Callable[[str], Any] | None = None) -> Any:
    """`json.loads`."""
    return json.loads(text, parse_float=parse_float)


def _wraps(wrapped: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`functools.wraps` without its other arguments: they would copy any attribute anywhere."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        is_own = isinstance(function, FunctionType) and function.__module__ == SCRIPT
        if not is_own:
            raise TypeError("wraps() is for functions of the script")
        return functools.update_wrapper(function, wrapped, ("__name__", "__doc__"), ())

    return decorate


def _zone(key: str) -> zoneinfo.ZoneInfo:
    """A zone by its name; all of them were read before files went out of reach."""
    found = ZONES.get(key)
    if found is None:
        raise ValueError(f"there is no time zone '{key}'")
    return found


def load_zones() -> None:
    """Read every zone that the machine knows."""
    for key in sorted(zoneinfo.available_timezones()):
        ZONES[key] = zoneinfo.ZoneInfo(key)


def _repeat(value: object, times: int | None = None) -> Iterable[object]:
    return itertools.repeat(value) if times is None else itertools.repeat(value, times)


ZONES: Final[dict[str, zoneinfo.ZoneInfo]] = {}
_JSON: Final = Facade(
    "json", {"dumps": _dumps, "loads": _loads, "JSONDecodeError": json.JSONDecodeError}
)
_PARSE: Final = _pick(
    urllib.parse, "quote quote_plus unquote unquote_plus urlencode urlparse urlsplit urlunsplit "
    "urljoin parse_qs parse_qsl"
)  # fmt: skip

MODULES: Final[Mapping[str, Facade]] = {
    "json": _JSON,
    "datetime": _pick(dt, "datetime date time timedelta timezone tzinfo UTC MINYEAR MAXYEAR"),
    "decimal": _pick(
        decimal, "Decimal ROUND_HALF_UP ROUND_HALF_EVEN ROUND_HALF_DOWN ROUND_UP ROUND_DOWN "
        "ROUND_CEILING ROUND_FLOOR ROUND_05UP InvalidOperation DivisionByZero"
    ),
    "math": _pick(math, " ".join(name for name in dir(math) if not name.startswith("_"))),
    "re": _pick(
        re, "compile search match fullmatch split findall finditer sub subn escape error Pattern "
        "Match IGNORECASE I MULTILINE M DOTALL S VERBOSE X ASCII A UNICODE U"
    ),
    "uuid": _pick(uuid, "UUID uuid3 uuid4 uuid5 NAMESPACE_DNS NAMESPACE_URL NAMESPACE_OID"),
    "collections": _pick(collections, "Counter OrderedDict defaultdict deque"),
    "itertools": Facade(
        "itertools",
        {name: getattr(itertools, name) for name in dir(itertools) if not name.startswith("_")}
        | {"repeat": _repeat},
    ),
    "functools": Facade(
        "functools",
        {name: getattr(functools, name) for name in ("reduce", "partial", "cmp_to_key")}
        | {"lru_cache": functools.lru_cache, "cache": functools.cache, "wraps": _wraps},
    ),
    "statistics": _pick(
        statistics, "mean fmean median median_low median_high mode multimode stdev pstdev variance "
        "pvariance quantiles geometric_mean harmonic_mean correlation linear_regression "
        "StatisticsError"
    ),
    "random": _pick(random, "random randint randrange choice choices sample shuffle uniform gauss"),
    "base64": _pick(base64, "b64encode b64decode urlsafe_b64encode urlsafe_b64decode b32encode "
                    "b32decode b16encode b16decode"),
    "hashlib": _pick(hashlib, "md5 sha1 sha224 sha256 sha384 sha512 blake2b blake2s sha3_256"),
    "hmac": _pick(hmac, "new compare_digest digest"),
    "html": _pick(html, "escape unescape"),
    "string": _pick(string, "ascii_letters ascii_lowercase ascii_uppercase digits hexdigits "
                    "punctuation whitespace capwords"),
    "textwrap": _pick(textwrap, "wrap fill shorten dedent indent"),
    "unicodedata": _pick(unicodedata, "normalize category name combining"),
    "urllib.parse": _PARSE,
    "urllib": Facade("urllib", {"parse": _PARSE}),
    "zoneinfo": Facade("zoneinfo", {"ZoneInfo": _zone}),
    "operator": _pick(
        operator, "add sub mul truediv floordiv mod neg eq ne lt le gt ge and_ or_ not_ contains "
        "itemgetter concat countOf"
    ),
}  # fmt: skip


def extra_modules(names: Iterable[str]) -> dict[str, Facade]:
    """Stand-ins for modules that the operator allows. Raises ImportError, ValueError."""
    found = {}
    for name in names:
        if blocked(name):
            raise ValueError(f"the module '{name}' may not be given to scripts")
        module = importlib.import_module(name)
        public = getattr(module, "__all__", None) or dir(module)
        members = {
            key: getattr(module, key)
            for key in public
            if not key.startswith("_") and not isinstance(getattr(module, key, None), ModuleType)
        }
        found[name] = Facade(name, members)
    return found
