"""`dbapi export | plan | import`: definitions as files, and how they move on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.syntax import Syntax
from rich.text import Text

from ..bundles.exporting import Selection, export_bundle
from ..bundles.files import read_directory, write_directory
from ..bundles.importing import import_bundle
from ..bundles.reading import read_bundle
from ..bundles.reporting import BundleConflicts, Item, ItemState, Report
from ..bundles.work import MESSAGE, Wishes
from ..bundles.writing import module_directory, write_bundle
from ..console import err, out
from ..management.bundle_shapes import report_answer
from .acting import acting, actor, caller, open_services
from .output import AsJson, print_json, print_table, say
from .running import run

CONFLICTS = 2
STYLES = {
    ItemState.CREATED: "green",
    ItemState.CHANGED: "yellow",
    ItemState.UNCHANGED: "dim",
    ItemState.CONFLICTING: "red",
    ItemState.ONLY_HERE: "dim",
}

Directory = Annotated[Path, typer.Argument(help="Where the bundle's files are.")]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Overwrite edits here that were never published.")
]
All = Annotated[bool, typer.Option("--all", help="Show also what stays as it is.")]
ShowDiff = Annotated[bool, typer.Option("--diff", help="Show what changes, line by line.")]


def add_bundles(app: typer.Typer, *, panel: str) -> None:
    """Make them commands of the app."""
    app.command("export", rich_help_panel=panel)(export)
    app.command("plan", rich_help_panel=panel)(plan)
    app.command("import", rich_help_panel=panel)(import_)


def export(
    directory: Directory,
    module: Annotated[
        list[str] | None, typer.Option(help="Only this module; may be given more than once.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write definitions as files, to be kept in git and imported elsewhere.

    Files of an earlier export that are no longer there are removed. Passwords, clients and users
    are not part of it.
    """
    selection = Selection(modules=tuple(module or ()))

    async def work() -> tuple[int, int, int]:
        async with acting("bundle.export") as session:
            files = write_bundle(await export_bundle(session, caller(), selection))
        inside = tuple(f"{module_directory(name)}/" for name in selection.modules)
        if selection.partial and (directory / "bundle.yaml").exists():
            # What is around the module stays as the whole export wrote it.
            files.pop("bundle.yaml")
        written, removed = write_directory(directory, files, within=inside or ("",))
        return len(files), written, removed

    files, written, removed = run(work)
    if as_json:
        print_json({"files": files, "written": written, "removed": removed})
    else:
        say(f"{files} files in {directory}: {written} written anew, {removed} removed.")


def plan(
    directory: Directory,
    overwrite: Overwrite = False,
    diff: ShowDiff = False,
    everything: All = False,
    as_json: AsJson = False,
) -> None:
    """Show what importing the bundle would do; nothing is changed. Conflicts end with status 2."""
    report = _import(directory, Wishes(overwrite=overwrite, dry_run=True), as_json=as_json)
    _tell(report, imported=False, diff=diff, everything=everything, as_json=as_json)


def import_(
    directory: Directory,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the plan.")] = False,
    overwrite: Overwrite = False,
    message: Annotated[
        str, typer.Option("--message", "-m", help="What the new versions are told to be.")
    ] = MESSAGE,
    diff: ShowDiff = False,
    everything: All = False,
    as_json: AsJson = False,
) -> None:
    """Import all of the bundle, or nothing where there is a conflict (status 2).

    What is only here stays. Tests of endpoints are imported and not run.
    """
    wishes = Wishes(overwrite=overwrite, dry_run=dry_run, message=message[:500])
    report = _import(directory, wishes, as_json=as_json)
    imported = not dry_run and not report.conflicts
    _tell(report, imported=imported, diff=diff, everything=everything, as_json=as_json)


def _import(directory: Path, wishes: Wishes, *, as_json: bool) -> Report:
    async def work() -> Report:
        bundle = read_bundle(read_directory(directory))
        async with open_services() as services:
            with _progress(shown=not as_json) as progress:
                try:
                    return await import_bundle(
                        services.database,
                        caller(),
                        actor("bundle.import"),
                        bundle,
                        rules=services.rules,
                        engines=services.engines,
                        wishes=wishes,
                        progress=progress,
                    )
                except BundleConflicts as conflicts:
                    return conflicts.report

    return run(work)


@contextmanager
def _progress(*, shown: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar for who waits at a terminal; gone when it is done."""
    with Progress(console=err, transient=True, disable=not (shown and err.is_terminal)) as bar:
        task = bar.add_task("Importing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell(report: Report, *, imported: bool, diff: bool, everything: bool, as_json: bool) -> None:
    if as_json:
        print_json(report_answer(report, imported=imported).model_dump(mode="json", by_alias=True))
    else:
        _print(report, imported=imported, diff=diff, everything=everything)
    if report.conflicts:
        raise typer.Exit(CONFLICTS)


def _print(report: Report, *, imported: bool, diff: bool, everything: bool) -> None:
    quiet = () if everything else (ItemState.UNCHANGED, ItemState.ONLY_HERE)
    shown = [item for item in report.items if item.state not in quiet or item.notes]
    if shown:
        print_table(
            ("", "what", "name", "module", ""),
            (
                (_state(item), item.kind.value, item.name, item.module or "", _remarks(item))
                for item in shown
            ),
        )
    for item in report.items if diff else ():
        _print_diff(item)
    counts = ", ".join(
        f"{count} {state.value.replace('_', ' ')}"
        for state, count in report.counts.items()
        if count
    )
    say(f"{'Imported' if imported else 'The plan'}: {counts or 'the bundle is empty'}.")
    if report.conflicts:
        say("Nothing is imported while there are conflicts.")


def _state(item: Item) -> Text:
    return Text(item.state.value.replace("_", " "), style=STYLES[item.state])


def _remarks(item: Item) -> str:
    changes = [change.field for change in item.diff.fields] if item.diff else []
    if item.diff and item.diff.content:
        changes.insert(0, "content")
    told = [item.reason] if item.reason else [", ".join(changes)] if changes else []
    told += item.notes
    told += [f"breaking: {text}" for text in item.diff.breaking] if item.diff else []
    return "\n".join(told)


def _print_diff(item: Item) -> None:
    if item.diff is None:
        return
    out.print(Text(f"{item.kind} {item.name}", style="bold"))
    for change in item.diff.fields:
        say(f"  {change.field}: {change.before!r} → {change.after!r}")
    if item.diff.content:
        out.print(Syntax(item.diff.content, "diff", background_color="default"))
