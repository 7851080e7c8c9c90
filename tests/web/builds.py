"""A build of the pages as vite leaves it, and the platform that serves it to a real socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import uvicorn

from dbapi_platform.app import Application
from dbapi_platform.demo.processes import free_port
from tests.world import World

INDEX = b'<!doctype html>\n<script type="module" src="/assets/index-DiwrgTda.js"></script>\n'
SCRIPT = b"console.log('pages');\n" * 200
SCRIPT_PATH = "/assets/index-DiwrgTda.js"
STYLE_AHEAD = {".br": b"as brotli left it", ".gz": b"as gzip left it"}


def write_build(directory: Path) -> Path:
    """What `make web` would write."""
    assets = directory / "assets"
    assets.mkdir(parents=True)
    (directory / "index.html").write_bytes(INDEX)
    (directory / "favicon.svg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    (assets / "index-DiwrgTda.js").write_bytes(SCRIPT)
    (assets / "plain.js").write_bytes(b"1;")
    (assets / "font-BxK2abcd.woff2").write_bytes(b"w" * 5_000)
    (assets / "style-a_B-c9Zz.css").write_bytes(b"a{}" * 1_000)
    for suffix, content in STYLE_AHEAD.items():
        (assets / f"style-a_B-c9Zz.css{suffix}").write_bytes(content)
    (assets / ".hidden.js").write_bytes(b"hidden")
    return directory


@asynccontextmanager
async def serve(world: World, static: Path, **tls: str) -> AsyncIterator[httpx.AsyncClient]:
    """The world's platform with these pages, on a port of this machine; `tls` is uvicorn's."""
    application, port = Application(world.platform, static=static), free_port(0)
    config = uvicorn.Config(
        application, port=port, lifespan="off", log_level="warning", proxy_headers=False, **tls
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it tells nobody else
        await asyncio.sleep(0.01)
    try:
        url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, verify=False) as http:
            yield http
    finally:
        server.should_exit = True
        await task


async def raw(http: httpx.AsyncClient, target: str, method: str = "GET") -> tuple[int, bytes]:
    """A request whose target no client has tidied up."""
    reader, writer = await asyncio.open_connection(http.base_url.host, http.base_url.port)
    writer.write(f"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return int(answer.split()[1]), answer
