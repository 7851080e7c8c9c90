"""What a bundle holds, as its files say it. Passwords, clients and tokens are no part of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
)

from ..datasources import ProductType
from ..publishing.written import Count, Written

FORMAT: Final = 1
# What is written even where it is the default: who may call it, and whether it is live.
ALWAYS: Final = frozenset({"access", "published", "language"})
# Names of the branches of `published`, which are no part of a place in a file.
FLAG, WHOLE = "(flag)", "(whole)"

Content = Annotated[str, StringConstraints(min_length=1)]
Text = Annotated[str, StringConstraints(max_length=500)]
Short = Annotated[str, StringConstraints(max_length=255)]


Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]


def _branch(value: Any) -> str:
    return WHOLE if isinstance(value, dict | BaseModel) else FLAG


class Part(BaseModel):
    """A file, or a part of one: known keys only, and nothing taken for what it is not."""

    model_config = ConfigDict(extra="forbid", strict=True)

    def fields(self) -> dict[str, Any]:
        """As it is written: in order, without what is not set."""
        return dict(self._set_fields())

    def _set_fields(self) -> Iterator[tuple[str, Any]]:
        for name, info in type(self).model_fields.items():
            value = getattr(self, name)
            plain = _plain(value)
            if name in ALWAYS or info.is_required() or plain not in (None, {}, []):
                default = info.get_default(call_default_factory=True, validated_data={})
                if name in ALWAYS or info.is_required() or value != default:
                    yield name, plain


def _plain(value: Any) -> Any:
    match value:
        case Part():
            return value.fields()
        case ProductType():
            return value.value
        case Mapping():
            return {key: _plain(inner) for key, inner in value.items()}
    return value


class BundlePart(Part):
    """`bundle.yaml`; a `partial` bundle is some of an installation."""

    format: Literal[1]
    partial: bool = False


class DatasourcePart(Part):
    name: Name
    description: Text | None = None
    product_type: Annotated[ProductType, Field(strict=False)]
    host: Short | None = None
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    database: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
    username: Short | None = None
    read_only: bool = True
    options: dict[str, str] = Field(default_factory=dict)


class ModulePart(Part):
    name: Name
    description: Text | None = None
    sort_order: Annotated[int, Field(ge=-(2**31), lt=2**31)] = 0
    is_active: bool = True


class PublishedMacro(Part):
    content: Content


class MacroPart(Part):
    name: Name
    language: Literal["sql", "python"] = "sql"
    description: Text | None = None
    content: Content
    published: Annotated[
        Annotated[bool, Tag(FLAG)] | Annotated[PublishedMacro, Tag(WHOLE)], Discriminator(_branch)
    ]

    @property
    def live(self) -> str | None:
        """The text that new endpoints take."""
        if isinstance(self.published, PublishedMacro):
            return self.published.content
        return self.content if self.published else None


class GroupPart(Part):
    name: Name
    description: Text | None = None
    is_active: bool = True
    endpoints: list[Annotated[str, StringConstraints(max_length=520)]] = Field(default_factory=list)


class LimitsPart(Part):
    timeout: Annotated[float, Field(gt=0)] | None = None
    max_rows: Count | None = None
    rate_limit: Count | None = None
    max_concurrent: Count | None = None
    max_export_rows: Count | None = None

    def fields(self) -> dict[str, Any]:
        """With whole seconds as people write them."""
        found = super().fields()
        timeout = found.get("timeout")
        return found | ({"timeout": int(timeout)} if timeout and timeout.is_integer() else {})


class CachePart(Part):
    ttl: int
    vary: list[Literal["client"]] = Field(default_factory=list)


class PagePart(Part):
    style: Literal["offset", "keyset"]
    by: list[str]
    size: int = 100


class MacroTextPart(Part):
    """A macro's text as a definition was saved with it."""

    language: Literal["sql", "python"] = "sql"
    content: Content


class DefinitionPart(Written, Part):
    """`macros` are there where they are others than the module's newest published ones."""

    path: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    name: Annotated[str, StringConstraints(max_length=200)] | None = None
    description: Annotated[str, StringConstraints(max_length=10_000)] | None = None
    datasource: Name
    engine: Literal["sql", "script"]
    access: Literal["public", "private"] = "private"
    unknown_params: Literal["ignore", "refuse"] = "ignore"
    limits: LimitsPart = Field(default_factory=LimitsPart)
    cache: CachePart | None = None
    page: PagePart | None = None
    allow_async: bool | None = None
    params: dict[str, dict[str, Any]] = Field(default_factory=dict)
    macros: dict[Name, MacroTextPart] | None = None
    transform: str | None = None
    content: Content


class EndpointPart(DefinitionPart):
    """The draft, its tests, and what is live: the same, nothing, or another definition."""

    method: Annotated[str, StringConstraints(max_length=10)]
    tests: dict[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")], Content] = (
        Field(default_factory=dict)
    )
    published: Annotated[
        Annotated[bool, Tag(FLAG)] | Annotated[DefinitionPart, Tag(WHOLE)], Discriminator(_branch)
    ]

    def fields(self) -> dict[str, Any]:
        """The method first."""
        return {"method": self.method} | super().fields()

    def draft(self) -> dict[str, Any]:
        """What the draft is made of, to be compared."""
        found = self.fields()
        return {key: value for key, value in found.items() if key not in {"tests", "published"}}


P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class Placed(Generic[P]):
    """A part with its module; None is a macro that is for all of them."""

    module: str | None
    part: P


@dataclass(slots=True)
class Bundle:
    """Parts by what is unique: names, and a method with a path whatever its parameters' names."""

    partial: bool = False
    datasources: dict[str, DatasourcePart] = field(default_factory=dict)
    modules: dict[str, ModulePart] = field(default_factory=dict)
    macros: dict[tuple[str | None, str], MacroPart] = field(default_factory=dict)
    endpoints: dict[tuple[str, str], Placed[EndpointPart]] = field(default_factory=dict)
    groups: dict[str, GroupPart] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many parts there are."""
        around = len(self.datasources) + len(self.modules) + len(self.groups)
        return around + len(self.macros) + len(self.endpoints)
