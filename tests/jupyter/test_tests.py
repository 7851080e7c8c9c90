"""Tests of endpoints: saved and run from a cell, run by a verb, asked before publishing."""

import pytest

from dbapi_jupyter.errors import CellError, DbapiError, UsageError
from dbapi_jupyter.notebook import Notebook
from tests.jupyter.fake_platform import Fake

ENDPOINT = "GET orders/{customer_id}"
GOOD = "r = call(customer_id=7)\nlog.info('x')\nassert r.rows\n"
BAD = "\nr = call(customer_id=7)\nlog.info('x')\nif r:\n    assert False, r.data\n"


@pytest.fixture
def check(cell):
    """Run a cell that holds a test of an endpoint that is there."""
    cell()

    def run(body: str = GOOD, words: str = ""):
        return cell(body, words, f"test {ENDPOINT}")

    return run


def failure_of(run) -> DbapiError:
    with pytest.raises(DbapiError) as caught:
        run()
    assert type(caught.value).__name__ == "TestFailed"
    return caught.value


def test_a_test_is_saved_and_run(check, fake: Fake, notebook: Notebook):
    shown = check()
    assert fake.tests[ENDPOINT] == {"main": GOOD.rstrip()}
    assert fake.last("POST", "tests/run") == {"names": ["main"]}
    assert shown.passed
    assert "main  passed  4.2 ms      1" in str(shown)
    assert "Log:\n  info     in main" in str(shown)
    assert "1 test passed · draft of GET orders/{customer_id}" in str(shown)
    assert "<td>passed</td>" in shown.html()
    assert notebook.last == ("GET", "orders/{customer_id}")


def test_a_test_that_fails_is_an_error_at_its_line(check):
    error = failure_of(lambda: check(BAD, "--name empty"))
    assert error.message == "Test empty failed: assert False"
    assert (error.place.line, error.place.column) == (6, 5)
    text = "\n".join(error.lines())
    assert "assert False, r.data" in text
    assert "info     in empty" in text
    assert "4.2 ms · 1 call" in text
    assert "Test empty of GET orders/{customer_id} is saved." in text


def test_a_test_may_be_saved_only(check, fake: Fake):
    assert "was not run" in str(check(BAD, "--no-run"))
    assert "main" in fake.tests[ENDPOINT]


def test_tests_that_are_refused(check):
    with pytest.raises(CellError, match="A test cell has no options"):
        check("#| name: x\n" + GOOD)
    with pytest.raises(UsageError, match="'a/b' is no name"):
        check(GOOD, "--name a/b")
    with pytest.raises(CellError, match="no module 'os'") as caught:
        check("\nimport os")
    assert (caught.value.place.line, caught.value.place.column) == (3, 8)


def test_the_verb_runs_all_and_fails_when_one_does(check, say, fake: Fake):
    assert "has no test yet" in say("tests")
    check()
    assert "1 test passed" in say("tests")
    failure_of(lambda: check(BAD, "--name empty"))
    error = failure_of(lambda: say(f"tests {ENDPOINT}"))
    assert error.message == ("1 of 2 tests of GET orders/{customer_id} failed. empty: assert False")
    # The lines of what was saved, which begins at its first line that is not empty.
    assert error.place.source[error.place.line - 1] == "    assert False, r.data"
    assert error.notes == [
        "  main: passed · 4.2 ms · 1 call",
        "  empty: failed, line 4: assert False · 4.2 ms · 1 call",
    ]
    with pytest.raises(DbapiError, match="no test 'emty'") as caught:
        say("tests --remove emty")
    assert caught.value.hint == "Did you mean empty?"
    assert "is deleted" in say("tests --remove empty")
    assert list(fake.tests[ENDPOINT]) == ["main"]


def test_publishing_asks_the_tests_first(check, say, fake: Fake):
    check()
    failure_of(lambda: check(BAD, "--name empty"))
    error = failure_of(lambda: say("publish"))
    assert error.message == "Not published: 1 of 2 tests failed"
    assert error.notes == ["  empty: failed, line 4: assert False"]
    assert error.place.line == 4
    assert f'%dbapi publish {ENDPOINT} --force "reason"' in error.hint
    assert f"%dbapi tests {ENDPOINT}" in error.hint
    assert fake.versions == {}
    with pytest.raises(UsageError, match="needs a reason"):
        say("publish --force ' '")
    forced = say("publish --force 'May is late'")
    assert "Published version 1" in forced
    assert "1 of 2 tests failed. It is published all the same: May is late" in forced
    assert "May is late" in say("versions")
    say("tests --remove empty")
    assert "1 test passed" in say("publish")


def test_versions_that_were_not_forced_say_nothing_of_it(check, say, fake: Fake):
    say("publish")
    assert "force" not in fake.last("POST", "publish")
    assert "although" not in say("versions")
