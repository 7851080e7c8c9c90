"""Whom the settings of a login provider let in."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from dbapi_platform.app import create_platform
from dbapi_platform.settings import SettingsError
from dbapi_platform.store import ExternalIdentity, User
from tests.management.oidc_logins import (
    CALLBACK,
    change,
    log_in,
    settings_of,
    to_code,
)
from tests.services.oidc import Provider, oidc_provider
from tests.world import make_settings, open_world


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with oidc_provider(CALLBACK) as running:
        yield running


async def test_nobody_is_made_or_linked_unless_a_setting_says_so(
    provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fields = settings_of(provider)
    async with open_world(tmp_path_factory.mktemp("closed"), **fields) as closed:
        await closed.add_user("alice")
        await change(closed, "alice", email="alice@example.com")
        _, page = await to_code(closed, provider, "1001")
        assert page.status_code == 403
        async with closed.platform.services.database.session() as session:
            assert list(await session.exec(select(ExternalIdentity))) == []


async def test_only_the_domains_that_are_named_may_come(
    provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fields = settings_of(
        provider, oidc_create_users=True, oidc_allowed_domains="Example.com, example.net"
    )
    async with open_world(tmp_path_factory.mktemp("domains"), **fields) as opened:
        assert (await log_in(opened, provider, "1001"))["username"] == "alice"
        for account in ("1002", "1004", "1005"):
            _, page = await to_code(opened, provider, account)
            assert page.status_code == 403, account


async def test_a_role_that_is_missing_makes_no_user(
    provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fields = settings_of(provider, oidc_create_users=True, oidc_default_roles="Nonesuch")
    async with open_world(tmp_path_factory.mktemp("roles"), **fields) as opened:
        _, page = await to_code(opened, provider, "1001")
        assert page.status_code == 409
        async with opened.platform.services.database.session() as session:
            assert (await session.exec(select(User).where(User.username == "alice"))).all() == []


def test_half_a_provider_is_refused_at_the_start(tmp_path: Any) -> None:
    for fields, named in (
        ({"oidc_issuer": "https://x.example"}, "DBAPI_OIDC_CLIENT_ID"),
        ({"oidc_issuer": "https://x.example", "oidc_client_id": "x", "oidc_scopes": "email"},
         "DBAPI_OIDC_SCOPES"),
    ):  # fmt: skip
        with pytest.raises(SettingsError, match=named):
            make_settings(tmp_path, **fields).require_secrets()


LIBRARIES = ["authlib.integrations.httpx_client", "httpx2", "joserfc"]
WITHOUT = """
import sys
import dbapi_platform.app
loaded = {"authlib", "httpx2", "joserfc"} & set(sys.modules)
assert not loaded, loaded
"""


@pytest.mark.parametrize("library", LIBRARIES)
def test_without_the_extra_it_is_told_what_to_install(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    for name in ("oidc_provider", "oidc_client"):
        monkeypatch.delitem(sys.modules, f"dbapi_platform.access.{name}", raising=False)
    monkeypatch.setitem(sys.modules, library, None)
    settings = make_settings(tmp_path, oidc_issuer="https://x.example", oidc_client_id="x")
    with pytest.raises(SettingsError, match=r"pip install 'dbapi-platform\[oidc\]'"):
        create_platform(settings)
    assert create_platform(make_settings(tmp_path)).services.logins.oidc is None


def test_the_extra_is_loaded_only_where_it_is_needed() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT], check=True)
