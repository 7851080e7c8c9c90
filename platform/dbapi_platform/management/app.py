"""The management API: FastAPI routers over publishing/ and access/."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from .. import __version__
from .answer_headers import AnswerHeaders
from .body_limit import OPEN_BYTES, BodyLimit, most_bytes
from .docs_page import install_docs
from .error_shapes import ERRORS
from .errors import install_error_handlers
from .requests import RequestIds, operation
from .routes import (
    about,
    activity,
    audit,
    bundles,
    clients,
    datasources,
    draft_checks,
    endpoints,
    external_login,
    firewall,
    groups,
    macros,
    modules,
    overview,
    page_login,
    records,
    recovery,
    roles,
    samples,
    sessions,
    settings,
    tests,
    users,
    versions,
    vocabulary,
)
from .services import Services

PREFIX = "/api/v1"
# Bundles count for themselves; the others are open to whoever comes.
APART = {
    f"{PREFIX}/bundle/": None,
    f"{PREFIX}/login/": OPEN_BYTES,
    f"{PREFIX}/password-": OPEN_BYTES,
}
RESOURCES = (
    sessions, external_login, page_login, recovery, users, roles, datasources, modules, macros,
    endpoints, tests, versions, clients, groups, records, settings, overview, activity, audit,
    firewall, bundles, about, vocabulary, draft_checks, samples,
)  # fmt: skip


def create_management(services: Services) -> FastAPI:
    """The application; it lives as long as the services it is given."""
    app = describe_management()
    app.state.services = services
    install_docs(app, f"{PREFIX}/docs", openapi_url=f"{PREFIX}/openapi.json")
    install_error_handlers(app)
    app.add_middleware(BodyLimit, most=most_bytes(services.settings), apart=APART)
    if services.settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=services.settings.cors_origins,
            allow_methods=["*"],
            # Never the header of our own pages, and never with cookies: docs/decisions/0012.
            allow_headers=["Authorization", "Content-Type"],
            allow_credentials=False,
        )
    app.add_middleware(AnswerHeaders)
    app.add_middleware(RequestIds)
    return app


def describe_management() -> FastAPI:
    """The routes alone: enough to describe them, and nothing to answer with."""
    app = FastAPI(
        title="pyDBAPI management",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json",
        generate_unique_id_function=operation,
        responses=ERRORS,
    )
    for resource in RESOURCES:
        app.include_router(resource.router, prefix=PREFIX)
    app.include_router(about.health)
    return app
