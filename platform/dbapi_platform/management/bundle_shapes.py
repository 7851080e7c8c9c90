"""Bodies and answers about bundles."""

from typing import Annotated

from pydantic import Field, StringConstraints

from ..bundles.reporting import Item, ItemState, Kind, Report
from .body import Body
from .presenting import diff_answer
from .shapes import Answer, Text
from .version_shapes import (
    DiffAnswer,
)


class BundleQuery(Body):
    """Some of the installation; without either, all that the caller may read."""

    module: list[Annotated[str, StringConstraints(max_length=100)]] = Field(
        default_factory=list, max_length=100
    )
    endpoint: list[Annotated[str, StringConstraints(max_length=520)]] = Field(
        default_factory=list,
        # As many as an address has room for.
        max_length=50,
        description="An id, or a method and a path: `GET orders/{id}`",
    )


class PlanQuery(Body):
    """Whether edits that are only here may be overwritten."""

    overwrite: bool = False


class ImportQuery(PlanQuery):
    dry_run: bool = False
    message: Text | None = None


class BundleIn(Body):
    """The texts of a bundle's files by their paths: `{"bundle.yaml": "format: 1\\n", …}`."""

    files: Annotated[dict[str, str], Field(max_length=20_000)]


class BundleItemAnswer(Answer):
    kind: Kind
    name: str
    module: str | None
    state: ItemState
    reason: str | None = Field(description="Why it conflicts.")
    notes: list[str]
    diff: DiffAnswer | None


class BundleCounts(Answer):
    created: int
    changed: int
    unchanged: int
    conflicting: int
    only_here: int


class BundleReportAnswer(Answer):
    """What an import did, or would do; `imported` tells which."""

    imported: bool
    counts: BundleCounts
    items: list[BundleItemAnswer]


def report_answer(report: Report, *, imported: bool) -> BundleReportAnswer:
    """A report as JSON."""
    return BundleReportAnswer(
        imported=imported,
        counts=BundleCounts.model_validate(report.counts),
        items=[_item_answer(item) for item in report.items],
    )


def _item_answer(item: Item) -> BundleItemAnswer:
    return BundleItemAnswer(
        kind=item.kind,
        name=item.name,
        module=item.module,
        state=item.state,
        reason=item.reason,
        notes=item.notes,
        diff=diff_answer(item.diff) if item.diff else None,
    )
