"""Endpoints, diffs and runs of the publishing package in the API's shapes."""

from dataclasses import asdict
from typing import Any

import msgspec
from fastapi import Response

from ..datasources.types import Rows
from ..engines.sql import to_data
from ..publishing.diff import Diff
from ..publishing.drafts import DebugRun
from ..publishing.endpoints import EndpointView
from ..publishing.versions import Published
from ..store import Version
from .services import Services
from .shapes import DiffAnswer, EndpointAnswer, ProvenanceIn, PublishedAnswer, VersionAnswer

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
        access=draft.definition["access"],
        state=view.state,
        live_version=view.live.number if view.live else None,
        latest_version=view.latest_version,
        url=f"{services.settings.public_url}/api/{endpoint.path}",
        params=[{"name": name, **fields} for name, fields in draft.params.items()],
    )


def version_answer(version: Version, *, live: Version | None) -> VersionAnswer:
    """One version of a list."""
    return VersionAnswer(
        **version.model_dump(include={"number", "hash", "created_at", "created_by", "message"}),
        provenance=ProvenanceIn(
            **version.model_dump(include={"notebook", "cell_id", "git_commit"})
        ),
        is_live=live is not None and live.id == version.id,
    )


def diff_answer(diff: Diff) -> DiffAnswer:
    """A diff as JSON."""
    return DiffAnswer.model_validate(asdict(diff))


def published_answer(
    services: Services, published: Published, view: EndpointView
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
    )


def debug_response(run: DebugRun) -> Response:
    """A run's JSON, decimals exact: written as the gateway writes it."""
    payload = {
        "data": to_data(run.outcomes),
        "results": [_result(outcome) for outcome in run.outcomes],
        "elapsed_ms": round(run.elapsed_ms, 3),
        "params": run.values,
        "statements": [
            {"text": statement.text, "values": statement.values} for statement in run.statements
        ],
    }
    return Response(_encoder.encode(payload), media_type="application/json")


def _result(outcome: Any) -> dict[str, Any]:
    if isinstance(outcome, Rows):
        return {
            "kind": "rows",
            "columns": outcome.columns,
            "rows": outcome.rows,
            "truncated": outcome.truncated,
        }
    return {"kind": "affected", "count": outcome.count}
