"""An installation, or some of it, as a bundle: what the caller may read."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller
from ..engines.declaration import KEYS
from ..errors import NotFound
from ..publishing.datasources import list_datasources
from ..publishing.definition import CacheRule, Definition, PageRule
from ..publishing.endpoints import EndpointView, views_of
from ..publishing.listing import EndpointFilter
from ..publishing.macros import MacroView, view_macros
from ..publishing.modules import DEFAULT_MODULE, list_modules
from ..publishing.paths import normalise_method, normalise_path, path_key
from ..store import (
    Action,
    Datasource,
    Endpoint,
    EndpointTest,
    Group,
    GroupEndpoint,
    Module,
    ResourceType,
)
from .shapes import (
    Bundle,
    DatasourcePart,
    DefinitionPart,
    EndpointPart,
    GroupPart,
    LimitsPart,
    MacroPart,
    MacroTextPart,
    ModulePart,
    Placed,
    PublishedMacro,
)

PAGE = 500
R = ResourceType
# What a definition and its file call the same.
SAME = (
    "path", "name", "description", "engine", "access", "unknown_params", "allow_async", "transform",
    "content",
)  # fmt: skip
LIMITS = ("timeout", "max_rows", "rate_limit", "max_concurrent", "max_export_rows")
RULES = ("cache", "page")


@dataclass(frozen=True, slots=True)
class Selection:
    """Modules by name, endpoints as ids or `GET path`; with neither it is everything."""

    modules: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()

    @property
    def partial(self) -> bool:
        return bool(self.modules or self.endpoints)


@dataclass(slots=True)
class _Store:
    """What is read once."""

    datasources: dict[str, Datasource]
    macros: dict[tuple[str | None, str], MacroView]
    tests: dict[uuid.UUID, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


async def export_bundle(
    session: AsyncSession, caller: Caller, selection: Selection | None = None
) -> Bundle:
    """Raises NotFound for a module or an endpoint that is selected and not there."""
    selection = selection or Selection()
    modules = await list_modules(session)
    views = await _endpoints(session, caller)
    if selection.partial:
        readable = {row.name for row in modules if _may_read(caller, R.MODULE, row.id)}
        views = _selected(selection, readable, views)
    store = _Store(
        {str(row.id): row for row in await list_datasources(session)},
        {(view.module, view.macro.name): view for view in await view_macros(session)},
    )
    for test in await session.exec(select(EndpointTest)):
        store.tests[test.endpoint_id][test.name] = test.content
    bundle = Bundle(partial=selection.partial)
    for view in views:
        key = (view.endpoint.method, view.endpoint.path_key)
        bundle.endpoints[key] = Placed(view.module, _endpoint(view, store))
    _add_around(bundle, caller, selection, modules, views, store)
    if not selection.partial:
        await _add_groups(bundle, session, caller, views)
    return bundle


async def _endpoints(session: AsyncSession, caller: Caller) -> list[EndpointView]:
    wanted = EndpointFilter(visible=caller.visible(R.ENDPOINT, Action.READ))
    rows = select(Endpoint.id).where(*wanted.conditions()).order_by(Endpoint.path, Endpoint.method)
    ids = list(await session.exec(rows))
    views: list[EndpointView] = []
    for start in range(0, len(ids), PAGE):
        views += await views_of(session, ids[start : start + PAGE])
    return views


def _selected(
    selection: Selection, modules: set[str], views: list[EndpointView]
) -> list[EndpointView]:
    for name in selection.modules:
        if name not in modules:
            raise NotFound(f"There is no module named '{name}'")
    ids = {str(view.endpoint.id): view.endpoint.id for view in views}
    named = {(view.endpoint.method, view.endpoint.path_key): view.endpoint.id for view in views}
    wanted = set[uuid.UUID]()
    for text in selection.endpoints:
        found = ids.get(text.lower()) or named.get(_key(text))
        if found is None:
            raise NotFound(f"There is no endpoint {text}")
        wanted.add(found)
    return [
        view for view in views if view.endpoint.id in wanted or view.module in selection.modules
    ]


def _key(text: str) -> tuple[str, str]:
    method, _, path = text.strip().partition(" ")
    return (normalise_method(method), path_key(normalise_path(path))) if path else ("", "")


def _add_around(
    bundle: Bundle,
    caller: Caller,
    selection: Selection,
    modules: Iterable[Module],
    views: Iterable[EndpointView],
    store: _Store,
) -> None:
    """The modules, macros and datasources: all, or those that the endpoints need."""
    inside: set[str | None] = {*(view.module for view in views), *selection.modules}
    definitions = [found for view in views for found in _definitions(view)]
    datasources = {definition.datasource_id for definition in definitions}
    macros = {macro.id for definition in definitions for macro in definition.macros}
    everything = not selection.partial
    for key, view in store.macros.items():
        wanted = everything or view.module in selection.modules or str(view.macro.id) in macros
        if wanted and _may_read(caller, R.MACRO, view.macro.id, view.macro.module_id):
            bundle.macros[key] = _macro(view)
            inside |= {view.module} - {None}
    for module in modules:
        is_told = (
            everything and not _is_untouched(module) and _may_read(caller, R.MODULE, module.id)
        )
        # What is in a module needs it, and tells its name.
        if module.name in inside or is_told:
            bundle.modules[module.name] = ModulePart.model_validate(
                module.model_dump(include=set(ModulePart.model_fields))
            )
    for row in store.datasources.values():
        wanted = everything or str(row.id) in datasources
        if wanted and _may_read(caller, R.DATASOURCE, row.id):
            bundle.datasources[row.name] = DatasourcePart.model_validate(
                row.model_dump(include=set(DatasourcePart.model_fields))
            )


async def _add_groups(
    bundle: Bundle, session: AsyncSession, caller: Caller, views: Iterable[EndpointView]
) -> None:
    names = {view.endpoint.id: f"{view.endpoint.method} {view.endpoint.path}" for view in views}
    inside: dict[uuid.UUID, list[str]] = defaultdict(list)
    links = await session.exec(
        select(GroupEndpoint).join(Endpoint).order_by(Endpoint.path, Endpoint.method)
    )
    for link in links:
        if link.endpoint_id in names:
            inside[link.group_id].append(names[link.endpoint_id])
    for row in await session.exec(select(Group).order_by(Group.name)):
        if _may_read(caller, R.GROUP, row.id):
            bundle.groups[row.name] = GroupPart(
                name=row.name,
                description=row.description,
                is_active=row.is_active,
                endpoints=sorted(inside[row.id], key=lambda name: name.split(" ")[::-1]),
            )


def _is_untouched(module: Module) -> bool:
    """The module that every installation begins with, as it begins: there is nothing to tell."""
    is_plain = module.description is None and module.sort_order == 0 and module.is_active
    return module.name == DEFAULT_MODULE and is_plain


def _may_read(
    caller: Caller, kind: ResourceType, row_id: uuid.UUID, module_id: uuid.UUID | None = None
) -> bool:
    return caller.allows(kind, Action.READ, row_id, module_id=module_id)


def _definitions(view: EndpointView) -> list[Definition]:
    rows = [view.draft.definition] + ([view.live.definition] if view.live else [])
    return [Definition.from_dict(row) for row in rows]


def _endpoint(view: EndpointView, store: _Store) -> EndpointPart:
    draft = Definition.from_dict(view.draft.definition)
    published: bool | DefinitionPart = view.live is not None
    if view.live is not None and view.live.hash != view.draft.hash:
        live = Definition.from_dict(view.live.definition)
        published = DefinitionPart.model_validate(
            _fields(live, store) | {"macros": _macro_texts(live)}
        )
    return EndpointPart(
        **_fields(draft, store),
        method=view.endpoint.method,
        macros=None if _is_newest(draft, view.module, store) else _macro_texts(draft),
        # Databases sort texts differently.
        tests=dict(sorted(store.tests.get(view.endpoint.id, {}).items())),
        published=published,
    )


def _fields(definition: Definition, store: _Store) -> dict[str, Any]:
    limits = {name: getattr(definition, name) for name in LIMITS}
    limits["max_export_rows"] = definition.own_export_rows
    return {name: getattr(definition, name) for name in SAME} | {
        "datasource": store.datasources[definition.datasource_id].name,
        "limits": LimitsPart(**limits),
        **{name: _rule(getattr(definition, name)) for name in RULES},
        "params": {name: _in_order(fields) for name, fields in definition.params.items()},
    }


def _rule(rule: CacheRule | PageRule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    fields = msgspec.structs.asdict(rule).items()
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields}


def _in_order(fields: Mapping[str, object]) -> dict[str, object]:
    known = {key: fields[key] for key in KEYS if key in fields}
    return known | {key: value for key, value in fields.items() if key not in known}


def _macro_texts(definition: Definition) -> dict[str, MacroTextPart]:
    return {
        macro.name: MacroTextPart(language=macro.language, content=macro.text)
        for macro in definition.macros
    }


def _is_newest(definition: Definition, module: str, store: _Store) -> bool:
    """Whether saving it anew would take the very same texts of its macros."""
    for macro in definition.macros:
        owns = (module, macro.name) in store.macros
        view = store.macros.get((module if owns else None, macro.name))
        if view is None or view.live is None or view.macro.language != macro.language:
            return False
        if view.live.content != macro.text:
            return False
    return True


def _macro(view: MacroView) -> MacroPart:
    macro, live = view.macro, view.live
    published: bool | PublishedMacro = live is not None
    if live is not None and live.content != macro.content:
        published = PublishedMacro(content=live.content)
    return MacroPart(
        name=macro.name,
        language="python" if macro.language == "python" else "sql",
        description=macro.description,
        content=macro.content,
        published=published,
    )
