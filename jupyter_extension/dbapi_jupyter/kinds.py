"""The kinds of cells: what each is marked with, and which options it knows."""

from dataclasses import dataclass

SQL_MARK = "--|"
PYTHON_MARK = "#|"
MARKS = (SQL_MARK, PYTHON_MARK)
# The order in which `show` writes them.
DRAFT_KEYS = (
    "datasource", "module", "name", "description", "access", "timeout", "max_rows",
    "rate_limit", "max_concurrent", "unknown_params", "cache", "page", "max_export_rows",
    "allow_async", "params",
)  # fmt: skip
HEADER_KEYS = (*DRAFT_KEYS, "run")
MACRO_KEYS = ("module", "description")


@dataclass(frozen=True, slots=True)
class Kind:
    """`mark` begins the lines of the header, whose options are `keys`."""

    name: str
    mark: str
    keys: tuple[str, ...]
    what: str

    @property
    def is_python(self) -> bool:
        """Whether the cell's language is Python."""
        return self.mark == PYTHON_MARK

    @property
    def language(self) -> str:
        """As people call it."""
        return "Python" if self.is_python else "SQL"


SQL = Kind("sql", SQL_MARK, HEADER_KEYS, "query")
SCRIPT = Kind("script", PYTHON_MARK, HEADER_KEYS, "script")
TRANSFORM = Kind("transform", PYTHON_MARK, (), "function transform(result, params)")
MACRO = Kind("macro", SQL_MARK, MACRO_KEYS, "macro")
PYTHON_MACRO = Kind("macro", PYTHON_MARK, MACRO_KEYS, "functions")
TEST = Kind("test", PYTHON_MARK, (), "test")

# Those that hold an endpoint.
ENGINES = {kind.name: kind for kind in (SQL, SCRIPT)}
# In the order of the help.
KINDS = {kind.name: kind for kind in (SQL, SCRIPT, TRANSFORM, MACRO, TEST)}
