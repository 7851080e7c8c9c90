"""Macros of a bundle: the texts that are live first, then those that are edited."""

import hashlib
from dataclasses import dataclass

from sqlmodel import select

from ..engines.errors import InvalidDefinition
from ..errors import Conflict
from ..publishing.diff import Diff, unified
from ..publishing.macros import find_macro, publish_macro, save_macro
from ..publishing.modules import find_module
from ..store import MacroVersion, Module
from .reporting import Item, ItemState, Kind, changes_of
from .shapes import MacroPart
from .work import REFUSALS, Import

Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class _Step:
    """A text to save, and perhaps to publish."""

    item: Item
    part: MacroPart
    content: str
    publish: bool


async def import_macros(work: Import) -> None:
    """Saved and published as the bundle has them."""
    live: list[_Step] = []
    edited: list[_Step] = []
    for key, part in work.bundle.macros.items():
        item = Item(Kind.MACRO, part.name, key[0])
        work.begin(item)
        try:
            if await _is_to_do(work, item, key, part):
                if part.live is not None:
                    live.append(_Step(item, part, part.live, publish=True))
                if part.live != part.content:
                    edited.append(_Step(item, part, part.content, publish=False))
        except REFUSALS as refusal:
            await work.refuse(item, refusal)
    await _take(work, live)
    await _take(work, edited)


async def _is_to_do(work: Import, item: Item, key: Key, part: MacroPart) -> bool:
    there = work.here.macros.get(key)
    if there is None:
        item.state = ItemState.CREATED
        return True
    stays_live = part.published is False and there.published is not False
    wanted = part.model_copy(update={"published": there.published}) if stays_live else part
    if stays_live:
        item.notes.append("is published here and stays so")
    if there == wanted:
        return False
    if there.content not in {part.content, part.live} and not work.wishes.overwrite:
        await _check_edits(work, key, there)
    before, after = there.fields(), wanted.fields()
    item.state, item.diff = ItemState.CHANGED, Diff(
        "here", "bundle",
        content=unified(there.content, part.content, "here", "bundle"),
        fields=tuple(change for change in changes_of(before, after) if change.field != "content"),
        contract=(),
    )  # fmt: skip
    return True


async def _check_edits(work: Import, key: Key, there: MacroPart) -> None:
    """Raises Conflict for a text that would be lost: no version has it."""
    module = await _module(work, key[0])
    macro = await find_macro(work.session, there.name, module.id if module else None)
    if macro is None:
        return
    digest = hashlib.sha256(there.content.encode()).hexdigest()
    kept = await work.session.exec(
        select(MacroVersion.id).where(
            MacroVersion.macro_id == macro.id, MacroVersion.hash == digest
        )
    )
    if kept.first() is None:
        raise Conflict("has edits here that were never published; publish them, or overwrite them")


async def _take(work: Import, steps: list[_Step]) -> None:
    """In whatever order they can be: a name may be free only once another macro has let it go."""
    while steps:
        waiting: list[tuple[_Step, InvalidDefinition]] = []
        for step in steps:
            if step.item.state is ItemState.CONFLICTING:
                continue
            try:
                await _save(work, step)
            except InvalidDefinition as problem:
                await work.session.rollback()
                waiting.append((step, problem))
            except REFUSALS as error:
                await work.refuse(step.item, error)
        if len(waiting) == len(steps):
            for step, refusal in waiting:
                await work.refuse(step.item, refusal)
            return
        steps = [step for step, _ in waiting]


async def _save(work: Import, step: _Step) -> None:
    part = step.part
    macro, _ = await save_macro(
        work.session, work.caller, name=part.name, module=await _module(work, step.item.module),
        content=step.content, language=part.language, description=part.description,
        engines=work.engines,
    )  # fmt: skip
    if step.publish:
        await publish_macro(work.session, macro.id, caller=work.caller, message=work.wishes.message)


async def _module(work: Import, name: str | None) -> Module | None:
    """Raises Conflict for one that is missing, because it conflicts itself."""
    if name is None:
        return None
    module = await find_module(work.session, name)
    if module is None:
        raise Conflict(f"there is no module named '{name}'")
    return module
