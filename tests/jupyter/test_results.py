"""Results read well as text and as HTML, and hold everything that was answered."""

import builtins

import pytest

from dbapi_jupyter.diffview import DiffView
from dbapi_jupyter.errors import CellError, DbapiError, Interrupted, Place
from dbapi_jupyter.gateway import row_sets
from dbapi_jupyter.results import Listing, Message, Result
from dbapi_jupyter.rows import Affected, Answer, RowSet, Value, answers_of
from dbapi_jupyter.text import json_text, table_text, value_text


def result(*results: Answer, **fields: object) -> Result:
    return Result(None, results, 12.3, "draft of GET orders", **fields)


ROWS = RowSet(("id", "name"), [(n, f"<b>{n}</b> & $x$") for n in range(120)])


def test_only_the_first_rows_are_rendered_and_all_are_kept():
    shown = result(ROWS)
    assert shown.html().count("<tr>") == 11
    assert "10 of 120 rows · 12 ms · draft of GET orders" in shown.html()
    assert len(shown.rows) == 120
    assert len(shown.df()) == 120


def test_values_are_escaped_and_are_no_mathematics():
    page = result(ROWS).html()
    assert "<b>" not in page
    assert "&lt;b&gt;1&lt;/b&gt; &amp; $x$" in page
    assert "mathjax_ignore" in page


def test_column_names_are_escaped():
    assert "<script>" not in result(RowSet(("<script>",), [(1,)])).html()


def test_several_statements_give_several_tables():
    shown = result(RowSet(("a",), [(1,)]), Affected(3), RowSet(("b",), [(2,), (3,)]))
    assert shown.html().count("<table>") == 2
    assert "3 rows affected" in shown.text()
    assert shown.footer() == "1 row, 2 rows · 12 ms · draft of GET orders"
    assert list(shown.df(1)["b"]) == [2, 3]
    with pytest.raises(DbapiError, match="2 tables"):
        shown.df(2)


def test_a_cut_result_says_so():
    cut = RowSet(("a",), [(n,) for n in range(50)], truncated=True)
    assert cut.summary() == "10 of the first 50 rows (the endpoint's row limit)"


def test_a_result_without_rows_says_so():
    assert "0 rows" in result(RowSet(("a",), [])).text()


def test_warnings_stand_above_the_footer():
    assert (
        "parameter x is declared"
        in result(Affected(1), warnings=["parameter x is declared"]).html()
    )


def test_text_tables_are_aligned():
    assert table_text(("id", "name"), [(1, None), (200, "a\nb")]) == (
        " id  name\n───  ────\n  1  NULL\n200  a b"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"), (1.5, "1.5"), ({"a": [1]}, '{"a": [1]}'), ("x" * 50, "x" * 39 + "…"),
        ("\x1b[31mred", " [31mred"), ("é", "é"),
    ],
)  # fmt: skip
def test_values_as_text(value: object, text: str):
    assert value_text(value) == text


def test_both_forms_are_offered():
    bundle = Message("It is `so`", "good")._repr_mimebundle_()
    assert bundle["text/plain"] == "It is `so`"
    assert "<code>so</code>" in bundle["text/html"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"), (True, "true"), ("é\n", '"é\\n"'), ([], "[]"),
        ({"a": [1, 2]}, '{"a": [1, 2]}'),
        ({"a": "x" * 90}, '{\n  "a": "' + "x" * 90 + '"\n}'),
        ("\x7f", '" "'), ("y" * 300, '"' + "y" * 158 + "…"),
    ],
)  # fmt: skip
def test_values_as_json(value: object, text: str):
    assert json_text(value) == text


class Unread:
    def __str__(self) -> str:
        raise AssertionError("the end of a long value was written out")


def test_a_long_value_is_shortened_and_its_end_is_not_even_read():
    text = json_text({"rows": [*({"n": n} for n in range(10_000)), Unread()]})
    assert len(text.splitlines()) == 41
    assert text.endswith("… there is more: `.data` is the whole")
    assert json_text(list(range(60))).endswith("is the whole")


def test_values_are_escaped_too():
    assert "<b>" not in result(Value({"a": "<b>"})).html()


def test_of_a_long_log_the_end_is_shown():
    logs = [{"level": "info", "message": f"line {n} " + "x" * 600} for n in range(60)]
    shown = result(Value(1), logs=logs).text()
    assert "10 earlier lines: `.logs` holds all" in shown
    assert "line 9 " not in shown
    assert "line 59" in shown
    assert max(map(len, shown.splitlines())) < 520


def test_answers_of_every_kind():
    results = [
        {"kind": "rows", "columns": ["a"], "rows": [[1]], "truncated": False},
        {"kind": "affected", "count": 3}, {"kind": "value"},
    ]  # fmt: skip
    found = answers_of(results, [{"b": 1}, {"c": 2}])
    assert found[:2] == [RowSet(["a"], [[1]], truncated=False), Affected(3)]
    assert found[2] == RowSet(["b", "c"], [[1, None], [None, 2]])
    assert answers_of([{"kind": "value"}], [{"b": 1}, 2]) == [Value([{"b": 1}, 2])]
    empty = result(*answers_of([{"kind": "value"}], []))
    assert empty.text() == "0 rows · 12 ms · draft of GET orders"
    assert len(empty.df()) == 0


def test_listings():
    listing = Listing(("a",), [(n,) for n in range(300)], note="a note")
    assert "a note · 200 of 300 shown" in listing.text()
    assert listing.data[299] == {"a": 299}
    assert len(listing.df()) == 300
    assert "nothing" in Listing(("a",), [], empty="nothing").html()


def test_without_pandas_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    real = builtins.__import__

    def refuse(name: str, *args: object) -> object:
        if name == "pandas":
            raise ImportError
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(DbapiError, match="needs pandas") as caught:
        result(ROWS).df()
    assert "pip install pandas" in caught.value.hint


def test_a_diff_is_coloured_by_line():
    diff = {
        "from": "live (version 1)", "to": "draft",
        "content": "--- a\n+++ b\n@@ -1 +1 @@\n-SELECT '<'\n+SELECT 1\n same",
        "fields": [{"field": "params.since", "from": None, "to": {"type": "date"}}],
        "breaking": ["parameter region is gone"],
    }  # fmt: skip
    page = DiffView(diff, "headline").html()
    assert "<span class=\"dbapi-gone\">-SELECT '&lt;'</span>" in page
    assert '<span class="dbapi-add">+SELECT 1</span>' in page
    assert '<span class="dbapi-place">--- a</span>' in page
    assert "type: date" in page
    assert "Breaking: parameter region is gone" in page


def test_texts_beside_the_content_are_compared_line_by_line():
    old = {"type": "date", "validate": "def validate(value):\n    return False\n"}
    changes = [
        {"field": "transform", "from": None, "to": "def transform(result):\n    return 1"},
        {"field": "params.since", "from": old,
         "to": old | {"validate": "def validate(value):\n    1"}},
        {"field": "access", "from": "public", "to": "private"},
    ]  # fmt: skip
    diff = {"from": "live (version 1)", "to": "draft", "content": "", "breaking": []}
    view = DiffView(diff | {"fields": changes}, "headline")
    text = view.text()
    assert "+++ transform: draft\n@@ -0,0 +1,2 @@\n+def transform(result):\n+    return 1" in text
    assert " def validate(value):\n-    return False\n+    1" in text
    assert "params.since  type: date, validate: 2 lines" in text
    assert "transform  " not in text
    assert '<span class="dbapi-add">+    return 1</span>' in view.html()
    only = DiffView(diff | {"fields": changes[:1]}, "headline")
    assert "<table>" not in only.html()
    assert only.text().startswith("headline\n--- transform")


@pytest.mark.parametrize(
    ("data", "kinds"),
    [
        ([{"a": 1}, {"a": 2, "b": 3}], [(("a", "b"), 2)]),
        ([], [((), 0)]),
        (3, [3]),
        ([3, [{"a": 1}]], [3, (("a",), 1)]),
        ({"total": 1}, [{"total": 1}]),
        (None, []),
        (["x", "y"], [(("value",), 2)]),
    ],
)
def test_tables_of_what_a_consumer_gets(data: object, kinds: list):
    found = [
        item.value if isinstance(item, Value) else (tuple(item.columns), len(item.rows))
        for item in row_sets(data)
    ]
    assert found == kinds


def test_an_error_shows_the_line_a_caret_and_a_hint():
    place = Place(["%%dbapi sql GET x", "SELECT", "FROM oders"], 3, 6)
    error = CellError("no table oders", place=place, hint="orders?", notes=["It is saved."])
    text = "\n".join(error.lines())
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[2m"):
        text = text.replace(code, "")
    assert text == (
        "CellError: no table oders\n  2 | SELECT\n  3 | FROM oders\n    |      ^\n"
        "It is saved.\nHint: orders?"
    )


def test_an_interrupt_is_one_line_and_still_an_interrupt():
    error = Interrupted("the platform cancels")
    assert isinstance(error, KeyboardInterrupt)
    assert len(error._render_traceback_()) == 1
