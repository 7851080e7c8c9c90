"""Two people at one draft: nothing is overwritten unseen, and nothing that was typed is lost."""

import json

import pytest
from IPython.core.interactiveshell import InteractiveShell

from dbapi_jupyter.comparing import draft_diff
from dbapi_jupyter.diffview import DiffView
from dbapi_jupyter.meanwhile import ChangedMeanwhile
from dbapi_jupyter.told import draft_saved
from tests.jupyter.conftest import SQL
from tests.jupyter.fake_platform import Fake
from tests.jupyter.fake_state import tag_of

ENDPOINT = "GET orders/{customer_id}"
THEIRS = SQL.replace("*", "id, total")
MINE = SQL + "LIMIT 5"


def test_running_a_cell_again_and_again_asks_nothing(cell, fake: Fake):
    for body in (SQL, MINE, SQL):
        cell(body)
    assert fake.drafts[ENDPOINT]["content"] == SQL.rstrip()


def test_a_change_of_somebody_else_is_shown_and_kept(cell, fake: Fake, capsys):
    cell()
    fake.edit(ENDPOINT, by="ben", content=THEIRS, access="public")
    runs = sum("debug" in path for _, path, _ in fake.requests)
    with pytest.raises(ChangedMeanwhile) as caught:
        cell(MINE)
    shown = capsys.readouterr().out
    for line in (
        "ben changed it after this notebook saved it at 2026-11-01 10:00 UTC",
        "--- draft of ben",
        "+++ this cell",
        "-SELECT id, total",
        "+SELECT *",
        "+LIMIT 5",
        "access  public  private",
    ):
        assert line in shown
    assert f"%dbapi show {ENDPOINT}" in caught.value.hint
    assert "--overwrite" in caught.value.hint
    assert fake.drafts[ENDPOINT]["content"] == THEIRS
    assert sum("debug" in path for _, path, _ in fake.requests) == runs


def test_ones_own_change_in_another_notebook_is_shown_as_such(cell, fake: Fake):
    cell()
    fake.edit(ENDPOINT, by="admin", content=THEIRS)
    with pytest.raises(ChangedMeanwhile, match=r"^admin \(you, elsewhere\) has changed"):
        cell(MINE)


def test_what_the_cells_own_button_has_saved_is_this_notebooks(cell, fake: Fake):
    cell()
    fake.edit(ENDPOINT, by="admin", content=MINE)
    draft = fake.drafts[ENDPOINT]
    draft_saved(json.dumps(draft), tag_of(draft))
    cell(THEIRS)
    assert fake.drafts[ENDPOINT]["content"] == THEIRS.rstrip()
    fake.edit(ENDPOINT, by="ben", content=MINE)
    with pytest.raises(ChangedMeanwhile, match=r"^ben has changed"):
        cell(SQL)


def test_what_was_shown_may_be_overwritten_and_nothing_newer(cell, fake: Fake):
    cell()
    fake.edit(ENDPOINT, by="ben", content=THEIRS)
    for _ in range(2):
        with pytest.raises(ChangedMeanwhile):
            cell(MINE)
    fake.edit(ENDPOINT, by="eve", content=THEIRS + "LIMIT 1")
    with pytest.raises(ChangedMeanwhile, match="eve has changed"):
        cell(MINE, "customer_id=7 --overwrite")
    cell(MINE, "customer_id=7 --overwrite")
    assert fake.drafts[ENDPOINT]["content"] == MINE
    cell(SQL)
    assert fake.drafts[ENDPOINT]["content"] == SQL.rstrip()


def test_overwrite_that_was_left_on_the_line_overwrites_nothing_unseen(cell, fake: Fake):
    cell(SQL, "customer_id=7 --overwrite")
    fake.edit(ENDPOINT, by="ben", content=THEIRS)
    with pytest.raises(ChangedMeanwhile):
        cell(MINE, "customer_id=7 --overwrite")
    assert fake.drafts[ENDPOINT]["content"] == THEIRS


def test_a_draft_that_this_notebook_never_saw_is_shown_first(cell, fake: Fake, notebook, capsys):
    cell()
    notebook.seen.clear()  # As in a kernel that was started anew.
    fake.edit(ENDPOINT, by="ben", content=THEIRS)
    with pytest.raises(ChangedMeanwhile):
        cell(MINE)
    assert "ben saved it last" in capsys.readouterr().out
    cell(MINE, "customer_id=7 --overwrite")
    assert fake.drafts[ENDPOINT]["content"] == MINE


def test_the_same_change_by_both_is_no_conflict(cell, fake: Fake):
    cell()
    fake.edit(ENDPOINT, by="ben", content=MINE, max_rows=None)
    cell(MINE)
    assert fake.drafts[ENDPOINT]["content"] == MINE


def test_a_deleted_endpoint_is_made_again_only_when_asked_for(cell, fake: Fake):
    cell()
    del fake.drafts[ENDPOINT]
    with pytest.raises(ChangedMeanwhile, match="was deleted"):
        cell()
    cell(SQL, "customer_id=7 --overwrite")
    assert ENDPOINT in fake.drafts


def test_publishing_publishes_what_was_seen(cell, say, fake: Fake, capsys):
    cell()
    fake.edit(ENDPOINT, by="ben", content=THEIRS)
    with pytest.raises(ChangedMeanwhile, match="nothing was published"):
        say("publish")
    assert "+SELECT id, total" in capsys.readouterr().out
    assert ENDPOINT not in fake.live
    say("show")
    say("publish")
    assert fake.named(ENDPOINT, "live")["content"] == THEIRS


def test_looking_at_a_draft_alone_lets_no_cell_overwrite_it(cell, say, fake: Fake):
    cell()
    fake.edit(ENDPOINT, by="ben", content=THEIRS)
    say("show")
    with pytest.raises(ChangedMeanwhile):
        cell(MINE)
    assert fake.drafts[ENDPOINT]["content"] == THEIRS


TRANSFORM = "def transform(result, params):\n    return result"


def test_a_transform_joins_a_draft_but_not_another_transform(
    cell, fake: Fake, shell: InteractiveShell, notebook
):
    line = f"transform {ENDPOINT} --no-run"
    cell()
    notebook.seen.clear()
    fake.edit(ENDPOINT, by="ben", content=THEIRS)
    shell.run_cell_magic("dbapi", line, TRANSFORM)
    assert fake.drafts[ENDPOINT]["content"] == THEIRS
    assert fake.drafts[ENDPOINT]["transform"] == TRANSFORM
    # The platform takes the draft for this user's now, whose cell has not seen it.
    with pytest.raises(ChangedMeanwhile):
        cell(MINE)
    fake.edit(ENDPOINT, by="ben", transform=TRANSFORM + "[0]")
    notebook.seen.clear()
    with pytest.raises(ChangedMeanwhile):
        shell.run_cell_magic("dbapi", line, TRANSFORM)
    assert fake.drafts[ENDPOINT]["transform"].endswith("[0]")
    shell.run_cell_magic("dbapi", f"{line} --overwrite", TRANSFORM)
    assert fake.drafts[ENDPOINT]["transform"] == TRANSFORM


def test_a_macro_is_not_overwritten_unseen_but_may_be_published(
    say, fake: Fake, shell: InteractiveShell, capsys
):
    first, mine, theirs = (f"{{% macro few() %}}LIMIT {n}{{% endmacro %}}" for n in (1, 2, 3))
    shell.run_cell_magic("dbapi", "macro few", first)
    say("publish")
    shell.run_cell_magic("dbapi", "macro few", mine)
    fake.macros["few"]["content"] = theirs
    with pytest.raises(ChangedMeanwhile, match="Somebody else has changed macro few"):
        shell.run_cell_magic("dbapi", "macro few", first)
    assert "LIMIT 3" in capsys.readouterr().out
    assert fake.macros["few"]["content"] == theirs
    shell.run_cell_magic("dbapi", "macro few --overwrite", first)
    assert fake.macros["few"]["content"] == first


def test_what_a_cell_leaves_unsaid_is_no_difference():
    mine = {"method": "GET", "path": "a", "engine": "sql", "datasource": "d", "content": "x"}
    theirs = mine | {
        "params": {}, "name": None, "access": "private", "timeout": None, "module": "sales",
        "transform": "def …", "unknown_params": "ignore",
    }  # fmt: skip
    assert not DiffView(draft_diff(theirs, mine, ("", ""))).changes
    rules = {"cache": {"ttl": 60}, "page": {"style": "offset", "by": ["id"]}, "allow_async": False}
    answered = {
        "cache": {"ttl": 60, "vary": []}, "page": rules["page"] | {"size": 100},
        "max_export_rows": None, "allow_async": None,
    }  # fmt: skip
    assert not DiffView(draft_diff(theirs | answered, mine | rules, ("", ""))).changes
    other = DiffView(draft_diff(theirs | answered, mine | rules | {"cache": {"ttl": 5}}, ("", "")))
    assert [change["field"] for change in other.diff["fields"]] == ["cache"]
    changed = mine | {"params": {"a": {"type": "date"}}, "transform": None}
    view = DiffView(draft_diff(theirs, changed, ("ben's", "this cell")))
    assert [change["field"] for change in view.diff["fields"]] == ["params.a", "transform"]
    assert "type: date" in view.text()
    assert "type: date" in view.html()
