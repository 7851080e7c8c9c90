"""logs and stats: what was asked, what failed and why, and what it adds up to."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

from dbapi_jupyter.errors import DbapiError, UsageError
from dbapi_jupyter.moments import read_moment
from dbapi_jupyter.trafficview import bar_text, status_rows
from dbapi_jupyter.verbs import logs
from tests.jupyter.fake_platform import Fake
from tests.jupyter.fake_traffic import ERROR

ENDPOINT = "GET orders/{customer_id}"


def times(shown: str) -> list[str]:
    return [line.split()[1] for line in shown.splitlines()[2:] if line.startswith("2026")]


def test_records_are_listed_newest_first_with_their_errors(say, fake: Fake):
    fake.record(1, client_id="c-billing", client="billing")
    fake.record(2, 500, client_id="c-gone")
    shown = say("logs")
    assert times(shown) == ["10:00:02", "10:00:01"]
    for part in ("GET orders/1", "billing", "c-gone", "12.3", "127.0.0.1", ERROR[:30], "r-2"):
        assert part in shown
    assert shown.endswith("times in UTC · %dbapi logs --request-id ID shows an error in full")


def test_without_records_that_is_said(say):
    assert say("logs --status 404") == "No request is like that"


@pytest.mark.parametrize(
    ("flags", "found"),
    [
        ("--status 5xx", [3]),
        ("--status 404", [2]),
        ("--status 4XX", [2]),
        ("--client billing", [1]),
        ("--path orders/2", [2]),
        ("--ip 10.0.0.9", [2]),
        ("--error not_found", [2]),
        ("--slow 1000", [3]),
        ("--since '2026-11-01 10:00:02'", [3, 2]),
        ("--until 2026-11-01T10:00:01Z", [1]),
        ("--since 1h", []),
        ("--limit 2", [3, 2]),
        (ENDPOINT, [3, 2]),
        ("--last", [3, 2]),
    ],
)
def test_what_is_asked_for(cell, say, fake: Fake, flags: str, found: list[int]):
    cell()
    fake.create_client("billing")
    fake.record(1, client_id="c-billing", endpoint_id="other")
    fake.record(2, 404, ip_address="10.0.0.9", error_code="not_found")
    fake.record(3, 500, duration_ms=2_000.0)
    assert times(say(f"logs {flags}")) == [f"10:00:0{number}" for number in found]


def test_a_long_list_says_how_many_there_are(say, fake: Fake):
    for number in range(30):
        fake.record(number)
    assert "the newest 20 of 30 · times" in say("logs")
    fake.total_is_capped = True
    assert "the newest 20 of 30+ · times" in say("logs")


def test_one_request_is_shown_in_full(say, fake: Fake, shell: InteractiveShell):
    fake.record(1, 500, log="info: looking <b>\nwarning: odd")
    shown = say("logs --request-id r-1")
    assert f"Error:\n{ERROR}" in shown
    assert "Log:\ninfo: looking <b>\nwarning: odd" in shown
    assert "2026-11-01 10:00:01 UTC" in shown
    page = shell.run_line_magic("dbapi", "logs --request-id r-1").html()
    assert "SELECT 1 / 0 FROM orders" in page
    assert "<b>" not in page.replace("info: looking <b>", "x")
    with pytest.raises(DbapiError, match="no record of request r-9"):
        say("logs --request-id r-9")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("logs --status 6xx", "is no status"),
        ("logs --since yesterday", "is no moment"),
        ("logs --since 999999w", "is no moment"),
        ("logs --limit 0", "from 1 to 500"),
        ("logs --follow 601", "from 1 to 600"),
        ("logs --last", "No cell has run"),
        (f"logs {ENDPOINT} --last", "not both"),
        ("stats --days 91", "from 1 to 90"),
    ],
)
def test_what_is_typed_wrongly_is_told(say, line: str, message: str):
    with pytest.raises(UsageError) as caught:
        say(line)
    assert message in str(caught.value)


def test_following_shows_new_records_in_the_place_of_the_old(
    say, fake: Fake, monkeypatch: pytest.MonkeyPatch, capsys
):
    fake.record(1)
    waits = []

    def wait(_seconds: float) -> None:
        waits.append(fake.record(2))
        if len(waits) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(logs.time, "sleep", wait)
    say("logs --follow 60")
    shown = capsys.readouterr().out
    assert shown.count("r-1") == 2
    assert shown.count("r-2") == 1


def test_an_overview_is_drawn(cell, say, fake: Fake, shell: InteractiveShell):
    fake.seven_days()
    view = shell.run_line_magic("dbapi", "stats")
    lines = str(view).splitlines()
    assert lines[0] == "All endpoints · the last 7 days, in UTC"
    assert lines[1] == ("2,203 requests · 12 errors (0.5%) · p50 4.2 ms · p95 80 ms · p99 1.2 s")
    chart = {line.split()[0]: line for line in lines if line.startswith("2026")}
    assert list(chart) == [f"2026-11-{day}" for day in range(22, 27)]
    assert chart["2026-11-23"].endswith("█" * 24)
    assert chart["2026-11-24"].endswith("▏")
    assert chart["2026-11-25"].split() == ["2026-11-25", "0", "0"]
    for part in ("2xx answered", "└ 404", ENDPOINT, "(deleted)", "billing"):
        assert part in str(view)
    page = view.html()
    assert 'style="width: 78.8%"></span><span class="dbapi-bar-bad" style="width: 1.2%">' in page
    assert view.df().shape == (7, 3)


def test_an_overview_of_one_endpoint_and_of_hours(cell, say, fake: Fake):
    cell()
    fake.seven_days()
    for hour, step in enumerate(fake.overview["steps"]):
        step["start"] = f"2026-11-26T{hour:02}:00:00Z"
    shown = say("stats --last --days 1")
    assert "days=1&endpoint_id=GET" in fake.requests[-1][1]
    assert shown.startswith(f"{ENDPOINT} · the last 1 day, in UTC")
    assert "2026-11-26 03:00" in shown


def test_what_is_not_counted_yet_is_told(say, fake: Fake):
    fake.seven_days()
    fake.overview |= {"is_complete": False, "pending": 20_000}
    assert "p99 1.2 s · 20,000 more are not counted yet" in say("stats")


def test_an_overview_of_nothing(say, fake: Fake):
    fake.overview = {"requests": 0}
    assert say("stats") == "All endpoints: nobody has called in the last 7 days"


def test_only_what_went_wrong_is_told_by_status():
    assert status_rows({"200": 5, "201": 1, "404": 2}) == [
        ("2xx answered", 6), ("4xx refused", 2), ("└ 404", 2),
    ]  # fmt: skip


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_bar_is_seen_unless_it_is_nothing_and_never_too_long(value: int, most: int):
    bar = bar_text(min(value, most), most)
    assert bool(bar) == bool(min(value, most))
    assert len(bar) <= 24


@given(st.text() | st.from_regex(r"[0-9]{1,7}[smhdw]", fullmatch=True) | st.datetimes().map(str))
def test_a_moment_is_read_or_refused(text: str):
    try:
        moment = read_moment(text, "--since")
    except UsageError:
        return
    assert moment.tzinfo is UTC


def test_how_long_ago_is_before_now_and_a_date_is_in_utc():
    assert read_moment("2h", "--since") < read_moment("1h", "--since") < datetime.now(UTC)
    noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    for text in ("2026-01-31 12:00", "2026-01-31T12:00Z", "2026-01-31T13:00+01:00"):
        assert read_moment(text, "--since") == noon
