"""Cells are read into drafts, and errors point at the line that is wrong."""

import pytest

from dbapi_jupyter.cells import place_of_word, read_cell, write_cell
from dbapi_jupyter.errors import CellError
from dbapi_jupyter.kinds import SCRIPT, Kind
from dbapi_jupyter.kinds import SQL as SQL_CELL

LINE = "%%dbapi sql GET orders/{customer_id}"
SQL = "SELECT *\nFROM orders\n"


def read(body: str):
    return read_cell(LINE, body)


def error_of(body: str) -> CellError:
    with pytest.raises(CellError) as caught:
        read(body)
    return caught.value


def test_a_cell_without_header_is_all_content():
    cell = read(SQL)
    assert cell.draft("sql", "GET", "orders") == {
        "method": "GET", "path": "orders", "engine": "sql", "content": "SELECT *\nFROM orders",
    }  # fmt: skip
    assert cell.content_line == 2


def test_header_lines_become_the_drafts_fields():
    cell = read(
        "\n--| datasource: shop\n\n--| access: public\n--| params:\n"
        "--|   since: {type: date, description: Only from this day on}\n"
        "--|   limit: {type: integer, default: 20}\n\n" + SQL
    )
    draft = cell.draft("sql", "GET", "orders", module="sales")
    assert draft["datasource"] == "shop"
    assert draft["module"] == "sales"
    assert draft["params"]["since"] == {"type": "date", "description": "Only from this day on"}
    assert draft["params"]["limit"] == {"type": "integer", "default": 20}
    assert draft["content"] == "SELECT *\nFROM orders"
    assert cell.content_line == 10
    assert cell.lines[cell.content_line - 1] == "SELECT *"


def test_a_parameter_may_be_just_its_type():
    cell = read("--| params: {since: date, limit: integer, region: }\n" + SQL)
    assert cell.header["params"] == {
        "since": {"type": "date"}, "limit": {"type": "integer"}, "region": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2026-01-01", "2026-01-01"), ("on", "on"), ("yes", "yes"), ("12:30", "12:30"),
        ("010", 10), ("1e3", 1000.0), ("true", True), ("'7'", "7"), ("7", 7), ("1.5", 1.5),
        ("[1, 2]", [1, 2]), ("NO", "NO"), ("null", None), ("0x10", "0x10"),
    ],
)  # fmt: skip
def test_values_are_what_they_look_like(written: str, read_as: object):
    assert read(f"--| run: {{x: {written}}}\n{SQL}").run == {"x": read_as}


def test_run_is_no_part_of_the_draft():
    cell = read("--| run: {customer_id: 7}\n" + SQL)
    assert cell.run == {"customer_id": 7}
    assert "run" not in cell.draft("sql", "GET", "orders")


def test_an_unknown_option_is_refused_with_the_one_that_was_meant():
    error = error_of("--| access: public\n--| datasorce: shop\n" + SQL)
    assert error.place.line == 3
    assert error.place.column == 5
    assert error.hint == "Did you mean datasource?"


def test_broken_yaml_is_shown_at_its_line():
    error = error_of("--| access: public\n\n--| params: {since: date\n" + SQL)
    assert "not valid YAML" in error.message
    assert error.place.line == 4


@pytest.mark.parametrize(
    "header", ["run: !!python/name:os.system x", "run: {[a]: b}", "name: \x01", "run: *x", "<<: 1"]
)
def test_yaml_that_is_more_than_plain_values_is_refused(header: str):
    assert error_of(f"--| {header}\n{SQL}").place.line == 2


def test_an_option_given_twice_is_refused():
    error = error_of("--| access: public\n--| access: private\n" + SQL)
    assert "twice" in error.message
    assert error.place.line == 3


def test_a_header_line_below_the_content_is_refused():
    error = error_of("SELECT 1\n--| access: public\n")
    assert error.place.line == 3
    assert "Move it above line 2" in error.hint


def test_a_header_that_is_no_mapping_is_refused():
    assert "key: value" in error_of("--| datasource\n" + SQL).message


def test_params_must_be_a_mapping():
    assert "'params' is a mapping" in error_of("--| params: [since]\n" + SQL).message


def test_a_cell_without_sql_is_refused():
    assert "no SQL" in error_of("--| access: public\n\n").message


def test_places_of_fields_and_of_content():
    cell = read("--| params:\n--|   since: {type: dat}\n" + SQL)
    assert cell.place(field="params.since.type").line == 3
    assert cell.place(field="params.since.minimum").line == 3
    assert cell.place(field="content") is None
    place = cell.place(field=None, line=2, column=6)
    assert (place.line, place.column) == (5, 6)


def test_a_name_in_a_databases_message_is_found_when_it_stands_once():
    cell = read("SELECT id,\n  totl\nFROM orders WHERE id = 1\n")
    for message in (
        'Referenced column "totl" not found',
        "Column with name totl does not exist!",
        "no such column: totl",
    ):
        place = place_of_word(cell, message)
        assert (place.line, place.column) == (3, 3)
    assert place_of_word(cell, 'near "id"') is None
    assert place_of_word(cell, "no quotes") is None


def test_the_caret_stands_under_the_column_behind_tabs():
    cell = read("SELECT\n\t\tfoo\n")
    shown = cell.place(field=None, line=2, column=3).shown()
    assert shown[-1].endswith(" \t\t\x1b[1m^\x1b[0m")


@pytest.mark.parametrize(
    "draft",
    [
        {},
        {"description": "a: b # c", "name": "on", "access": "public", "timeout": 1.5},
        {
            "params": {
                "since": {"type": "date", "default": "2026-01-01", "description": "é, {x}: 'y'"},
                "n": {"type": "string", "default": "1e3", "enum": ["1e3", "010", "yes", "~"]},
                "yes": {"type": "boolean", "default": True},
            }
        },
        {
            "cache": {"ttl": 60, "vary": ["client"]},
            "page": {"style": "keyset", "by": ["-created_at", "id"], "size": 100},
            "max_export_rows": 5_000_000,
            "allow_async": True,
        },
        {
            "description": "two\nlines",
            "params": {
                "on": {"type": "date", "validate": "def validate(value):\n\n    return '# x: y'\n"},
                "n": {"validate": "def validate(value):\n    return 1", "options": "SELECT 1\n\n"},
                "trailing": {"validate": "def f(): \n\tpass"},
                "first": {"validate": "\n\n  x\n"},
            },
        },
    ],
)
@pytest.mark.parametrize("kind", [SQL_CELL, SCRIPT])
def test_a_written_cell_reads_back_as_the_same_draft(draft: dict, kind: Kind):
    whole = {
        "method": "GET", "path": "orders", "engine": kind.name, "datasource": "shop",
        "content": "SELECT 1\n-- done", **draft,
    }  # fmt: skip
    line, _, body = write_cell(kind.name, whole).partition("\n")
    assert line == f"%%dbapi {kind.name} GET orders"
    assert read_cell(line, body, kind).draft(kind.name, "GET", "orders") == whole


def test_how_it_answers_is_written_shortly():
    draft = {
        "method": "GET", "path": "x", "content": "SELECT 1", "cache": {"ttl": 60, "vary": []},
        "page": {"style": "keyset", "by": ["-created_at", "id"], "size": 100},
        "max_export_rows": None, "allow_async": None,
    }  # fmt: skip
    text = write_cell("sql", draft)
    assert text.split("\n")[1:-1] == [
        "--| cache: 60", "--| page: {style: keyset, by: [-created_at, id], size: 100}",
    ]  # fmt: skip
    line, _, body = text.partition("\n")
    assert read_cell(line, body).header["cache"] == {"ttl": 60}
    assert "allow_async" not in write_cell("sql", draft | {"allow_async": False})


def test_a_wrong_part_of_an_option_is_shown_where_it_stands():
    cell = read(f"--| cache: {{ttl: 0}}\n--| page: {{by: [a b]}}\n{SQL}")
    for field, line, shown in (
        ("cache.ttl", 2, "ttl: 0}"), ("cache.vary", 2, "cache: {ttl: 0}"),
        ("page.by.0", 3, "by: [a b]}"), ("page.style", 3, "page: {by: [a b]}"),
    ):  # fmt: skip
        place = cell.place(field=field)
        assert (place.line, place.source[line - 1][place.column - 1 :]) == (line, shown)


def test_a_text_of_several_lines_is_written_as_one():
    params = {"a": {"type": "date", "validate": "def validate(value):\n    return False\n"}}
    draft = {"method": "GET", "path": "x", "content": "x = 1", "params": params}
    assert write_cell("script", draft).split("\n")[1:] == [
        "#| params:", "#|   a:", "#|     type: date", "#|     validate: |",
        "#|       def validate(value):", "#|           return False", "x = 1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "field", "line", "shown"),
    [
        (
            "--| params:\n--|   a:\n--|     validate: |\n--|       x\n--|       y",
            "validate",
            2,
            "y",
        ),
        # Empty lines count, whether they are marked or not.
        ("--| params:\n--|   a:\n--|     validate: |\n\n--|\n--|       z", "validate", 3, "z"),
        ("--| params:\n--|   a: {validate: 'x'}", "validate", 1, "  a: {validate: 'x'}"),
        ("--| params:\n--|   a:\n--|     options: |\n--|       SELECT", "options", 1, "SELECT"),
    ],
)
def test_places_in_a_text_of_the_header(header: str, field: str, line: int, shown: str):
    cell = read(f"{header}\n{SQL}")
    place = cell.place(field=f"params.a.{field}", line=line, column=1)
    assert place.source[place.line - 1].endswith(shown)
    if shown in "xyzSELECT":
        assert place.source[place.line - 1][place.column - 1 :] == shown


def test_a_line_of_another_text_is_no_line_of_the_cell():
    cell = read(SQL)
    for field in ("transform", "macros.page", "tests.main", "params.a.validate"):
        assert cell.place(field=field, line=1) is None
    assert cell.place(field="customer_id", line=1).line == 2
