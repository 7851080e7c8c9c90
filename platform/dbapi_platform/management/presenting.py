"""Endpoints, diffs and runs of the publishing package in the API's shapes."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import msgspec
from fastapi import Response

from ..datasources.types import Rows
from ..engines.answers import Answer
from ..engines.script.envelope import Envelope
from ..publishing.columns import Columns, load_columns
from ..publishing.debugging import DebugRun
from ..publishing.definition import Definition
from ..publishing.diff import Diff
from ..publishing.endpoints import EndpointView
from ..publishing.tests import TestResult
from ..publishing.versions import Published
from ..store import Version
from .draft_shapes import KEPT, DefinitionAnswer
from .endpoint_shapes import (
    ColumnAnswer,
    EndpointAnswer,
    TestResultAnswer,
)
from .services import Services
from .version_shapes import (
    AvailabilityAnswer,
    DiffAnswer,
    FrozenMacroAnswer,
    ProvenanceIn,
    PublishedAnswer,
    VersionAnswer,
    WholeVersionAnswer,
)

_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


def endpoint_answer(services: Services, view: EndpointView) -> EndpointAnswer:
    """An endpoint as it is listed; `params` are the draft's, with those found in the template."""
    endpoint, draft = view.endpoint, view.draft
    return EndpointAnswer(
        **endpoint.model_dump(
            include={"id", "method", "path", "name", "description", "updated_at", "updated_by"}
        ),
        module=view.module,
        datasource=view.datasource,
        access=endpoint.access,
        state=view.state,
        live_version=view.live.number if view.live else None,
        latest_version=view.latest_version,
        url=f"{services.settings.public_url}/api/{endpoint.path}",
        params=[{"name": name, **fields} for name, fields in draft.params.items()],
    )


def definition_answer(view: EndpointView) -> DefinitionAnswer:
    """The draft in the shape that it is saved in."""
    stored = view.draft.definition
    return DefinitionAnswer(
        **{name: stored.get(name) for name in KEPT},
        method=view.endpoint.method,
        path=view.endpoint.path,
        module=view.module,
        datasource=view.datasource,
    )


def version_answer(version: Version, *, live: Version | None) -> VersionAnswer:
    """One version of a list."""
    return VersionAnswer(
        **version.model_dump(
            include={"number", "hash", "created_at", "created_by", "message", "forced"}
        ),
        **availability_answer(version).model_dump(),
        provenance=ProvenanceIn(
            **version.model_dump(include={"notebook", "cell_id", "git_commit"})
        ),
        is_live=live is not None and live.id == version.id,
        columns=columns_answer(load_columns(version.columns)),
    )


def availability_answer(version: Version) -> AvailabilityAnswer:
    """What of a version can be changed."""
    return AvailabilityAnswer.model_validate(version)


def whole_version_answer(
    version: Version, view: EndpointView, datasource: str
) -> WholeVersionAnswer:
    """One version with its definition, in the shape that drafts are saved in."""
    definition = Definition.from_dict(version.definition)
    stored = definition.as_dict()
    return WholeVersionAnswer(
        **version_answer(version, live=view.live).model_dump(),
        definition=DefinitionAnswer(
            **{name: stored[name] for name in ("method", "path", *KEPT)},
            module=view.module,
            datasource=datasource,
        ),
        macros=[FrozenMacroAnswer.model_validate(macro) for macro in definition.macros],
    )


def columns_answer(columns: Columns | None) -> list[ColumnAnswer] | None:
    """Columns with one type each."""
    if columns is None:
        return None
    return [ColumnAnswer.model_validate(column) for column in columns]


def diff_answer(diff: Diff) -> DiffAnswer:
    """A diff as JSON."""
    return DiffAnswer.model_validate(diff)


def published_answer(
    services: Services,
    published: Published,
    view: EndpointView,
    tests: Sequence[TestResult] = (),
) -> PublishedAnswer:
    """What is live now."""
    endpoint = endpoint_answer(services, view)
    return PublishedAnswer(
        version=published.version.number,
        created=published.created,
        changed=published.changed,
        url=endpoint.url,
        diff=diff_answer(published.diff),
        endpoint=endpoint,
        tests=[test_result_answer(result) for result in tests],
    )


def debug_response(run: DebugRun) -> Response:
    """A run's JSON, decimals exact: written as the gateway writes it."""
    answer, columns = run.answer, columns_answer(run.columns)
    payload = {
        "data": answer.data(),
        "envelope": _envelope(answer.envelope),
        "results": _results(answer),
        "elapsed_ms": round(run.elapsed_ms, 3),
        "params": run.values,
        "statements": [
            {"text": statement.text, "values": statement.values} for statement in answer.statements
        ],
        "logs": [asdict(line) for line in answer.logs],
        "version": run.version,
        "allowed": run.allowed,
        "columns": None if columns is None else [column.model_dump() for column in columns],
    }
    return Response(_encoder.encode(payload), media_type="application/json")


def _envelope(envelope: Envelope | None) -> dict[str, Any]:
    """What stands around `data`."""
    if envelope is None:
        return {"success": True, "message": None}
    more = {key: msgspec.Raw(value) for key, value in envelope.more.items()}
    return {"success": envelope.success, "message": envelope.message, **more}


def _results(answer: Answer) -> list[dict[str, Any]]:
    if answer.envelope is not None:
        return [{"kind": "value"}]
    return [_result(outcome) for outcome in answer.outcomes]


def test_result_answer(result: TestResult) -> TestResultAnswer:
    """How one test ended."""
    return TestResultAnswer(**asdict(result), passed=result.passed)


def _result(outcome: Any) -> dict[str, Any]:
    if isinstance(outcome, Rows):
        return {
            "kind": "rows",
            "columns": outcome.columns,
            "rows": outcome.rows,
            "truncated": outcome.truncated,
        }
    return {"kind": "affected", "count": outcome.count}
