"""Macros: shared pieces of templates, versioned like endpoints, and who uses which version."""

import asyncio
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller
from ..engines.script import library as python_library
from ..engines.script.engine import ScriptEngine
from ..engines.sql import MacroSource
from ..engines.sql.library import check_macro, used_macros
from ..errors import Conflict, InvalidRequest, NotFound
from ..store import (
    Action,
    Draft,
    Endpoint,
    Macro,
    MacroVersion,
    Module,
    ResourceType,
    Version,
    lock,
)
from ..store.base import now
from .compiled import Engines
from .definition import Definition, MacroText
from .endpoints import names_of

Language = Literal["sql", "python"]


@dataclass(frozen=True, slots=True)
class MacroView:
    """A macro with its module's name and its versions' numbers."""

    macro: Macro
    module: str | None
    live: MacroVersion | None
    latest: int | None


@dataclass(frozen=True, slots=True)
class MacroUse:
    """A published endpoint and the version of the macro that it was published with."""

    endpoint: Endpoint
    version: int


async def save_macro(
    session: AsyncSession,
    caller: Caller,
    *,
    name: str,
    module: Module | None,
    content: str,
    language: Language,
    description: str | None,
    engines: Engines,
) -> tuple[Macro, bool]:
    """Save a macro's text, which nobody uses before it is published; tells if anything changed.

    Without a module it is for all of them. Raises InvalidDefinition, InvalidRequest, Forbidden.
    """
    if not name.isidentifier():
        raise InvalidRequest.of("name", "expected letters, digits and _")
    module_id = module.id if module else None
    macro = await lock_macro(session, caller, name, module)
    if macro is not None and macro.language != language:
        raise InvalidRequest.of("language", f"the macro '{name}' is written in {macro.language}")
    others = [
        (other.name, other.content)
        for other in await visible_macros(session, module_id)
        if other.name != name and other.language == language
    ]
    await _check(name, content, others, language, engines)
    if macro and (macro.content, macro.description) == (content, description):
        return macro, False
    macro = macro or Macro(name=name, module_id=module_id, language=language, content="")
    macro.content, macro.description = content, description
    macro.updated_by = caller.username
    session.add(macro)
    await session.commit()
    return macro, True


async def lock_macro(
    session: AsyncSession, caller: Caller, name: str, module: Module | None
) -> Macro | None:
    """The macro that saving would change, kept from others; None if it would make one.

    Raises Forbidden or NotFound when the caller may not.
    """
    module_id = module.id if module else None
    macro = await find_macro(session, name, module_id)
    action = Action.UPDATE if macro else Action.CREATE
    caller.require(ResourceType.MACRO, action, macro.id if macro else None, module_id=module_id)
    return await lock(session, Macro, macro.id) if macro else None


async def _check(
    name: str,
    content: str,
    others: Sequence[tuple[str, str]],
    language: Language,
    engines: Engines,
) -> None:
    if language == "python":
        await python_library.check_macro(engines.scripts.engine, (name, content), others)
        return
    sources = [MacroSource(*other) for other in others]
    most = engines.limits.sql.max_template_bytes
    await asyncio.to_thread(check_macro, MacroSource(name, content), sources, max_bytes=most)


async def publish_macro(
    session: AsyncSession, macro_id: uuid.UUID, *, caller: Caller, message: str | None
) -> tuple[MacroVersion, bool]:
    """Make the text a version, or an older one of the same text live; tells if it is new.

    Endpoints keep the text that they were published with.
    """
    macro = await lock(session, Macro, macro_id)
    if macro is None:
        raise NotFound("There is no such macro")
    caller.require(ResourceType.MACRO, Action.PUBLISH, macro.id, module_id=macro.module_id)
    digest = hashlib.sha256(macro.content.encode()).hexdigest()
    rows = await session.exec(
        select(MacroVersion).where(MacroVersion.macro_id == macro.id, MacroVersion.hash == digest)
    )
    version = rows.first()
    created = version is None
    if version is None:
        highest = await session.exec(
            select(func.max(MacroVersion.number)).where(MacroVersion.macro_id == macro.id)
        )
        version = MacroVersion(
            macro_id=macro.id, number=(highest.one() or 0) + 1, hash=digest, content=macro.content,
            message=message, created_at=now(), created_by=caller.username,
        )  # fmt: skip
        session.add(version)
    macro.published_version_id = version.id
    session.add(macro)
    await session.commit()
    return version, created


async def delete_macro(session: AsyncSession, macro: Macro, caller: Caller) -> None:
    """Raises Conflict while a draft uses it; versions of endpoints keep their own copy."""
    drafts = await session.exec(select(Draft, Endpoint).join(Endpoint).order_by(Endpoint.path))
    users = [
        endpoint
        for draft, endpoint in drafts
        if any(_is_of(used, macro) for used in draft.definition.get("macros", ()))
    ]
    if users:
        raise Conflict(f"The macro '{macro.name}' is used by {names_of(users, caller)}")
    await session.delete(macro)
    await session.commit()


async def get_macro(session: AsyncSession, macro_id: uuid.UUID) -> Macro:
    """Raises NotFound."""
    macro = await session.get(Macro, macro_id, populate_existing=True)
    if macro is None:
        raise NotFound("There is no such macro")
    return macro


async def find_macro(session: AsyncSession, name: str, module_id: uuid.UUID | None) -> Macro | None:
    """The module's own macro of this name; without a module, the one for all of them."""
    rows = await session.exec(
        select(Macro).where(
            Macro.name == name, col(Macro.module_id).is_not_distinct_from(module_id)
        )
    )
    return rows.first()


async def view_macros(session: AsyncSession, *ids: uuid.UUID) -> list[MacroView]:
    """These macros, or all, by module and name."""
    rows = await session.exec(
        select(Macro, Module.name, MacroVersion)
        .join(Module, isouter=True)
        .join(MacroVersion, col(MacroVersion.id) == Macro.published_version_id, isouter=True)
        .where(col(Macro.id).in_(ids) if ids else col(Macro.id).is_not(None))
        .order_by(col(Module.name), Macro.name)
    )
    latest = await session.exec(
        select(MacroVersion.macro_id, func.max(MacroVersion.number)).group_by(
            col(MacroVersion.macro_id)
        )
    )
    numbers = dict(latest.all())
    return [MacroView(macro, module, live, numbers.get(macro.id)) for macro, module, live in rows]


async def list_versions(session: AsyncSession, macro: Macro) -> list[MacroVersion]:
    """Newest first."""
    rows = await session.exec(
        select(MacroVersion)
        .where(MacroVersion.macro_id == macro.id)
        .order_by(col(MacroVersion.number).desc())
    )
    return list(rows)


async def uses_of(session: AsyncSession, macro: Macro) -> list[MacroUse]:
    """The published endpoints that were published with it."""
    rows = await session.exec(
        select(Endpoint, Version)
        .join(Version, col(Version.id) == Endpoint.published_version_id)
        .order_by(Endpoint.path, Endpoint.method)
    )
    return [
        MacroUse(endpoint, used["version"])
        for endpoint, version in rows
        for used in version.definition.get("macros", ())
        if _is_of(used, macro)
    ]


async def macros_for(
    session: AsyncSession,
    definition: Definition,
    module_id: uuid.UUID | None,
    engine: ScriptEngine,
) -> tuple[MacroText, ...]:
    """The newest published text of every macro that the definition uses in this module."""
    macros = {
        macro.published_version_id: macro for macro in await visible_macros(session, module_id)
    }
    if not macros:
        return ()
    versions = await session.exec(select(MacroVersion).where(col(MacroVersion.id).in_(macros)))
    texts = [
        MacroText(
            id=str(macros[version.id].id),
            name=macros[version.id].name,
            version=version.number,
            text=version.content,
            language="python" if macros[version.id].language == "python" else "sql",
        )
        for version in versions
    ]
    used = await _used(definition, texts, engine)
    return tuple(sorted((text for text in texts if text.name in used), key=_by_name))


async def _used(
    definition: Definition, macros: Sequence[MacroText], engine: ScriptEngine
) -> set[str]:
    sql = [MacroSource(macro.name, macro.text) for macro in macros if macro.language == "sql"]
    python = [(macro.name, macro.text) for macro in macros if macro.language == "python"]
    used = set[str]()
    if sql and definition.engine == "sql":
        found = await asyncio.to_thread(used_macros, definition.content, sql)
        used.update(macro.name for macro in found)
    texts = scripts_of(definition)
    if python and texts:
        used.update(await python_library.used_macros(engine, texts, python))
    return used


def scripts_of(definition: Definition) -> list[str]:
    """Every text of the definition that is Python."""
    texts = [definition.content] if definition.engine == "script" else []
    texts += [definition.transform] if definition.transform else []
    declared = [
        each.get("validate") for each in definition.params.values() if isinstance(each, dict)
    ]
    return texts + [text for text in declared if isinstance(text, str)]


def _by_name(macro: MacroText) -> str:
    return macro.name


async def visible_macros(session: AsyncSession, module_id: uuid.UUID | None) -> Sequence[Macro]:
    """The module's macros and the global ones, of two with one name the module's."""
    rows = await session.exec(
        select(Macro)
        .where(or_(col(Macro.module_id).is_(None), col(Macro.module_id) == module_id))
        .order_by(Macro.name)
    )
    by_name: dict[str, Macro] = {}
    for macro in rows:
        if macro.module_id is not None or macro.name not in by_name:
            by_name[macro.name] = macro
    return list(by_name.values())


def _is_of(used: dict[str, object], macro: Macro) -> bool:
    return used["id"] == str(macro.id)
