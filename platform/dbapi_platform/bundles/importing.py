"""A bundle into an installation: all of it or nothing, by the services that everybody uses."""

from functools import partial

from ..access.permissions import Caller
from ..publishing.compiled import Engines
from ..publishing.datasources import DatasourceRules, list_datasources
from ..publishing.modules import list_modules
from ..store import Actor, Database, act_as
from .endpoints import import_endpoint
from .exporting import export_bundle
from .macros import import_macros
from .reporting import BundleConflicts, Item, ItemState, Kind, Report
from .shapes import Bundle
from .surroundings import import_datasource, import_group, import_module
from .work import Import, Progress, Wishes


async def import_bundle(
    database: Database,
    caller: Caller,
    actor: Actor,
    bundle: Bundle,
    *,
    rules: DatasourceRules,
    engines: Engines,
    wishes: Wishes,
    progress: Progress = lambda _done, _total: None,
) -> Report:
    """What was done, or would be. The plan is the import itself, tried in vain.

    Raises BundleConflicts when anything stands in the way, and then nothing is kept.
    """
    async with database.all_or_nothing(keep=not wishes.dry_run) as session:
        act_as(session, actor)
        here = await export_bundle(session, caller)
        work = Import(session, caller, rules, engines, wishes, bundle, here, progress)
        await _import(work)
        _add_only_here(work.report, bundle, here)
        if work.report.conflicts and not wishes.dry_run:
            raise BundleConflicts(work.report)
    return work.report


async def _import(work: Import) -> None:
    bundle, session = work.bundle, work.session
    for datasource in bundle.datasources.values():
        item = Item(Kind.DATASOURCE, datasource.name)
        await work.attempt(item, partial(import_datasource, work, item, datasource))
    rows = await list_datasources(session)
    work.datasources = {str(row.id): row.name for row in rows}
    for module in bundle.modules.values():
        item = Item(Kind.MODULE, module.name)
        await work.attempt(item, partial(import_module, work, item, module))
    # While they are held, the session need not read them anew for each endpoint.
    held = (rows, await list_modules(session))
    await import_macros(work)
    # Drafts are compared as they are with the macros that are published now.
    here = await export_bundle(session, work.caller) if bundle.macros else work.here
    for key, placed in bundle.endpoints.items():
        item = Item(Kind.ENDPOINT, f"{key[0]} {placed.part.path}", placed.module)
        there = here.endpoints.get(key)
        await work.attempt(item, partial(import_endpoint, work, item, placed, there))
    for group in bundle.groups.values():
        item = Item(Kind.GROUP, group.name)
        await work.attempt(item, partial(import_group, work, item, group))
    del held


def _add_only_here(report: Report, bundle: Bundle, here: Bundle) -> None:
    """Of what a partial bundle does not speak of, only what is in its modules."""
    found: list[Item] = []
    if not bundle.partial:
        for kind, there, ours in (
            (Kind.DATASOURCE, here.datasources, bundle.datasources),
            (Kind.MODULE, here.modules, bundle.modules),
            (Kind.GROUP, here.groups, bundle.groups),
        ):
            found += [Item(kind, name) for name in there if name not in ours]
    speaks_of: set[str | None] = set(bundle.modules if bundle.partial else here.modules)
    speaks_of |= set() if bundle.partial else {None}
    for owner, name in here.macros:
        if (owner, name) not in bundle.macros and owner in speaks_of:
            found.append(Item(Kind.MACRO, name, owner))
    for key, placed in here.endpoints.items():
        if key not in bundle.endpoints and placed.module in speaks_of:
            found.append(Item(Kind.ENDPOINT, f"{key[0]} {placed.part.path}", placed.module))
    for item in found:
        item.state = ItemState.ONLY_HERE
        report.items.append(item)
