"""Verbs and cells against a platform that keeps the contract."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from dbapi_jupyter.errors import CellError, DbapiError, UsageError
from dbapi_jupyter.notebook import Notebook
from dbapi_jupyter.verbs import CELLS, VERBS
from tests.jupyter.fake_platform import Fake, Refuse

SQL = "SELECT *\nFROM orders WHERE customer_id = {{ customer_id | sql_int }}\n"
ENDPOINT = "GET orders/{customer_id}"


def test_running_a_cell_saves_the_draft_and_shows_rows(cell, fake: Fake):
    result = cell()
    assert fake.last("PUT", "drafts")["datasource"] == "shop"
    assert fake.last("POST", "debug") == {"params": {"customer_id": "7"}}
    assert str(result).endswith(
        "10 of 120 rows · 12 ms · draft of GET orders/{customer_id} (not live)"
    )
    assert result.df().shape == (120, 4)
    assert len(result.rows) == len(result.data) == 120


def test_parameters_come_from_the_header_the_line_and_a_variable(
    cell, shell: InteractiveShell, fake: Fake
):
    shell.user_ns["mine"] = {"customer_id": 9, "since": "2026-02-01"}
    body = "--| run: {customer_id: 8, status: [a, b]}\n" + SQL.replace(
        "WHERE", "WHERE {{ since | sql_date }} {{ status | sql_in_list }} AND"
    )
    cell(body, "since=2026-01-01")
    assert fake.last("POST", "debug")["params"] == {
        "customer_id": 8, "status": ["a", "b"], "since": "2026-01-01",
    }  # fmt: skip
    cell(body, "--params mine status=x status='y z'")
    assert fake.last("POST", "debug")["params"] == {
        "customer_id": 9, "since": "2026-02-01", "status": ["x", "y z"],
    }  # fmt: skip
    cell(body, """--params '{"since": "2026-03-01"}'""")
    assert fake.last("POST", "debug")["params"]["since"] == "2026-03-01"


def test_a_missing_parameter_is_named_and_the_draft_is_saved(cell, fake: Fake):
    with pytest.raises(UsageError, match="no value for customer_id") as caught:
        cell(words="")
    assert "customer_id=7" in caught.value.hint
    assert "The draft of GET orders/{customer_id} is saved." in caught.value.notes
    assert ENDPOINT in fake.drafts


def test_a_misspelt_parameter_is_refused(cell):
    with pytest.raises(UsageError, match="'custmer_id'") as caught:
        cell(words="custmer_id=7")
    assert caught.value.hint == "Did you mean customer_id?"


def test_no_run_only_saves(cell, fake: Fake):
    assert "was not run" in str(cell(words="--no-run"))
    assert not any("debug" in path for _, path, _ in fake.requests)


def test_the_platforms_errors_are_shown_at_the_cells_line(cell, fake: Fake):
    fake.failure = Refuse(
        422, "invalid_definition", "unknown filter sql_itn", line=2, column=24, hint="sql_int?"
    )
    with pytest.raises(CellError, match="unknown filter") as caught:
        cell("--| access: public\n\n" + SQL)
    assert (caught.value.place.line, caught.value.place.column) == (5, 24)
    assert caught.value.hint == "sql_int?"


def test_errors_about_a_field_are_shown_at_its_header_line(cell, fake: Fake):
    fake.failure = Refuse(422, "invalid_definition", "no such type", field="params.since.type")
    with pytest.raises(CellError) as caught:
        cell("--| access: public\n--| params: {since: dat}\n" + SQL)
    assert caught.value.place.line == 3


def test_a_failing_query_says_so_at_its_line(cell, fake: Fake, say):
    say("use shop")
    cell(words="--no-run")
    fake.failure = None
    original = fake.debug

    def fail(key, params):
        raise Refuse(422, "query_failed", 'column "custmer" does not exist', line=1, column=8)

    fake.debug = fail
    with pytest.raises(CellError, match="does not exist") as caught:
        cell()
    fake.debug = original
    assert caught.value.place.line == 2
    assert caught.value.notes == ["The draft of GET orders/{customer_id} is saved."]
    warning = "Its last run in this notebook failed"
    assert warning in str(say("publish --dry-run"))
    cell()
    assert warning not in str(say("publish --dry-run"))


def test_an_unknown_datasource_is_refused_with_the_one_that_was_meant(cell, say):
    with pytest.raises(CellError) as caught:
        cell("--| datasource: shp\n" + SQL)
    assert caught.value.hint == "Did you mean shop?"
    assert caught.value.place.line == 2
    with pytest.raises(DbapiError) as caught:
        say("use shp")
    assert caught.value.hint == "Did you mean shop?"


def test_the_only_datasource_needs_no_choice(shell: InteractiveShell, fake: Fake):
    with pytest.raises(DbapiError, match="Which datasource"):
        shell.run_cell_magic("dbapi", f"sql {ENDPOINT} --no-run", SQL)
    fake.datasources = ("shop",)
    shell.run_cell_magic("dbapi", f"sql {ENDPOINT} --no-run", SQL)
    assert fake.drafts[ENDPOINT]["datasource"] == "shop"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("sqll GET orders", "no 'sqll' cells"),
        ("", "What does the cell hold"),
        ("sql FETCH orders", "'FETCH' is not a method"),
        ("sql GET", "required: PATH"),
        ("sql GET customer_id=7", "No path after GET"),
        ("sql GET orders it's", "no partner"),
        ("sql GET orders seven", "'seven' is not a parameter"),
        ("sql GET orders --params '{'", "not valid JSON"),
        ("sql GET orders --params nothing", "no dict of that name"),
        ("sql GET orders --norun", "has no option --norun"),
    ],
)
def test_magic_lines_that_are_refused(shell: InteractiveShell, line: str, message: str):
    with pytest.raises(UsageError, match=message):
        shell.run_cell_magic("dbapi", line, SQL)


def test_publishing_twice_makes_one_version(cell, say, fake: Fake):
    cell()
    assert "would make version 1" in say("publish --dry-run")
    assert fake.versions == {}
    first = say("publish -m 'Orders of a customer'")
    assert "Published version 1 of GET orders/{customer_id}" in first
    assert f"curl -H \"Authorization: Bearer $TOKEN\" '{fake.url}/api/orders/7'" in first
    assert fake.versions[ENDPOINT][0]["message"] == "Orders of a customer"
    assert "Nothing to publish: version 1 is live and the same" in say("publish")
    assert "Nothing to publish: version 1" in say("publish --dry-run")


def test_publishing_shows_what_changed_and_what_breaks(cell, say):
    cell("--| access: public\n" + SQL)
    say("publish")
    cell("--| access: private\n" + SQL + "LIMIT 5")
    for line in ("diff", "publish --dry-run", "publish"):
        shown = say(line)
        assert "+LIMIT 5" in shown
        assert "Breaking: access is now private" in shown
    assert "are the same" in say("diff")


def test_content_that_was_published_before_becomes_live_again(cell, say):
    cell()
    say("publish")
    cell(SQL + "LIMIT 5")
    say("publish")
    cell()
    assert "Version 1 of GET orders/{customer_id} is live again" in say("publish")


def test_versions_rollback_and_unpublish(cell, say, fake: Fake):
    cell()
    assert "Nothing has been published" in say("versions")
    assert "not live" in say("diff")
    say("publish")
    cell(SQL + "LIMIT 5")
    say("publish -m second")
    assert "second" in say("versions")
    assert "Version 1" in say("rollback")
    assert "Version 2" in say(f"rollback {ENDPOINT} --to 2")
    assert "is live already" in say("rollback --to 2")
    assert "rollback GET orders/{customer_id} --to 2" in say(f"unpublish {ENDPOINT}")
    assert "is not live" in say(f"unpublish {ENDPOINT}")


def test_a_version_can_be_asked_for_until_it_ends(cell, say, fake: Fake):
    cell()
    say("publish")
    cell(SQL + "LIMIT 5")
    say("publish")
    assert "callable" not in say("versions")
    assert "cannot be called" in say("version 1")
    done = say(
        f"version 1 {ENDPOINT} --allow --deprecated 2026-12-01 --sunset 2027-03-01T02:00+02:00"
    )
    assert fake.last("PATCH", "versions/1") == {
        "is_pinnable": True, "deprecated_at": "2026-12-01T00:00:00+00:00",
        "sunset_at": "2027-03-01T00:00:00+00:00",
    }  # fmt: skip
    assert "can be asked for: `X-API-Version: 1`. Deprecated from 2026-12-01 00:00:00 UTC" in done
    assert "by pin, deprecated, ends 2027-03-01" in say("versions")
    say("version 1 --refuse --sunset never")
    assert fake.last("PATCH", "versions/1") == {"is_pinnable": False, "sunset_at": None}
    with pytest.raises(UsageError, match="--sunset: 'soon' is no date"):
        say("version 1 --sunset soon")
    with pytest.raises(UsageError, match="not allowed with"):
        say("version 1 --allow --refuse")


def test_unpublish_wants_the_endpoint_named(cell, say):
    cell()
    with pytest.raises(UsageError, match="required: METHOD, PATH"):
        say("unpublish")


def test_purge_ends_what_is_kept(cell, say, fake: Fake):
    cell()
    say("publish")
    said = say("purge GET orders/{customer_id}")
    assert "answered anew" in str(said)
    assert fake.last("POST", "purge") == {}


def test_run_repeats_the_last_parameters_or_takes_others(cell, say, fake: Fake):
    cell()
    say("run")
    assert fake.last("POST", "debug") == {"params": {"customer_id": "7"}}
    say("run customer_id=8")
    assert fake.last("POST", "debug") == {"params": {"customer_id": "8"}}
    say(f"run {ENDPOINT} customer_id=9")
    assert fake.last("POST", "debug") == {"params": {"customer_id": "9"}}


def test_verbs_about_the_last_cell_say_when_there_is_none(say):
    with pytest.raises(UsageError, match="No cell has run"):
        say("publish")


def test_an_unknown_endpoint_is_refused_with_the_one_that_was_meant(cell, say):
    cell()
    with pytest.raises(DbapiError) as caught:
        say("publish GET order/{customer_id}")
    assert caught.value.hint == "Did you mean GET orders/{customer_id}?"


def test_exploring(say):
    assert "warehouse" in say("datasources")
    assert "customers" not in say("tables ord*")
    assert "orders" in say("tables rder")
    assert "warehouse" in say("tables --datasource warehouse")
    assert "customer_id" in say("describe main.orders")
    with pytest.raises(DbapiError) as caught:
        say("describe oders")
    assert caught.value.hint == "Did you mean orders?"
    assert "no endpoint yet" in say("endpoints")
    assert "datasource             shop" in say("status")
    assert "module sales" in say("use --module sales")


def test_show_gives_a_cell_that_saves_the_same_draft(cell, say, fake: Fake, shell):
    cell("--| params: {since: date}\n" + SQL, "--no-run")
    before = dict(fake.drafts[ENDPOINT])
    text = say("show").split("\n", 1)[1]
    line, _, body = text.partition("\n")
    shell.run_cell_magic("dbapi", line.removeprefix("%%dbapi ") + " --no-run", body)
    assert fake.drafts[ENDPOINT] == before


@pytest.mark.parametrize("name", [*CELLS])
def test_every_kind_of_cell_explains_itself(shell: InteractiveShell, name: str):
    helped = str(shell.run_cell_magic("dbapi", f"{name} --help", "\n"))
    assert f"usage: %%dbapi {name}" in helped
    for whole in (
        shell.run_line_magic("dbapi", "help"), shell.run_cell_magic("dbapi", "--help", "\n")
    ):  # fmt: skip
        assert CELLS[name].usage in str(whole)
        assert CELLS[name].summary in str(whole)


@pytest.mark.parametrize("verb", [*VERBS])
def test_every_verb_explains_itself(shell: InteractiveShell, verb: str):
    helped = str(shell.run_line_magic("dbapi", f"{verb} --help"))
    assert f"usage: %dbapi {verb}" in helped
    assert str(shell.run_line_magic("dbapi", f"help {verb}")) == helped
    assert VERBS[verb].summary in str(shell.run_line_magic("dbapi", "help"))
    for action in VERBS[verb].actions:
        assert action.summary in helped
        told = str(shell.run_line_magic("dbapi", f"{action.name} --help"))
        assert f"usage: %dbapi {action.name}" in told
        assert str(shell.run_line_magic("dbapi", f"help {action.name}")) == told


def test_verbs_and_flags_that_are_not_there(shell: InteractiveShell):
    for line, hint in {
        "publsh": "Did you mean publish?",
        "sql GET orders": "A cell begins with two signs: %%dbapi sql METHOD path",
        "transform GET orders": "A cell begins with two signs: %%dbapi transform METHOD path",
        "tables --datasorce x": "Did you mean --datasource?",
    }.items():
        with pytest.raises(UsageError) as caught:
            shell.run_line_magic("dbapi", line)
        assert caught.value.hint == hint


def test_provenance_names_the_notebook_and_the_commit(
    cell, say, fake: Fake, notebook: Notebook, tmp_path, monkeypatch
):
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "analysis.ipynb"))
    cell()
    say("publish")
    assert fake.provenance == {"notebook": "analysis.ipynb", "cell_id": None, "git_commit": None}
