"""What every part of an import works with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller
from ..engines.errors import InvalidDefinition
from ..engines.script.errors import ScriptError
from ..errors import PlatformError
from ..publishing.compiled import Engines
from ..publishing.datasources import DatasourceRules
from .reporting import Item, ItemState, Report
from .shapes import Bundle

MESSAGE = "Imported from a bundle"
Progress = Callable[[int, int], None]
REFUSALS = (PlatformError, InvalidDefinition, ScriptError)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to import: whether edits that are only here may go, and what versions are told."""

    overwrite: bool = False
    dry_run: bool = False
    message: str = MESSAGE


@dataclass(slots=True)
class Import:
    """What each part of the work needs; `here` is the installation as it was before.

    `datasources` are their names by their ids.
    """

    session: AsyncSession
    caller: Caller
    rules: DatasourceRules
    engines: Engines
    wishes: Wishes
    bundle: Bundle
    here: Bundle
    progress: Progress
    report: Report = field(default_factory=Report)
    datasources: Mapping[str, str] = field(default_factory=dict)

    async def attempt(self, item: Item, work: Callable[[], Awaitable[None]]) -> None:
        """Do it; what refuses it is told as a conflict, and the rest is tried all the same."""
        self.begin(item)
        try:
            await work()
        except REFUSALS as refusal:
            await self.refuse(item, refusal)

    def begin(self, item: Item) -> None:
        """Another part of the bundle."""
        self.report.items.append(item)
        self.progress(len(self.report.items), len(self.bundle))

    async def refuse(self, item: Item, refusal: Exception) -> None:
        """The part conflicts; what it had begun is undone."""
        await self.session.rollback()
        item.state, item.reason, item.diff = ItemState.CONFLICTING, told(refusal), None


def told(refusal: Exception) -> str:
    """What refuses a part, in a line."""
    if isinstance(refusal, InvalidDefinition):
        return "; ".join(
            f"{problem.field}{f', line {problem.line}' if problem.line else ''}: {problem.message}"
            for problem in refusal.problems
        )
    return refusal.message if isinstance(refusal, PlatformError | ScriptError) else str(refusal)
