"""What a template can say: every filter, tag, test and global of the engine, described.

The names are the engine's own; only the sentences about them stand here.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from ..words import Word, arguments_of
from .environment import GLOBALS
from .filters import SQL_FILTERS
from .plain_filters import PLAIN_FILTERS, TESTS
from .program import NOBODY
from .tags import BRANCHES, TAGS

# A summary, and what more there is to say.
Sentences = Mapping[str, tuple[str, str]]

FILTERS: Final[Sentences] = {
    "sql_string": ("Bind it as text, trimmed", "name = {{ name | sql_string }}"),
    "sql_int": ("Bind it as a whole number of 64 bits", "LIMIT {{ limit | sql_int }}"),
    "sql_float": ("Bind it as a floating-point number", "price > {{ price | sql_float }}"),
    "sql_decimal": ("Bind it as an exact number", "total >= {{ total | sql_decimal }}"),
    "sql_bool": ("Bind it as a boolean: true/false, 1/0, yes/no", "paid = {{ paid | sql_bool }}"),
    "sql_date": ("Bind it as a date such as 2026-01-31", "day >= {{ since | sql_date }}"),
    "sql_datetime": (
        "Bind it as a point in time, with an offset or without",
        "created_at >= {{ since | sql_datetime }}",
    ),
    "sql_uuid": ("Bind it as a UUID", "id = {{ id | sql_uuid }}"),
    "sql_in_list": (
        "Bind every element of a list; an empty list matches nothing",
        "status IN {{ statuses | sql_in_list }}",
    ),
    "in_list": (
        "Bind every element of a list; an empty list matches nothing",
        "status IN {{ statuses | in_list }}",
    ),
    "sql_like": ("A pattern that matches the text exactly", "name LIKE {{ name | sql_like }}"),
    "sql_like_start": (
        "A pattern of what begins with the text",
        "name LIKE {{ name | sql_like_start }}",
    ),
    "sql_like_end": ("A pattern of what ends with the text", "name LIKE {{ name | sql_like_end }}"),
    "sql_like_contains": (
        "A pattern of what contains the text",
        "name LIKE {{ name | sql_like_contains }}",
    ),
    "sql_ident": (
        "Print a quoted name of a column or a table, not a value",
        "ORDER BY {{ sort | sql_ident(allowed=['id', 'total']) }}",
    ),
    "sql_keyword": (
        "Print one of your own words, the first when none is given",
        "ORDER BY id {{ order | sql_keyword('asc', 'desc') }}",
    ),
    "sql_json": ("Bind it as its JSON text", "data = {{ data | sql_json }}"),
    "json": ("Bind it as its JSON text", "data = {{ data | json }}"),
    "fromjson": ("JSON text as what it says", "{% set wanted = filter | fromjson %}"),
    "compare": (
        "A comparison that the caller chooses, its values bound",
        'total {{ total | compare }} with {"combinator": ">", "values": "100"}',
    ),
    "abs": ("The number without its sign", ""),
    "capitalize": ("The text with a capital first letter", ""),
    "count": ("How many elements or characters; 0 when there is no value", ""),
    "d": ("The value, or another when there is none", "{{ limit | d(20) | sql_int }}"),
    "default": ("The value, or another when there is none", "{{ limit | default(20) | sql_int }}"),
    "dictsort": ("Keys and values of an object, in order", ""),
    "first": ("The first element", ""),
    "float": ("The value as a floating-point number, or 0.0", "sql_float refuses what is none"),
    "groupby": ("Elements by what an attribute of theirs is", ""),
    "int": ("The value as a whole number, or 0", "sql_int refuses what is none"),
    "items": ("Keys and values of an object", "{% for key, value in filter | items %}"),
    "join": ("The elements as one text", "{{ words | join(' ') }}"),
    "last": ("The last element", ""),
    "length": ("How many elements or characters; 0 when there is no value", ""),
    "list": ("The value as a list", ""),
    "lower": ("The text in small letters", ""),
    "map": (
        "A filter for, or an attribute of, every element",
        "id IN {{ ids | map('sql_int') | in_list }}",
    ),
    "max": ("The largest element", ""),
    "min": ("The smallest element", ""),
    "reject": ("The elements that do not pass a test", "{{ ids | reject('none') | in_list }}"),
    "rejectattr": ("The elements whose attribute does not pass a test", ""),
    "replace": ("The text with one part put for another", "{{ name | replace('-', ' ') }}"),
    "reverse": ("The elements, or the text, backwards", ""),
    "round": ("The number rounded; to a whole one without a precision", ""),
    "select": ("The elements that pass a test", "{{ ids | select('odd') | in_list }}"),
    "selectattr": ("The elements whose attribute passes a test", ""),
    "sort": ("The elements in order", ""),
    "string": ("The value as text", ""),
    "sum": ("The sum of numbers", ""),
    "title": ("The text with a capital letter for every word", ""),
    "trim": ("The text without blanks, or other characters, around it", ""),
    "unique": ("The elements, each once", ""),
    "upper": ("The text in capital letters", ""),
}
TEST_SENTENCES: Final[Sentences] = {
    "!=": ("Whether it differs", ""),
    "<": ("Whether it is less", ""),
    "<=": ("Whether it is less or equal", ""),
    "==": ("Whether it is equal", ""),
    ">": ("Whether it is greater", ""),
    ">=": ("Whether it is greater or equal", ""),
    "boolean": ("Whether it is true or false", ""),
    "defined": ("Whether there is a value", "{% if since is defined %}"),
    "divisibleby": ("Whether a number divides it", "{% if loop.index is divisibleby 3 %}"),
    "eq": ("Whether it is equal", ""),
    "equalto": ("Whether it is equal", ""),
    "even": ("Whether two divides it", ""),
    "false": ("Whether it is false itself", ""),
    "float": ("Whether it is a floating-point number", ""),
    "ge": ("Whether it is greater or equal", ""),
    "greaterthan": ("Whether it is greater", ""),
    "gt": ("Whether it is greater", ""),
    "in": ("Whether a list or a text has it", "{% if status is in(['open', 'paid']) %}"),
    "integer": ("Whether it is a whole number", ""),
    "iterable": ("Whether a loop can run over it", ""),
    "le": ("Whether it is less or equal", ""),
    "lessthan": ("Whether it is less", ""),
    "lower": ("Whether the text is in small letters", ""),
    "lt": ("Whether it is less", ""),
    "mapping": ("Whether it is an object", ""),
    "ne": ("Whether it differs", ""),
    "none": ("Whether there is no value", "{% if since is none %}"),
    "number": ("Whether it is a number", ""),
    "odd": ("Whether two does not divide it", ""),
    "sequence": ("Whether it is a list or a text", ""),
    "string": ("Whether it is a text", ""),
    "true": ("Whether it is true itself", ""),
    "undefined": ("Whether there is no value", ""),
    "upper": ("Whether the text is in capital letters", ""),
}
GLOBAL_SENTENCES: Final[Mapping[str, tuple[str, str, str]]] = {
    "client": ("client", "Who calls; all of it is empty at a public endpoint", ""),
    "client.id": ("client.id", "The id that the client logs in with", ""),
    "client.name": ("client.name", "The client's name", "owner = {{ client.name }}"),
    "client.groups": (
        "client.groups",
        "The names of the client's groups",
        "{% if 'staff' in client.groups %}",
    ),
    "client.claims": ("client.claims", "What else the client's token says", ""),
    "range": ("range(stop)", "Whole numbers up to one", "{% for n in range(3) %}"),
    "dict": ("dict(key=value)", "An object", ""),
    "namespace": (
        "namespace(key=value)",
        "An object that loops may change",
        "{% set seen = namespace(any=false) %}",
    ),
    "loop": ("loop", "The loop's own state: index, first, last, length…", "{{ loop.index }}"),
}


def filters() -> list[Word]:
    """Every filter, those of SQL first."""
    return [_piped(name, SQL_FILTERS.get(name) or PLAIN_FILTERS[name], *FILTERS[name])
            for name in (*SQL_FILTERS, *PLAIN_FILTERS)]  # fmt: skip


def tests() -> list[Word]:
    """Every test: what may stand after `is`."""
    return [_piped(name, TESTS[name], *TEST_SENTENCES[name]) for name in TESTS]


def tags() -> list[Word]:
    """Every tag, what may stand within it, and what ends it."""
    found = [Word(name, *sentences) for name, sentences in TAGS.items()]
    found += [Word(name, *sentences) for name, sentences in BRANCHES.items()]
    ended = [word.name for word in found if f"{{% end{word.name} %}}" in word.signature]
    return found + [
        Word(f"end{name}", f"{{% end{name} %}}", f"The end of {{% {name} %}}") for name in ended
    ]


def names() -> list[Word]:
    """What every template finds: the caller and some functions."""
    known: Iterable[str] = ("client", *(f"client.{key}" for key in NOBODY), *GLOBALS, "loop")
    return [Word(name, *GLOBAL_SENTENCES[name]) for name in known]


def _piped(name: str, function: Callable[..., Any], summary: str, detail: str) -> Word:
    """As it stands after `|` or `is`: the value comes from before, and Jinja may pass itself."""
    passed = 1 if hasattr(function, "jinja_pass_arg") else 0
    arguments = arguments_of(function, skip=1 + passed) or ""
    return Word(name, name if arguments == "()" else f"{name}{arguments}", summary, detail)
