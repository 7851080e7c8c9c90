"""A new password by e-mail, sent by a real mail server."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlmodel import select

from dbapi_platform.access.letters import reset_letter
from dbapi_platform.access.mail import compose
from dbapi_platform.settings import SettingsError
from dbapi_platform.store import AuditEntry, LoginThrottle, PasswordReset, User
from dbapi_platform.store.base import now
from tests.services.mail import MailServer, mail_server
from tests.world import PASSWORD, World, make_settings, open_world

NEW = "a better horse battery"
PAGE = "https://data.example.com/reset"


@pytest.fixture(scope="module")
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest_asyncio.fixture(scope="module", params=["sqlite", "postgresql"])
async def mail_world(
    request: pytest.FixtureRequest,
    post: MailServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[World]:
    fields: dict[str, Any] = {
        "smtp_host": "127.0.0.1", "smtp_port": post.port, "smtp_tls": "none",
        "smtp_from": "pyDBAPI <dbapi@example.com>", "recovery_url": PAGE,
    }  # fmt: skip
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("fresh_postgres_url")
        fields["database_url"] = make()
    async with open_world(tmp_path_factory.mktemp("mail"), **fields) as world:
        yield world


@pytest.fixture(autouse=True)
def an_empty_box(post: MailServer) -> None:
    post.letters.clear()
    post.refuses = False


async def add_user(world: World, name: str, **fields: object) -> str:
    """With an address of that name; answers a session's token."""
    token = await world.add_user(name)
    async with world.platform.services.database.session() as session:
        user = (await session.exec(select(User).where(User.username == name))).one()
        user.sqlmodel_update({"email": f"{name}@example.com"} | fields)
        session.add(user)
        await session.commit()
    return token


async def ask(world: World, who: str) -> httpx.Response:
    answer = await world.http.post("/api/v1/password-recovery", json={"username_or_email": who})
    await world.platform.services.logins.background.settle()
    return answer


async def reset(world: World, token: str, password: str = NEW) -> httpx.Response:
    body = {"token": token, "new_password": password}
    answer = await world.http.post("/api/v1/password-reset", json=body)
    await world.platform.services.logins.background.settle()
    return answer


async def log_in(world: World, username: str, password: str) -> int:
    form = {"username": username, "password": password}
    return (await world.http.post("/api/v1/login/access-token", data=form)).status_code


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return body.get_content()


def token_of(letter: EmailMessage) -> str:
    return plain(letter).split()[-1]


async def test_a_password_is_reset_once_and_every_session_ends(
    mail_world: World, post: MailServer
) -> None:
    session = await add_user(mail_world, "forgetful")
    body = {"name": "ci"}
    personal = await mail_world.manage("POST", "/tokens", user="forgetful", json=body, status=201)
    assert (await ask(mail_world, "forgetful")).status_code == 202
    assert (await ask(mail_world, "Forgetful@Example.com")).status_code == 202
    one, other = post.letters
    assert one["To"] == other["To"] == "forgetful@example.com"
    assert f"{PAGE}?token={token_of(one)}" in plain(one)
    html = one.get_body(("html",))
    assert html is not None
    assert token_of(one) in html.get_content()
    assert (await reset(mail_world, token_of(one))).status_code == 204
    assert post.letters[-1]["Subject"] == "pyDBAPI: Your password was changed"
    for used in (one, other):
        assert (await reset(mail_world, token_of(used))).status_code == 422
    assert await log_in(mail_world, "forgetful", PASSWORD) == 401
    assert await log_in(mail_world, "forgetful", NEW) == 200
    for token, status in ((session, 401), (personal["token"], 200)):
        headers = {"Authorization": f"Bearer {token}"}
        assert (
            await mail_world.http.get("/api/v1/users/me", headers=headers)
        ).status_code == status


async def test_the_answer_does_not_tell_who_there_is(mail_world: World, post: MailServer) -> None:
    await add_user(mail_world, "there")
    await add_user(mail_world, "gone", is_active=False)
    await add_user(mail_world, "no address", email=None)
    await add_user(mail_world, "from elsewhere", password_hash="")
    names = ("there", "gone", "no address", "from elsewhere", "nobody", "nobody@example.com")
    answers = [await ask(mail_world, name) for name in names]
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, answers[0].text)}
    assert [letter["To"] for letter in post.letters] == ["there@example.com"]


async def test_letters_that_become_others_are_not_taken_for_them(
    mail_world: World, post: MailServer
) -> None:
    await add_user(mail_world, "kay")
    # The sign for Kelvin, which is a k in lower case.
    await ask(mail_world, "\N{KELVIN SIGN}ay@example.com")
    assert post.letters == []
    await ask(mail_world, "KAY@example.com")
    assert [letter["To"] for letter in post.letters] == ["kay@example.com"]


async def test_a_token_that_is_old_or_of_a_user_who_left_is_refused(
    mail_world: World, post: MailServer
) -> None:
    await add_user(mail_world, "slow")
    await ask(mail_world, "slow")
    token = token_of(post.letters[0])
    async with mail_world.platform.services.database.session() as session:
        row = (
            await session.exec(select(PasswordReset).join(User).where(User.username == "slow"))
        ).one()
        assert token not in str(row.model_dump())
        row.expires_at = now() - timedelta(seconds=1)
        session.add(row)
        await session.commit()
    assert (await reset(mail_world, token)).status_code == 422
    await add_user(mail_world, "leaving")
    await ask(mail_world, "leaving")
    async with mail_world.platform.services.database.session() as session:
        user = (await session.exec(select(User).where(User.username == "leaving"))).one()
        user.is_active = False
        session.add(user)
        await session.commit()
    assert (await reset(mail_world, token_of(post.letters[1]))).status_code == 422


async def test_a_weak_password_does_not_use_the_token_up(
    mail_world: World, post: MailServer
) -> None:
    await add_user(mail_world, "weak")
    await ask(mail_world, "weak")
    answer = await reset(mail_world, token_of(post.letters[0]), "short")
    assert answer.status_code == 422
    assert answer.json()["error"]["details"][0]["field"] == "new_password"
    assert (await reset(mail_world, token_of(post.letters[0]))).status_code == 204


async def test_letters_to_one_person_are_few(mail_world: World, post: MailServer) -> None:
    await add_user(mail_world, "flooded")
    for name in ("flooded", "not there at all"):
        statuses = [(await ask(mail_world, name)).status_code for _ in range(4)]
        assert statuses == [202] * 3 + [429], name
    assert len(post.letters) == 3


async def test_a_letter_that_cannot_be_sent_is_logged_without_its_address(
    mail_world: World, post: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    await add_user(mail_world, "unlucky")
    post.refuses = True
    with caplog.at_level(logging.ERROR):
        assert (await ask(mail_world, "unlucky")).status_code == 202
    assert "An e-mail could not be sent" in caplog.text
    assert "example.com" not in caplog.text


async def test_the_audit_log_tells_of_a_reset_and_not_its_token(
    mail_world: World, post: MailServer
) -> None:
    await add_user(mail_world, "audited")
    await ask(mail_world, "audited")
    await reset(mail_world, token_of(post.letters[0]))
    async with mail_world.platform.services.database.session() as session:
        rows = await session.exec(select(AuditEntry).where(AuditEntry.resource_name == "audited"))
        entries = [row.model_dump() for row in rows]
    actions = {(entry["action"], entry["part"], entry["actor"]) for entry in entries}
    assert ("recovery.recover", "password_reset", "anonymous") in actions
    assert ("recovery.reset", "user_account", "anonymous") in actions
    assert token_of(post.letters[0]) not in str(entries)


async def test_whoever_changes_a_password_its_user_is_told(
    mail_world: World, post: MailServer
) -> None:
    await add_user(mail_world, "told")
    body = {"current_password": PASSWORD, "new_password": NEW}
    await mail_world.manage("POST", "/users/me/password", user="told", json=body, status=204)
    me = (await mail_world.manage("GET", "/users?search=told", status=200))["items"][0]
    fields = {"password": "what the administrator said"}
    await mail_world.manage("PATCH", f"/users/{me['id']}", json=fields, status=200)
    await mail_world.manage("PATCH", f"/users/{me['id']}", json={"full_name": "T"}, status=200)
    await mail_world.platform.services.logins.background.settle()
    subjects = [letter["Subject"] for letter in post.letters]
    assert subjects == ["pyDBAPI: Your password was changed"] * 2


async def test_guessing_reset_tokens_is_slowed(mail_world: World) -> None:
    async with mail_world.platform.services.database.session() as session:
        row = await session.get(LoginThrottle, "reset:127.0.0.1")
        row = row or LoginThrottle(key="reset:127.0.0.1", last_failed_at=now())
        row.sqlmodel_update({"failures": 99, "last_failed_at": now(), "locked_until": None})
        session.add(row)
        await session.commit()
    statuses = [(await reset(mail_world, "dbapi_reset_guess")).status_code for _ in range(2)]
    assert statuses == [422, 429]


async def test_without_a_mail_server_it_says_so(world: World) -> None:
    answer = await ask(world, "admin")
    assert answer.status_code == 409
    assert "administrator" in answer.json()["message"]


async def test_a_server_that_demands_starttls_and_a_login_is_satisfied(tmp_path: Path) -> None:
    with mail_server(secure=True) as post:
        fields: dict[str, Any] = {
            "smtp_host": "127.0.0.1", "smtp_port": post.port, "smtp_ca_file": post.certificate,
            "smtp_username": post.username, "smtp_password": post.password,
            "smtp_from": "dbapi@example.com",
        }  # fmt: skip
        async with open_world(tmp_path, **fields) as opened:
            await add_user(opened, "careful")
            await ask(opened, "careful")
            assert post.secured == [True]
            # Without a page to link to there is the token alone.
            assert "http" not in plain(post.letters[0])
            assert (await reset(opened, token_of(post.letters[0]))).status_code == 204


def test_what_a_name_holds_stays_text() -> None:
    letter = reset_letter("a@b.c", "<b>\n&", "dbapi_reset_x", url=PAGE + "?a=b", minutes=30)
    assert "<b>" not in letter.html
    assert f"{PAGE}?a=b&token=dbapi_reset_x" in letter.text
    for address in ("a@b.c\nBcc: x@y.z", "a@b.c\r\n\r\nhello"):
        with pytest.raises(ValueError, match=r"linefeed|newline|header"):
            compose(reset_letter(address, "x", "y", url="", minutes=1), "dbapi@example.com")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"smtp_host": "mail"}, "DBAPI_SMTP_FROM"),
        ({"smtp_host": "mail", "smtp_from": "a@b.c", "smtp_username": "x", "smtp_tls": "none"},
         "DBAPI_SMTP_TLS"),
        ({"previous_secret_key": "short"}, "DBAPI_PREVIOUS_SECRET_KEY"),
    ],
)  # fmt: skip
def test_half_a_setting_is_refused_at_the_start(
    tmp_path: Path, fields: dict[str, Any], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        make_settings(tmp_path, **fields).require_secrets()
