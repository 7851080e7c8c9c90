"""The catalogue's application: beside the gateway and the management API, and about the first."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, FastAPI, Query, Request, Response

from ..errors import NotFound
from ..gateway.clients import ClientTokens
from ..gateway.errors import Refused
from ..gateway.snapshot import Snapshots
from ..management.answer_headers import AnswerHeaders
from ..management.errors import answer, install_error_handlers
from ..management.services import Services
from .bases import base_of, server_of
from .detail import detail_of
from .library import Library, Shelf
from .listing import ListQuery, list_endpoints
from .page import INDEX, PageFiles
from .sending import send_document, send_value
from .sight import sight_of
from .viewers import ViewerDep

PREFIX: Final = "/catalog"
# Over http the browser sends the cookie of the pages to the management API alone.
BY_COOKIE: Final = f"/api/v1{PREFIX}"
# As many are looked through in less time than a thread takes to be asked for.
AT_ONCE: Final = 200
_READ: Final = ["GET", "HEAD"]

router = APIRouter()
page = APIRouter(prefix=PREFIX)


def is_catalogue(path: str) -> bool:
    """Whether a request is the catalogue's to answer."""
    return any(path == at or path.startswith(f"{at}/") for at in (PREFIX, BY_COOKIE))


def create_catalogue(services: Services, snapshots: Snapshots, tokens: ClientTokens) -> FastAPI:
    """The application; it lives as long as the services it is given."""
    settings = services.settings
    app = FastAPI(
        title="pyDBAPI catalogue",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # They would lead to where the platform believes that it is.
        redirect_slashes=False,
    )
    app.state.services = services
    app.state.library = Library(
        snapshots,
        tokens,
        public_url=settings.public_url,
        server=server_of(settings.public_url),
    )
    install_error_handlers(app)
    app.add_exception_handler(Refused, _refused)
    if settings.catalogue_enabled:
        for prefix in (PREFIX, BY_COOKIE):
            app.include_router(router, prefix=prefix)
        if settings.web_enabled:
            app.state.page = PageFiles()
            app.include_router(page)
    app.add_middleware(AnswerHeaders)
    return app


@router.api_route("/endpoints", methods=_READ)
async def endpoints(
    request: Request, viewer: ViewerDep, wanted: Annotated[ListQuery, Query()]
) -> Response:
    """The endpoints that the caller may call, in pages."""
    shelf = await _shelf(request, viewer)
    if len(shelf.told) <= AT_ONCE:
        return send_value(request, list_endpoints(shelf, wanted))
    return send_value(request, await asyncio.to_thread(list_endpoints, shelf, wanted))


@router.api_route("/endpoints/{method}/{path:path}", methods=_READ)
async def endpoint(request: Request, viewer: ViewerDep, method: str, path: str) -> Response:
    """One of them, with examples of calls. Raises NotFound for all others alike."""
    shelf = await _shelf(request, viewer)
    told = shelf.by_route.get((method, path))
    if told is None:
        raise NotFound("There is no such endpoint, or you may not see it")
    return send_value(request, detail_of(told, base_of(request)))


@router.api_route("/openapi.json", methods=_READ)
async def openapi(request: Request, viewer: ViewerDep) -> Response:
    """All of them, as tools read it."""
    library: Library = request.app.state.library
    return send_document(request, await library.document(await _shelf(request, viewer)))


@page.api_route("", methods=_READ)
async def index(request: Request) -> Response:
    """The page; it is the same for everybody, and asks for what they may see."""
    return _file(request, INDEX)


@page.api_route("/", methods=_READ)
async def slash() -> Response:
    """The page's own links count from the address without a slash."""
    return Response(status_code=308, headers={"Location": f"..{PREFIX}"})


@page.api_route("/page/{name}", methods=_READ)
async def file(request: Request, name: str) -> Response:
    """What the page consists of."""
    return _file(request, f"/{name}")


async def _shelf(request: Request, viewer: ViewerDep) -> Shelf:
    library: Library = request.app.state.library
    return await library.shelf(viewer.snapshot, sight_of(viewer))


def _file(request: Request, name: str) -> Response:
    files: PageFiles = request.app.state.page
    sent = files.send(request, name)
    if sent is None:
        raise NotFound("There is no such page")
    return sent


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101
    headers = {name.decode(): value.decode() for name, value in error.headers}
    return answer(request, error.status, error.code, error.message, error.details, headers=headers)
