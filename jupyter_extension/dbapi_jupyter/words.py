"""The words that Tab knows of itself: options, filters, and the names of a script."""

from types import MappingProxyType

FILTERS = (
    "sql_string", "sql_int", "sql_float", "sql_decimal", "sql_bool", "sql_date", "sql_datetime",
    "sql_uuid", "sql_json", "sql_in_list", "sql_like", "sql_like_start", "sql_like_end",
    "sql_ident", "sql_keyword", "compare", "fromjson", "json",
)  # fmt: skip
TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set", "endset", "where", "endwhere")
TYPES = (
    "string", "integer", "number", "boolean", "date", "datetime", "uuid", "array", "object",
)  # fmt: skip
PARAMETER_KEYS = (
    "type", "in", "required", "default", "example", "description", "enum", "options", "minimum",
    "maximum", "min_length", "max_length", "pattern", "format", "items", "header", "validate",
)  # fmt: skip
HEADER_VALUES = MappingProxyType(
    {
        "access": ("private", "public"), "unknown_params": ("ignore", "refuse"),
        "allow_async": ("true", "false"),
    }
)  # fmt: skip
# Options that are mappings, and the values of their keys.
RULE_KEYS = MappingProxyType(
    {
        "cache": {"ttl": (), "vary": ("[client]",)},
        "page": {"style": ("keyset", "offset"), "by": (), "size": ()},
    }
)

# What a script finds in its globals, and what each of them has.
SCRIPT_NAMES = MappingProxyType(
    {
        "db": ("query", "query_one", "execute", "insert", "update", "delete"),
        "tx": ("begin", "commit", "rollback"),
        "http": ("get", "post", "put", "patch", "delete"),
        "cache": ("get", "set", "delete", "exists", "incr", "decr"),
        "env": ("get", "get_int", "get_bool"),
        "log": ("debug", "info", "warning", "error", "warn"),
        "client": ("id", "name", "groups", "claims"),
        "req": (),
        "params": ("get", "items", "keys", "values"),
        "ds": (),
        "fail": (),
        "json": ("dumps", "loads"),
        "datetime": ("now", "fromisoformat", "strptime", "combine"),
        "date": ("today", "fromisoformat"),
        "time": ("fromisoformat",),
        "timedelta": (),
        "Decimal": (),
        "math": ("ceil", "floor", "sqrt"),
        "re": ("compile", "findall", "fullmatch", "match", "search", "split", "sub"),
        "uuid": ("UUID", "uuid4"),
        "DatabaseError": (),
        "HttpError": (),
        "CacheError": (),
        "Denied": (),
    }
)
# What `call()` answers in a test.
ANSWER_NAMES = ("status", "data", "message", "success", "rows")
PYTHON_WORDS = (
    "and", "as", "assert", "break", "continue", "def", "elif", "else", "except", "False", "finally",
    "for", "from", "if", "import", "in", "is", "lambda", "None", "not", "or", "pass", "raise",
    "return", "True", "try", "while", "with",
    "abs", "all", "any", "bool", "dict", "enumerate", "filter", "float", "int", "isinstance", "len",
    "list", "map", "max", "min", "print", "range", "reversed", "round", "set", "sorted", "str",
    "sum", "tuple", "zip",
)  # fmt: skip
