"""What authors can write, for editors that complete and explain it."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from ..dependencies import CallerDep, ServicesDep
from ..etags import etag_of
from ..vocabulary import vocabulary_of
from ..vocabulary_shapes import VocabularyAnswer

router = APIRouter(tags=["vocabulary"])

# It changes with a release, or when the operator allows scripts another module.
CACHED = "private, max-age=300"


@router.get("/vocabulary", responses={304: {"description": "It is the one of `If-None-Match`"}})
async def vocabulary(
    services: ServicesDep,
    caller: CallerDep,  # noqa: ARG001 - anybody who is logged in
    response: Response,
    if_none_match: Annotated[str | None, Header()] = None,
) -> VocabularyAnswer:
    """The filters, tags and names of templates and scripts, and the keys of a cell's header."""
    answer = vocabulary_of(services.engines.scripts.engine.reach.modules)
    headers = {"ETag": etag_of(answer), "Cache-Control": CACHED}
    named = {part.strip().removeprefix("W/") for part in (if_none_match or "").split(",")}
    if named & {headers["ETag"], "*"}:
        return Response(status_code=304, headers=headers)  # type: ignore[return-value]
    response.headers.update(headers)
    return answer
