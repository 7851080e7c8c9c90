"""Two people at one draft, one of them in a real kernel, on a served platform."""

from typing import Any

import httpx

from tests.jupyter.kernel import Kernel, text_of

CELL = """%%dbapi sql GET kernel/shared {flags}
--| access: public
SELECT id, total FROM orders ORDER BY id LIMIT {limit}"""


def change_elsewhere(platform: Any, content: str, **fields: Any) -> None:
    """By another program of the same person: to the platform it is another writer all the same."""
    http = httpx.Client(
        base_url=f"{platform.url}/api/v1", headers={"Authorization": f"Bearer {platform.token}"}
    )
    body = {
        "method": "GET", "path": "kernel/shared", "engine": "sql", "datasource": "shop",
        "content": content, "access": "public",
    } | fields  # fmt: skip
    http.put("/drafts", json=body).raise_for_status()
    http.close()


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
