"""Drafts looked at while they are typed."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body

from ...engines.parameters import dump_parameters
from ...publishing.draft_checking import check_draft as check
from ...publishing.problems import in_order
from ...store import Action, ResourceType
from ..check_shapes import CheckAnswer, ProblemAnswer
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs
from ..typed_drafts import read_typed

router = APIRouter(tags=["endpoints"])

R, A = ResourceType.ENDPOINT, Action
# What is described is what should be sent; what is wrong with it is told in the answer.
DRAFT: dict[str, Any] = {
    "requestBody": {
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/DraftIn"}}}
    }
}


@router.post("/drafts/check", dependencies=[needs(R, A.UPDATE)], openapi_extra=DRAFT)
async def check_draft(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    body: Annotated[dict[str, Any], Body()],
) -> CheckAnswer:
    """Tell everything that is wrong with a draft; nothing is stored, and nothing is run."""
    typed, problems = read_typed(body)
    checked = await check(session, caller, typed, engines=services.engines)
    view = checked.view
    return CheckAnswer(
        endpoint_id=view.endpoint.id if view else None,
        state=view.state if view else None,
        live_version=view.live.number if view and view.live else None,
        changed=checked.changed or bool(problems),
        differs_from_live=checked.differs_from_live or bool(problems),
        params=[
            {"name": name, **fields} for name, fields in dump_parameters(checked.parameters).items()
        ],
        problems=[
            ProblemAnswer(**asdict(problem)) for problem in in_order((*problems, *checked.problems))
        ],
    )
