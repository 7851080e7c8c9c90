"""The interactive description of the API, which runs a script from elsewhere: this one only.

The page is of the same origin as the platform's own. Whatever script it loaded could do all that
somebody may who is logged in there, so the browser is told the script's hash.
"""

from typing import Final

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse

# Of the files in the release that is named: `openssl dgst -sha384 -binary FILE | base64`.
RELEASE: Final = "swagger-ui-dist@5.35.0/"
HASHES: Final = {
    "swagger-ui-bundle.js": (
        "sha384-gjRm0bEPMeTmMh5jT2cHccIwCUZSTd8YC+j0d0sXw0MdGEfScduGpSyF3ZSSLkX9"
    ),
    "swagger-ui.css": "sha384-WlYgdmXYOOBWL5apwjDEZwN+U3HmXSSu5R6V5aGxEcf7z+KuRNwBhoxKVN1i3D5I",
}


def install_docs(app: FastAPI, path: str, *, openapi_url: str) -> None:
    """Add the page at this path."""
    page = docs_page(title=app.title, openapi_url=openapi_url)

    async def docs(_request: Request) -> HTMLResponse:
        return HTMLResponse(page)

    app.add_route(path, docs, include_in_schema=False)


def docs_page(*, title: str, openapi_url: str) -> str:
    """FastAPI's own page, with what it loads held to one release."""
    shown = get_swagger_ui_html(
        openapi_url=openapi_url, title=title, swagger_favicon_url="/favicon.svg"
    )
    page = bytes(shown.body).decode().replace("swagger-ui-dist@5/", RELEASE)
    for name, digest in HASHES.items():
        page = page.replace(
            f'{RELEASE}{name}"', f'{RELEASE}{name}" integrity="{digest}" crossorigin="anonymous"'
        )
    return page
