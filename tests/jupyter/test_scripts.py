"""Scripts, transforms and Python macros from the notebook."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from dbapi_jupyter.errors import CellError, DbapiError, UsageError
from dbapi_jupyter.notebook import Notebook
from tests.jupyter.fake_platform import Fake, Refuse

ENDPOINT = "GET orders/{customer_id}"
SCRIPT = """#| description: What they spent
#| params:
#|   code:
#|     type: string
#|     validate: |
#|       def validate(value, params):
#|
#|           return value.isupper()
def execute(params):
    return db.query_one("SELECT 42 AS answer")
"""
TRANSFORM = "def transform(result, params):\n    return result\n"


@pytest.fixture
def script(cell):
    """Run a cell that holds a script."""

    def run(body: str = SCRIPT, words: str = "customer_id=7"):
        return cell(body, words, f"script {ENDPOINT}")

    return run


@pytest.fixture
def transform(cell):
    """Run a cell that holds a transform."""

    def run(body: str = TRANSFORM, words: str = ""):
        return cell(body, words, f"transform {ENDPOINT}")

    return run


def test_a_script_is_saved_with_its_options_and_run(script, fake: Fake):
    result = script()
    saved = fake.last("PUT", "drafts")
    assert saved["engine"] == "script"
    assert saved["description"] == "What they spent"
    assert saved["params"]["code"] == {
        "type": "string",
        "validate": "def validate(value, params):\n\n    return value.isupper()\n",
    }
    assert saved["content"].startswith("def execute")
    assert str(result) == ('{"answer": 42}\n\n12 ms · draft of GET orders/{customer_id} (not live)')
    assert result.data == {"answer": 42}
    assert "<pre>" in result.html()


def test_a_list_of_objects_is_a_table(script, fake: Fake):
    fake.value = [{"id": 1}, {"id": 2, "name": {"a": [1]}}] * 10
    fake.envelope = {"total": 120, "truncated": False}
    result = script()
    assert result.columns == ["id", "name"]
    assert result.rows[0] == [1, None]
    assert len(result.rows) == 20
    assert result.df().shape == (20, 2)
    assert "10 of 20 rows" in str(result)
    assert "Beside the data: total: 120" in str(result)
    assert result.envelope["total"] == 120


def test_an_answer_that_is_no_success_says_so(script, fake: Fake):
    fake.envelope = {"success": False, "message": "no stock", "data": []}
    assert "The answer says success: false (no stock)" in str(script())
    assert "success: false (no stock)" in script().html()
    fake.envelope = {"message": "half of them"}
    assert "Beside the data: message: half of them" in str(script())


def test_what_a_script_logged_stands_below_its_answer(script, fake: Fake):
    fake.logs = [
        {"level": "info", "message": "3 rows"}, {"level": "warning", "message": "no <price>\nof 7"},
    ]  # fmt: skip
    result = script()
    assert "Log:\n  info     3 rows\n  warning  no <price>\n           of 7\n" in str(result)
    assert '<span class="dbapi-log-warning"><b>warning</b>  no &lt;price&gt;' in result.html()
    assert result.logs == fake.logs


def test_an_error_comes_with_its_line_and_what_was_logged(script, fake: Fake):
    fake.failure = None
    script()
    fake.debug = raising(
        Refuse(
            422, "script_failed", "ZeroDivisionError: division by zero", field="content", line=2,
            beside={"logs": [{"level": "info", "message": "before"}]},
        )
    )  # fmt: skip
    with pytest.raises(CellError, match=r"^ZeroDivisionError: division by zero$") as caught:
        script()
    error = caught.value
    # The header is eight lines, and the caret stands under the line's first character.
    assert (error.place.line, error.place.column) == (11, 5)
    text = "\n".join(error.lines())
    assert "Log:\n  info     before" in text
    assert text.index("^") < text.index("Log:") < text.index("is saved")


def test_a_mistake_in_a_validate_is_shown_at_its_line_of_the_header(script, fake: Fake):
    fake.failure = Refuse(
        422, "invalid_definition", "is not Python", field="params.code.validate", line=3, column=5
    )
    with pytest.raises(CellError, match=r"params\.code\.validate: is not Python") as caught:
        script()
    place = caught.value.place
    assert place.source[place.line - 1] == "#|           return value.isupper()"
    assert place.source[place.line - 1][place.column - 1 :] == "return value.isupper()"


def test_a_text_that_no_cell_at_hand_holds_is_shown_all_the_same(
    script, transform, fake: Fake, say
):
    script()
    transform()
    failure = Refuse(422, "transform_failed", "KeyError: 'id'", field="transform", line=2)
    fake.debug = raising(failure)
    for run in (script, lambda: say("run")):
        with pytest.raises(CellError, match="transform, line 2: KeyError") as caught:
            run()
        assert caught.value.place.source == TRANSFORM.splitlines()
    with pytest.raises(CellError, match=r"^KeyError: 'id'$") as caught:
        transform()
    assert caught.value.place.line == 3
    fake.debug = raising(Refuse(422, "script_failed", "it broke", field="macros.money", line=2))
    with pytest.raises(CellError, match=r"^macros\.money, line 2: it broke$") as caught:
        script()
    assert caught.value.place is None


def test_a_script_that_ends_the_call_itself_says_with_which_status(script, fake: Fake):
    fake.debug = raising(Refuse(404, "refused", "there is no such customer"))
    with pytest.raises(DbapiError, match="no such customer") as caught:
        script()
    assert "status=404" in "\n".join(caught.value.lines())


def raising(refusal: Refuse):
    def fail(*_args: object) -> None:
        raise refusal

    return fail


@pytest.mark.parametrize(
    ("body", "message", "line"),
    [
        ("\n", "The cell has no code", None),
        ("--| access: public\ndef execute(params): pass", "in Python are marked #|", 2),
        ("x = 1\n#| access: public", "below the start of the content", 3),
        ("#| acces: public\nx = 1", "'acces' is not an option of a script cell", 2),
        ("#| access: {\nx = 1", "not valid YAML", 2),
    ],
)
def test_scripts_that_are_refused_before_they_are_sent(script, body, message: str, line):
    with pytest.raises(CellError, match=message.replace("|", r"\|")) as caught:
        script(body)
    assert (caught.value.place and caught.value.place.line) == line


def test_a_script_is_asked_for_its_values_in_its_own_marks(script):
    with pytest.raises(UsageError) as caught:
        script(words="")
    assert "#| run: {customer_id: 7}" in caught.value.hint


def test_show_writes_a_script_and_all_that_belongs_to_it(
    script, transform, cell, say, fake: Fake, shell: InteractiveShell, notebook
):
    script()
    transform()
    cell("assert True\n", "--name 'of all'", f"test {ENDPOINT}")
    before = dict(fake.drafts[ENDPOINT])
    own, after, test = say("show").split("\n", 1)[1].split("\n\n%%dbapi ")
    assert test == f"test {ENDPOINT} --name 'of all'\nassert True"
    fake.drafts.clear()
    notebook.seen.clear()
    for text in (own.removeprefix("%%dbapi "), after):
        line, _, body = text.partition("\n")
        shell.run_cell_magic("dbapi", line + " --no-run", body)
    assert fake.drafts[ENDPOINT] == before


def test_a_transform_keeps_the_rest_of_the_draft_and_repeats_the_last_run(
    cell, transform, fake: Fake
):
    cell("--| access: public\nSELECT {{ customer_id | sql_int }}")
    result = transform()
    saved = fake.last("PUT", "drafts")
    assert saved["transform"] == TRANSFORM.rstrip()
    assert (saved["access"], saved["datasource"]) == ("public", "shop")
    assert fake.last("POST", "debug") == {"params": {"customer_id": "7"}}
    assert result.data == {"answer": 42}
    transform(words="customer_id=8")
    assert fake.last("POST", "debug") == {"params": {"customer_id": "8"}}
    # The endpoint's own cell says nothing of it, and it stays.
    cell("SELECT {{ customer_id | sql_int }}")
    assert fake.drafts[ENDPOINT]["transform"] == TRANSFORM.rstrip()


def test_a_transform_is_only_saved_while_values_are_missing(
    cell, transform, fake: Fake, notebook: Notebook
):
    cell(words="--no-run")
    said = str(transform())
    assert "Saved the transform of GET orders/{customer_id}. Not run: no value for" in said
    assert "Add customer_id=7 to the magic line" in said
    assert "It was not run" in str(transform(words="customer_id=7 --no-run"))
    assert not any("debug" in path for _, path, _ in fake.requests)
    assert notebook.last == ("GET", "orders/{customer_id}")


def test_a_transform_is_removed(cell, transform, fake: Fake):
    cell()
    transform()
    with pytest.raises(UsageError, match="this cell holds one"):
        transform(words="--remove")
    assert "has no transform any more" in str(transform("\n", "--remove"))
    assert fake.drafts[ENDPOINT]["transform"] is None
    assert "has no transform" in str(transform("\n", "--remove"))


def test_transforms_that_are_refused(cell, transform, fake: Fake):
    with pytest.raises(DbapiError, match="no endpoint GET orders"):
        transform()
    cell()
    with pytest.raises(CellError, match="A transform cell has no options") as caught:
        transform("#| access: public\n" + TRANSFORM)
    assert caught.value.place.line == 2
    fake.failure = Refuse(
        422, "invalid_definition", "is not Python", field="transform", line=1, column=4
    )
    with pytest.raises(CellError, match=r"^is not Python$") as caught:
        transform("\n" + TRANSFORM)
    assert (caught.value.place.line, caught.value.place.column) == (3, 4)


@pytest.mark.parametrize(
    "text",
    ["%%dbapi --help", "%%dbapi transform --help", f"%%dbapi transform {ENDPOINT} --remove\n"],
)
def test_a_cell_may_be_empty_where_that_makes_sense(cell, transform, shell, text: str):
    cell()
    transform()
    assert shell.run_cell(text).error_in_exec is None


def test_a_python_macro_is_saved_with_its_language(shell: InteractiveShell, say, fake: Fake):
    body = "#| description: Prices\ndef euros(cents):\n    return cents / 100\n"
    said = shell.run_cell_magic("dbapi", "macro money --python", body)
    assert "Saved macro money (not published)" in str(said)
    assert fake.last("PUT", "macros") == {
        "name": "money", "description": "Prices", "language": "python",
        "content": "def euros(cents):\n    return cents / 100",
    }  # fmt: skip
    shell.run_cell_magic("dbapi", "macro few", "{% macro few() %}LIMIT 3{% endmacro %}")
    assert "language" not in fake.last("PUT", "macros")
    listed = say("macros")
    assert "Python" in listed
    assert "SQL" in listed


@pytest.mark.parametrize(
    ("line", "body", "hint"),
    [
        ("macro money", "#| module: shop\ndef euros(cents):\n    return 1", "--python"),
        ("macro few --python", "\n\n{% macro few() %}1{% endmacro %}", "Leave --python out"),
    ],
)
def test_a_macro_in_the_other_language_is_noticed(shell, say, line: str, body: str, hint: str):
    with pytest.raises(CellError, match="first line says") as caught:
        shell.run_cell_magic("dbapi", line, body)
    place = caught.value.place
    assert "euros" in place.source[place.line - 1] or "few" in place.source[place.line - 1]
    assert hint in caught.value.hint
