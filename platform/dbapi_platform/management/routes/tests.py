"""Tests of an endpoint: saved, listed, run on its draft."""

import uuid

from fastapi import APIRouter

from ...publishing import tests
from ...store import Action, ResourceType
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs, note_run, permitted
from ..endpoint_shapes import (
    SavedTestAnswer,
    TestAnswer,
    TestIn,
    TestName,
    TestRunAnswer,
    TestRunIn,
)
from ..paging import Page
from ..presenting import test_result_answer

router = APIRouter(prefix="/endpoints/{endpoint_id}/tests", tags=["tests"])

R, A = ResourceType.ENDPOINT, Action


@router.get("", dependencies=[needs(R, A.READ)])
async def list_(session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID) -> Page[TestAnswer]:
    """The endpoint's tests by name."""
    await permitted(session, caller, A.READ, endpoint_id)
    rows = await tests.list_tests(session, endpoint_id)
    return Page(items=[TestAnswer.model_validate(row) for row in rows], total=len(rows))


@router.put("/{name}", dependencies=[needs(R, A.UPDATE)])
async def save(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    endpoint_id: uuid.UUID,
    name: TestName,
    body: TestIn,
) -> SavedTestAnswer:
    """Save a test. It is not run; publishing runs it."""
    await permitted(session, caller, A.UPDATE, endpoint_id)
    row, created, changed = await tests.save_test(
        session, caller, endpoint_id, name=name, content=body.content,
        engine=services.engines.scripts.engine,
    )  # fmt: skip
    answer = TestAnswer.model_validate(row)
    return SavedTestAnswer(**answer.model_dump(), created=created, changed=changed)


@router.delete("/{name}", status_code=204, dependencies=[needs(R, A.UPDATE)])
async def delete(
    session: SessionDep, caller: CallerDep, endpoint_id: uuid.UUID, name: TestName
) -> None:
    """Delete a test."""
    await permitted(session, caller, A.UPDATE, endpoint_id)
    await tests.delete_test(session, endpoint_id, name)


@router.post("/run", dependencies=[needs(R, A.EXECUTE)])
async def run(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    endpoint_id: uuid.UUID,
    body: TestRunIn,
) -> TestRunAnswer:
    """Run the endpoint's tests on its draft, or those that are named."""
    view = await permitted(session, caller, A.EXECUTE, endpoint_id)
    await note_run(session, view.endpoint, tests=body.names)
    ran = await tests.run_tests(
        session,
        view.draft,
        await tests.list_tests(session, endpoint_id, body.names),
        caller=caller,
        rules=services.rules,
        datasources=services.datasources,
        engines=services.engines,
    )
    return TestRunAnswer(
        passed=ran.passed, results=[test_result_answer(result) for result in ran.results]
    )
