"""From a question to an API and its consumers, by the screen alone."""

from typing import Any

import httpx
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Lab
from tests.browser.desk import Desk
from tests.world import PASSWORD


@pytest_asyncio.fixture
async def desk(lab: Lab, page: Page) -> Desk:
    return Desk(lab, page)


async def as_admin(desk: Desk) -> None:
    await desk.log_in(desk.lab.platform.username, desk.lab.platform.password)


def manage(desk: Desk, method: str, path: str, **kwargs: Any) -> Any:
    """A management call of the admin's."""
    platform = desk.lab.platform
    answer = httpx.request(
        method,
        f"{platform.url}/api/v1/{path}",
        headers={"Authorization": f"Bearer {platform.token}"},
        **kwargs,
    )
    assert answer.is_success, answer.text
    return answer.json()


def token_of(desk: Desk, client_id: str, secret: str) -> str:
    body = {"client_id": client_id, "client_secret": secret}
    answer = httpx.post(f"{desk.lab.platform.url}/token/generate", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def call(desk: Desk, path: str, token: str = "", **params: str) -> httpx.Response:
    """A consumer's call, from outside."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.get(f"{desk.lab.platform.url}/api/{path}", params=params, headers=headers)


async def test_a_query_becomes_an_api(desk: Desk) -> None:
    page = desk.page
    await desk.open_notebook("question.ipynb", "%load_ext dbapi_jupyter")
    await as_admin(desk)
    await desk.run(0)

    # Browse the schema, and begin with what is there.
    await desk.row("Datasource shop").click()
    await desk.row("Table orders").click()
    await expect(desk.row("customer_id")).to_be_visible()
    await desk.act("Table orders", "Insert SELECT in a new cell")
    await expect(desk.cell(1)).to_contain_text("FROM main.orders")
    await expect(desk.badge(1)).to_have_text("not saved yet: run the cell")

    # Write, and let a column be completed.
    await desk.write_after(1, "FROM", "WHERE cust")
    await page.keyboard.press("Tab")
    await expect(page.locator(".jp-Completer-match")).to_have_text(["customer_id"])
    await desk.keep("lab-completion")
    await page.keyboard.press("Enter")
    await page.keyboard.type(" = {{ customer_id | sql_int }}")

    # Run it with parameters.
    await desk.tool(1, "Run with parameters")
    output = desk.cell(1).locator(".jp-Cell-outputArea")
    await output.get_by_label("customer_id").fill("7")
    await output.get_by_label("limit").fill("3")
    await output.get_by_role("button", name="Run").click()
    await expect(output.get_by_role("row")).to_have_count(4)
    await expect(output).to_contain_text("3 rows")
    await expect(desk.badge(1)).to_have_text("draft")
    await desk.keep("lab-run")

    # Publish it, having seen what becomes live.
    await desk.tool(1, "Publish")
    await expect(desk.dialog).to_contain_text("It becomes live as version 1")
    await desk.keep("lab-publish")
    await desk.dialog.get_by_role("button", name="Publish", exact=True).click()
    await expect(desk.dialog).to_contain_text("Version 1 is live")
    await expect(desk.dialog).to_contain_text(f"{desk.lab.platform.url}/api/orders")
    await desk.keep("lab-published")
    await desk.dialog.get_by_role("button", name="Done").click()
    await expect(desk.badge(1)).to_have_text("live v1")
    refused = call(desk, "orders", customer_id="7")
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "unauthorized")


async def test_an_edit_is_published_and_taken_back(desk: Desk) -> None:
    source = "%%dbapi sql GET answer\n--| datasource: shop\n--| access: public\nSELECT 42 AS answer"
    await desk.open_notebook("edit.ipynb", "%load_ext dbapi_jupyter", source, "%dbapi publish")
    await as_admin(desk)
    for number in range(3):
        await desk.run(number)
    await expect(desk.badge(1)).to_have_text("live v1")
    assert call(desk, "answer").json()["data"] == [{"answer": 42}]

    # The badge tells of the edit before anything is saved.
    await desk.write_after(1, "SELECT 42", "-- 6 times 7, they say")
    await expect(desk.badge(1)).to_contain_text("unsaved changes")
    await desk.run(1)
    await expect(desk.badge(1)).to_contain_text("edited since v1")
    await desk.keep("lab-edited")
    await desk.tool(1, "Publish")
    await expect(desk.dialog).to_contain_text("Version 1 is live; version 2 takes its place")
    await desk.dialog.get_by_label("Message").fill("Say where it comes from")
    await desk.keep("lab-publish-edit")
    await desk.dialog.get_by_role("button", name="Publish", exact=True).click()
    await desk.dialog.get_by_role("button", name="Done").click()
    await expect(desk.badge(1)).to_contain_text("live v2")

    # Back to the first.
    await desk.tool(1, "History")
    await expect(desk.main.get_by_text("Say where it comes from")).to_be_visible()
    await desk.keep("lab-versions")
    await desk.main.get_by_role("row").filter(has_text="edit.ipynb").last.click()
    await desk.main.get_by_role("button", name="Roll back").click()
    await expect(desk.dialog).to_contain_text("version 1")
    await desk.dialog.get_by_role("button", name="Roll back").click()
    await expect(desk.dialog).to_have_count(0)
    await desk.page.get_by_role("tab", name="edit.ipynb").click()
    await expect(desk.badge(1)).to_contain_text("live v1")


async def test_a_client_is_let_in_and_leaves_a_record(desk: Desk) -> None:
    source = "%%dbapi sql GET secrets\n--| datasource: shop\nSELECT count(*) AS n FROM customers"
    await desk.open_notebook("private.ipynb", "%load_ext dbapi_jupyter", source, "%dbapi publish")
    await as_admin(desk)
    for number in range(3):
        await desk.run(number)

    await desk.row("Clients & groups").click()
    # Where there is none yet, the empty list offers it too.
    await desk.main.get_by_role("button", name="New client").first.click()
    await desk.dialog.get_by_label("Name").fill("billing")
    await desk.dialog.get_by_role("button", name="Make the client").click()
    await expect(desk.dialog).to_contain_text("It is shown only now")
    client_id, secret, *_ = await desk.dialog.locator("code").all_inner_texts()
    await desk.dialog.get_by_role("button", name="I have kept the secret").click()
    token = token_of(desk, client_id, secret)
    assert call(desk, "secrets", token).status_code == 403

    await desk.main.get_by_role("button", name="Add an endpoint").click()
    await desk.dialog.get_by_role("combobox", name="Which endpoint?").fill("secrets")
    await desk.dialog.get_by_role("option", name="GET secrets").click()
    await expect(desk.dialog).to_contain_text("GET secrets")
    await desk.dialog.get_by_role("button", name="Done").click()
    await expect(desk.main.get_by_role("list", name="Endpoints of its own")).to_contain_text(
        "secrets"
    )
    await desk.keep("lab-client")
    answer = call(desk, "secrets", token)
    assert (answer.status_code, len(answer.json()["data"])) == (200, 1)

    # The records come in while one looks on.
    await desk.row("Access logs").click()
    await desk.main.get_by_label("Live").check()
    row = desk.main.get_by_role("row").filter(has_text="secrets").filter(has_text="billing")
    await expect(row.filter(has_text="200")).to_have_count(1)
    await expect(row.filter(has_text="403")).to_have_count(1)
    await desk.keep("lab-records")
    assert call(desk, "secrets", token).status_code == 200
    await expect(row.filter(has_text="200")).to_have_count(2)


async def test_a_viewer_is_refused(desk: Desk) -> None:
    manage(
        desk, "POST", "users", json={"username": "vera", "password": PASSWORD, "roles": ["Viewer"]}
    )
    source = "%%dbapi sql GET hers\n--| datasource: shop\nSELECT 1 AS one"
    await desk.open_notebook("viewer.ipynb", "%load_ext dbapi_jupyter", source)
    await desk.log_in("vera", PASSWORD)
    await desk.run(0)

    # What she may not see is not there; what she may not do is refused in words.
    await expect(desk.row("Clients & groups")).to_be_visible()
    await expect(desk.row("Users & roles")).to_have_count(0)
    await desk.run(1)
    output = desk.cell(1).locator(".jp-Cell-outputArea")
    await expect(output).to_contain_text("permission")
    await desk.keep("lab-viewer")
    assert manage(desk, "GET", "endpoints", params={"path": "hers"})["items"] == []
