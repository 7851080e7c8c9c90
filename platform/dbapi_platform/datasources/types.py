"""What travels between a datasource and the rest: plain, frozen data and one protocol."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class ProductType(StrEnum):
    """The database products that have a driver; MYSQL is MariaDB too."""

    POSTGRESQL = "postgresql"
    MYSQL = "mysql"
    DUCKDB = "duckdb"
    SQLITE = "sqlite"
    TRINO = "trino"
    STARROCKS = "starrocks"

    @property
    def is_file(self) -> bool:
        """Whether the database is a file, and not a server."""
        return self in {ProductType.DUCKDB, ProductType.SQLITE}


@dataclass(frozen=True, slots=True)
class DatasourceConfig:
    """All that is needed to open a datasource.

    `database` is a name on a server, on Trino `catalog` or `catalog.schema`, and for DuckDB and
    SQLite the path of a file.
    """

    id: str
    name: str
    product_type: ProductType
    database: str
    host: str | None = None
    port: int | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    read_only: bool = True
    pool_size: int = 8
    connect_timeout_s: float = 5.0
    statement_timeout_s: float = 30.0
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """How a product reads SQL text. There is one for each product, so none is compared by value.

    `sqlglot` is the name of its lexer there; `placeholder` is the n-th bound value's mark with
    `{n}` standing for the number, from 1 (`${n}`, `?`); `quote` opens and closes an identifier.
    `empty_in` and `empty_not_in` replace `IN ⟨list⟩` and `NOT IN ⟨list⟩` when the list is empty.
    `doubled` is a character that the driver takes for a placeholder's unless it stands twice.
    `is_offset_first`: OFFSET stands before LIMIT. `is_text_typed`: a bound text becomes what it is
    compared with, to the last digit.
    """

    sqlglot: str
    placeholder: str
    quote: str
    empty_in: str
    empty_not_in: str
    doubled: str | None = None
    is_offset_first: bool = False
    is_text_typed: bool = False


# Not frozen: made in every call, and to freeze it would take most of the time of that.
@dataclass(slots=True)
class Statement:
    """One SQL statement in the product's own text, its bound values apart.

    `is_query` tells that the text is a single SELECT, WITH … SELECT, VALUES or TABLE without a
    writing part, so that it may stand as a subquery: `SELECT … FROM (text) AS t LIMIT n`.
    """

    text: str
    values: tuple[object, ...] = ()
    is_query: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A statement's rows, in the database's order; every value is plain.

    Plain: None, bool, int, float (finite), Decimal (finite), str, and lists and dicts of these.
    Column names are unique: a second `id` is `id_2`. `truncated` tells that `max_rows` cut it.
    `kinds` tells what the columns hold, where the driver knows: boolean, integer, float, decimal,
    `decimal(p,s)`, date, timestamp, timestamptz, uuid, binary, json or text. All but the numbers,
    booleans and json are text in `rows`: ISO 8601, and base64 for binary.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]
    truncated: bool = False
    kinds: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Affected:
    """How many rows a writing statement changed; 0 where the database does not say."""

    count: int


Outcome = Rows | Affected


# Not frozen: made in every call, and to freeze it would take most of the time of that.
@dataclass(slots=True)
class JsonRows:
    """Rows that the database itself wrote as one JSON array of objects, UTF-8.

    In parts, so that a long answer is put together once: where its envelope is.
    """

    parts: tuple[bytes, ...]
    count: int
    truncated: bool = False

    @property
    def data(self) -> bytes:
        """The array as a whole."""
        return b"".join(self.parts)

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return sum(map(len, self.parts))


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    nullable: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table or a view as introspection finds it; `kind` is `table` or `view`."""

    schema: str
    name: str
    kind: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """The answer to a connection test."""

    product: str
    version: str
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class PoolState:
    """A datasource's connections now: open ones, those of them nobody uses, and callers who wait.

    A driver that works in threads counts its threads: each has a connection while it works.
    """

    open: int
    idle: int
    waiting: int


class Transaction(Protocol):
    """Statements on one connection, kept or undone together. For one task, one call at a time.

    It holds the connection until `commit` or `rollback` has returned or raised. Cancelling a call,
    or its timeout, undoes the transaction.
    """

    async def execute(self, statement: Statement, *, max_rows: int, timeout_s: float) -> Outcome:
        """One statement's outcome. Raises what `Datasource.execute` raises.

        After a QueryFailed it depends on the product whether the transaction can go on; rolling
        back is always possible.
        """

    async def commit(self) -> None:
        """Keep everything. Raises QueryFailed, and then nothing is kept.

        After a QueryTimeout or a ConnectFailed nobody can tell: the answer was lost on its way.
        """

    async def rollback(self) -> None:
        """Undo everything; harmless when there is nothing left to undo. Never raises."""


class Datasource(Protocol):
    """An open datasource. All methods are safe to call from many tasks at once.

    Cancelling the task that awaits a method cancels the query on the database. Errors are those
    of `datasources.errors`; their messages carry the database's reason and never a secret.
    """

    config: DatasourceConfig
    dialect: Dialect

    async def open(self) -> None:
        """Make ready without connecting: a datasource whose server is away can be opened."""

    async def close(self) -> None:
        """Close every connection; running queries are cancelled."""

    async def test(self) -> ServerInfo:
        """Connect afresh, within `connect_timeout_s`. Raises ConnectFailed."""

    async def introspect(self) -> list[Table]:
        """Every table and view the user may see, by schema and name; system schemas left out."""

    async def execute(
        self, statements: Sequence[Statement], *, max_rows: int, timeout_s: float
    ) -> list[Outcome]:
        """Run the statements in order and answer one outcome each.

        Several statements are one transaction, committed when all succeeded and undone
        otherwise. At most `max_rows` rows are kept of each. Raises QueryFailed, QueryTimeout,
        ConnectFailed, Busy.
        """

    async def execute_json(
        self, statement: Statement, *, max_rows: int, timeout_s: float
    ) -> JsonRows | None:
        """The rows of a query as JSON made by the database, equal in value to `execute`'s.

        None when this product or these column types cannot do it: then use `execute`.
        """

    def stream(
        self, statement: Statement, *, max_rows: int, batch_rows: int, timeout_s: float
    ) -> AsyncGenerator[Rows]:
        """The rows of a query, at most `batch_rows` at a time, as they are read.

        There is one batch at least, and the last one tells whether `max_rows` cut it. The
        database has `timeout_s` for each. A connection is held until the generator has ended or
        is closed, which cancels the query. Raises what `execute` raises.
        """

    async def begin(self, *, timeout_s: float) -> Transaction:
        """Begin a transaction; `timeout_s` is for getting a connection, and for ending it.

        Raises ConnectFailed, Busy, and QueryFailed where the product has no transactions.
        """

    @property
    def pool(self) -> PoolState:
        """How its connections are used now."""
