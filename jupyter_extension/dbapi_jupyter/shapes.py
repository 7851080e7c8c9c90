"""What the platform answers, as far as a notebook reads it."""

from typing import Any, NotRequired, TypedDict

# `in` and `from` are words of Python's own, so these two cannot be written as classes.
Parameter = TypedDict(
    "Parameter",
    {
        "name": str,
        "type": str,
        "in": str | None,
        "required": bool,
        "default": NotRequired[Any],
        "description": NotRequired[str | None],
        "enum": NotRequired[list[Any] | None],
        "options": NotRequired[str | None],
    },
)
FieldChange = TypedDict("FieldChange", {"field": str, "from": Any, "to": Any})
Diff = TypedDict(
    "Diff",
    {"from": str, "to": str, "content": str, "fields": list[FieldChange], "breaking": list[str]},
)


class LogLine(TypedDict):
    """What a script logged; `level` is debug, info, warning or error."""

    level: str
    message: str


class Option(TypedDict):
    """A value that a parameter may have, and how it is called."""

    value: Any
    label: str


class Endpoint(TypedDict):
    """An endpoint; `problems` come only when a draft is saved."""

    id: str
    method: str
    path: str
    module: str
    name: str | None
    description: str | None
    datasource: str
    access: str
    state: str
    live_version: int | None
    latest_version: int | None
    url: str
    params: list[Parameter]
    updated_at: str
    updated_by: str | None
    created: NotRequired[bool]
    changed: NotRequired[bool]
    problems: NotRequired[list[str]]


class Column(TypedDict):
    """A column of a table."""

    name: str
    type: str
    nullable: bool


class Table(TypedDict):
    """A table or view of a datasource."""

    schema: str
    name: str
    kind: str
    columns: list[Column]


class Datasource(TypedDict):
    """A datasource, without its password."""

    id: str
    name: str
    product_type: str
    host: str | None
    database: str | None
    read_only: bool
    description: str | None


class Provenance(TypedDict):
    """Where a version comes from."""

    notebook: str | None
    cell_id: str | None
    git_commit: str | None


class Version(TypedDict):
    """An immutable snapshot of a definition."""

    number: int
    hash: str
    created_at: str
    created_by: str | None
    message: str | None
    provenance: Provenance
    is_live: bool
    forced: NotRequired[str | None]
    is_pinnable: NotRequired[bool]
    deprecated_at: NotRequired[str | None]
    sunset_at: NotRequired[str | None]


class Plan(TypedDict):
    """What publishing would do."""

    live_version: int | None
    next_version: int | None
    changes: bool
    diff: Diff


class SavedTest(TypedDict):
    """A test of an endpoint."""

    name: str
    content: str


class TestResult(TypedDict):
    """How a test went; `line` is one of its content."""

    name: str
    passed: bool
    message: str | None
    line: int | None
    elapsed_ms: float
    calls: int
    logs: list[LogLine]


class TestRun(TypedDict):
    """How all of them went."""

    passed: bool
    results: list[TestResult]


class Published(TypedDict):
    """What publishing or rolling back did; `tests` comes only with publishing."""

    version: int
    created: bool
    changed: bool
    url: str
    diff: Diff
    endpoint: Endpoint
    tests: NotRequired[list[TestResult]]


class Macro(TypedDict):
    """A piece of templates or scripts that endpoints share."""

    id: str
    name: str
    module: str | None
    description: str | None
    content: str
    language: NotRequired[str]
    state: str
    live_version: int | None


class MacroUse(TypedDict):
    """A published endpoint, and the version of a macro that it was published with."""

    method: str
    path: str
    version: int
    lagging: NotRequired[bool]


class PublishedMacro(TypedDict):
    """What publishing a macro did, and which endpoints have an older one."""

    version: int
    created: bool
    lagging: list[MacroUse]


class DebugResult(TypedDict):
    """What a draft answered; `envelope` is what stands around `data`."""

    data: Any
    results: list[dict[str, Any]]
    elapsed_ms: float
    params: dict[str, Any]
    statements: list[dict[str, Any]]
    logs: NotRequired[list[LogLine]]
    envelope: NotRequired[dict[str, Any]]


class Module(TypedDict):
    """A folder of endpoints and macros."""

    id: str
    name: str
    description: str | None
    is_active: bool


class MacroVersion(TypedDict):
    """An immutable text of a macro."""

    number: int
    content: str
    message: str | None
    created_at: str
    created_by: str | None
    is_live: bool
