"""Two people at one draft, one of them in a real kernel, on a served platform."""

from typing import Any

import httpx

from tests.jupyter.kernel import Kernel, text_of

CELL = """%%dbapi sql GET kernel/shared {flags}
--| access: public
SELECT id, total FROM orders ORDER BY id LIMIT {limit}"""


def change_elsewhere(
    platform: Any, content: str, *, token: str | None = None, **fields: Any
) -> None:
    """By another program of the same person, unless a token says whose."""
    headers = {"Authorization": f"Bearer {token or platform.token}"}
    http = httpx.Client(base_url=f"{platform.url}/api/v1", headers=headers)
    body = {
        "method": "GET", "path": "kernel/shared", "engine": "sql", "datasource": "shop",
        "content": content, "access": "public",
    } | fields  # fmt: skip
    http.put("/drafts", json=body).raise_for_status()
    http.close()


def log_in_ben(platform: Any) -> str:
    """Another person, and their token."""
    url = f"{platform.url}/api/v1"
    headers = {"Authorization": f"Bearer {platform.token}"}
    body = {"username": "ben", "password": "ben-writes-SQL-2026", "roles": ["Dev"]}
    made = httpx.post(f"{url}/users", json=body, headers=headers)
    assert made.status_code == 201, made.text
    login = {"username": "ben", "password": body["password"]}
    return str(httpx.post(f"{url}/login/access-token", data=login).json()["access_token"])


def test_what_another_person_saved_is_shown_before_it_is_overwritten(
    connected: Kernel, platform: Any
) -> None:
    change_elsewhere(
        platform, "SELECT id FROM orders", token=log_in_ben(platform), path="kernel/ben"
    )
    mine = CELL.format(flags="", limit=2).replace("shared", "ben")
    told = text_of(connected.run(mine))
    assert "ben saved it last" in told
    assert "ben has changed GET kernel/ben: nothing was saved" in told
    over = CELL.format(flags="--overwrite", limit=2).replace("shared", "ben")
    assert "2 rows" in text_of(connected.run(over))


def test_nothing_is_overwritten_or_published_unseen(connected: Kernel, platform: Any) -> None:
    mine = CELL.format(flags="", limit=2)
    assert "2 rows" in text_of(connected.run(mine))
    change_elsewhere(platform, "SELECT id FROM orders", max_rows=7, params={"a": "date"})
    messages = connected.run(mine.replace("LIMIT 2", "LIMIT 3"))
    told = text_of(messages)
    for part in (
        "-SELECT id FROM orders",
        "+SELECT id, total FROM orders ORDER BY id LIMIT 3",
        "max_rows",
        "params.a",
        "nothing was saved",
        "--overwrite",
    ):
        assert part in told
    shown = next(m for m in messages if m["msg_type"] == "display_data")["content"]["data"]
    assert '<span class="dbapi-gone">-SELECT id FROM orders</span>' in shown["text/html"]
    assert "nothing was published" in text_of(connected.run("%dbapi publish"))
    over = CELL.format(flags="--overwrite", limit=3)
    assert "3 rows" in text_of(connected.run(over))
    assert "Published version 1" in text_of(connected.run("%dbapi publish"))
    assert "3 rows" in text_of(connected.run(CELL.format(flags="", limit=3)))


def test_a_macro_that_was_published_is_edited_further(connected: Kernel) -> None:
    """Publishing changes its entity tag, and nobody's text."""
    macro = "%%dbapi macro mine\n{% macro mine(n) %} LIMIT {{ n | sql_int }} {% endmacro %}"
    connected.run(macro)
    connected.run("%dbapi publish")
    assert "Saved macro mine (version 1, edited)" in text_of(
        connected.run(macro.replace(" LIMIT", " OFFSET 1 LIMIT"))
    )
