"""Logging in at a provider, step by step as the notebook and the browser do."""

from typing import Any

import httpx
from sqlmodel import select

from dbapi_platform.store import User
from tests.services.oidc import Provider
from tests.world import World

CALLBACK = "http://test/api/v1/login/oidc/callback"
LOGIN = "/api/v1/login/oidc"


def settings_of(provider: Provider, **fields: Any) -> dict[str, Any]:
    return {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": provider.client_id,
        "oidc_client_secret": provider.client_secret,
        "oidc_name": "The company",
    } | fields


async def begin(world: World) -> dict[str, Any]:
    answer = await world.http.post(LOGIN)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def come_back(world: World, url: httpx.URL) -> httpx.Response:
    return await world.http.get(str(url))


def code_of(page: httpx.Response) -> str:
    assert page.status_code == 200, page.text
    return page.text.split("<code>")[1].split("</code>")[0]


async def finish(world: World, handle: str, code: str) -> httpx.Response:
    return await world.http.post(f"{LOGIN}/finish", json={"handle": handle, "code": code})


async def to_code(world: World, provider: Provider, account: str) -> tuple[str, httpx.Response]:
    """The handle, and the page that the browser ends at."""
    begun = await begin(world)
    url = await provider.log_in(begun["authorization_url"], account, callback=CALLBACK)
    return begun["handle"], await come_back(world, url)


async def log_in(world: World, provider: Provider, account: str) -> dict[str, Any]:
    """Who it is in the end."""
    handle, page = await to_code(world, provider, account)
    answer = await finish(world, handle, code_of(page))
    assert answer.status_code == 200, answer.text
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    me = (await world.http.get("/api/v1/users/me", headers=headers)).json()
    sessions = (await world.http.get("/api/v1/sessions", headers=headers)).json()["items"]
    assert next(item for item in sessions if item["is_current"])["method"] == "oidc"
    return me


async def user(world: World, username: str) -> User:
    async with world.platform.services.database.session() as session:
        return (await session.exec(select(User).where(User.username == username))).one()


async def change(world: World, username: str, **fields: object) -> None:
    async with world.platform.services.database.session() as session:
        row = (await session.exec(select(User).where(User.username == username))).one()
        row.sqlmodel_update(fields)
        session.add(row)
        await session.commit()
