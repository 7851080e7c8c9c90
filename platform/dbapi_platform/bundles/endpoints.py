"""An endpoint of a bundle: what is live is published first, then the draft is saved."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlmodel import select

from ..errors import Conflict
from ..publishing.definition import CacheRule, Definition, PageRule
from ..publishing.diff import FieldChange, compare
from ..publishing.drafts import SavedDraft, named_datasource, save_as_it_is, save_draft
from ..publishing.endpoints import find_endpoint
from ..publishing.macro_texts import texts_kept
from ..publishing.modules import find_module
from ..publishing.stored import get_draft
from ..publishing.tests import save_test
from ..publishing.versions import Provenance, Published, publish
from ..store import Version
from .exporting import LIMITS, SAME
from .reporting import Item, ItemState, named
from .shapes import CachePart, DefinitionPart, EndpointPart, PagePart, Placed
from .work import Import

There = Placed[EndpointPart] | None
FORCED = "Imported from a bundle: the tests were not run here"


async def import_endpoint(
    work: Import, item: Item, placed: Placed[EndpointPart], there: There
) -> None:
    """Raises what saving and publishing raise, and Conflict where edits would be lost."""
    part = placed.part
    if there is not None:
        if part.published is False and there.part.published is not False:
            item.notes.append("is live here and stays so; unpublish it if it shall not be")
        if _is_as_wanted(placed, there):
            return
        if not work.wishes.overwrite:
            await _check_edits(work, part, there.part)
    published = None
    if isinstance(part.published, DefinitionPart):
        saved = await _save(work, placed, part.published)
        published = await _publish(work, saved, placed, there)
    saved = await _save(work, placed, part)
    for name, content in _new_tests(part, there).items():
        await save_test(
            work.session, work.caller, saved.endpoint.id, name=name, content=content,
            engine=work.engines.scripts.engine,
        )  # fmt: skip
    if part.published is True:
        published = await _publish(work, saved, placed, there)
    if published is not None and _has_tests(part, there):
        item.notes.append("its tests were not run")
    _tell(work, item, placed, there, published)


def _is_as_wanted(placed: Placed[EndpointPart], there: Placed[EndpointPart]) -> bool:
    wanted, found = placed.part, there.part
    return (
        placed.module == there.module
        and wanted.draft() == found.draft()
        and (wanted.published is False or _published(wanted) == _published(found))
        and not _new_tests(wanted, there)
    )


def _published(part: EndpointPart) -> Any:
    """As it is written: no macros and none told are the same."""
    return part.fields()["published"]


async def _check_edits(work: Import, part: EndpointPart, there: EndpointPart) -> None:
    if there.path != part.path:
        raise Conflict(f"the path is taken by {there.method} {there.path}, or overwrite it")
    whole = part.published if isinstance(part.published, DefinitionPart) else part
    if _edited(there) in (_edited(part), _edited(whole)):
        return
    endpoint = await find_endpoint(work.session, part.method, part.path)
    if endpoint is None:
        return
    draft = await get_draft(work.session, endpoint.id)
    kept = await work.session.exec(
        select(Version.id).where(Version.endpoint_id == endpoint.id, Version.hash == draft.hash)
    )
    if kept.first() is None:
        raise Conflict("has edits here that were never published; publish them, or overwrite them")


def _edited(part: DefinitionPart) -> dict[str, Any]:
    """What its author wrote: macros are renewed as they are published."""
    found = part.draft() if isinstance(part, EndpointPart) else part.fields()
    return {key: value for key, value in found.items() if key not in {"macros", "method"}}


async def _save(work: Import, placed: Placed[EndpointPart], part: DefinitionPart) -> SavedDraft:
    session, name = work.session, placed.module or ""
    datasource = await named_datasource(session, work.caller, part.datasource)
    definition = _definition(part, placed.part.method, str(datasource.id))
    # What is live says its macros, or that it has none; a draft takes the newest.
    given = part.macros if isinstance(part, EndpointPart) else part.macros or {}
    if given is None:
        return await save_draft(
            session, work.caller, definition, datasource=datasource, module=name,
            keep_transform=False, engines=work.engines,
        )  # fmt: skip
    module = await find_module(session, name)
    texts = {macro: (text.language, text.content) for macro, text in given.items()}
    macros = await texts_kept(session, texts, module.id if module else None)
    return await save_as_it_is(
        session, work.caller, msgspec.structs.replace(definition, macros=macros),
        datasource=datasource, module=name, engines=work.engines,
    )  # fmt: skip


async def _publish(
    work: Import, saved: SavedDraft, placed: Placed[EndpointPart], there: There
) -> Published:
    return await publish(
        work.session,
        saved.endpoint.id,
        caller=work.caller,
        message=work.wishes.message,
        provenance=Provenance(),
        engines=work.engines,
        tested=saved.frozen,
        forced=FORCED if _has_tests(placed.part, there) else None,
    )


def _has_tests(part: EndpointPart, there: There) -> bool:
    return bool(part.tests or (there and there.part.tests))


def _new_tests(part: EndpointPart, there: There) -> dict[str, str]:
    found = there.part.tests if there else {}
    return {name: text for name, text in part.tests.items() if found.get(name) != text}


def _tell(
    work: Import,
    item: Item,
    placed: Placed[EndpointPart],
    there: There,
    published: Published | None,
) -> None:
    if there is None:
        item.state = ItemState.CREATED
        return
    item.state = ItemState.CHANGED
    diff = compare(
        _definition(there.part, there.part.method, there.part.datasource),
        _definition(placed.part, placed.part.method, placed.part.datasource),
        before_label="draft here",
        after_label="bundle",
    )
    if published is not None and published.changed:
        diff = published.diff
    item.diff = named(diff, work.datasources, _more(placed, there))


def _more(placed: Placed[EndpointPart], there: Placed[EndpointPart]) -> Iterator[FieldChange]:
    """What a definition does not tell."""
    if placed.module != there.module:
        yield FieldChange("module", there.module, placed.module)
    for name, content in _new_tests(placed.part, there).items():
        yield FieldChange(f"tests.{name}", there.part.tests.get(name), content)
    before, after = _state(there.part), _state(placed.part)
    if after not in {before, "no"}:
        yield FieldChange("published", before, after)


def _state(part: EndpointPart) -> str:
    if isinstance(part.published, DefinitionPart):
        return "another than the draft"
    return "the draft" if part.published else "no"


def _plain(rule: CachePart | PagePart | None) -> dict[str, Any] | None:
    return None if rule is None else rule.model_dump()


def _definition(part: DefinitionPart, method: str, datasource_id: str) -> Definition:
    fields: dict[str, Any] = {name: getattr(part, name) for name in SAME} | {
        name: getattr(part.limits, name) for name in LIMITS
    }
    fields |= {
        "cache": msgspec.convert(_plain(part.cache), CacheRule | None),
        "page": msgspec.convert(_plain(part.page), PageRule | None),
    }
    return Definition(method=method, datasource_id=datasource_id, params=part.params, **fields)
