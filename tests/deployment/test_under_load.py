"""What operators do, while callers call through nginx: nothing is answered wrong, nothing lost."""

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.deployment.stack import THIS, Release, Stack, next_release, stacked
from tests.faults.load import Answer, Load, loaded
from tests.faults.places import recorded, until

# A run by hand may be longer.
CALLERS = int(os.environ.get("DEPLOYMENT_CALLERS", "6"))
PAUSE_S = float(os.environ.get("DEPLOYMENT_PAUSE_S", "0.05"))
# What a worker that is killed may not have written yet, as it promises, and what it takes to kill.
LOST_S = 0.25 + 0.25
VERSION = "SELECT {number} AS version"
PATHS = ("/api/version", "/api/own", "/api/sum")
# Of a caller whose instance is killed nginx cannot know whether it was done: it says so.
ALLOWED = {"lose an instance": {200, 502}, "lose PostgreSQL": {200, 503}}


@pytest.mark.timeout(600)
def test_publishing_upgrading_and_losing_servers(tmp_path: Path) -> None:
    newer = next_release(tmp_path / "next")
    with stacked(tmp_path) as stack:
        for number in (1, 2, 3):
            endpoint = stack.publish("version", VERSION.format(number=number))
        stack.manage("POST", f"/endpoints/{endpoint['id']}/rollback", json={"version": 1})
        with loaded(
            stack.url, *PATHS, callers=CALLERS, pause_s=PAUSE_S,
            token=_others(stack), bodies={"/api/sum": '{"n": 4}'},
        ) as load:  # fmt: skip
            report = _Report(load)
            with report.step("publish and roll back"):
                _publish(stack, endpoint["id"], load)
            with report.step("lose an instance"):
                killed = _lose(stack, load)
            with report.step("upgrade"):
                _upgrade(stack, newer, load)
            with report.step("lose Redis"):
                stack.restart_redis(lambda: _answers(load, 100))
            with report.step("lose PostgreSQL"):
                _lose_postgres(stack, load)
            with report.step("go on"):
                _answers(load, 100)
        report.show()
        assert load.broken == 0
        for name, answers in report.answers.items():
            assert {answer.status for answer in answers} <= ALLOWED.get(name, {200}), name
            assert {a.path for a in answers if a.status == 502} <= {"/api/sum"}
        _recorded_once(stack, load, killed)


def _others(stack: Stack) -> str:
    """An endpoint that is sent a body, and one whose callers are known and counted: a token."""
    params = {"n": {"type": "integer"}}
    summed = "SELECT sum(i)::int AS sum FROM generate_series(1, {{ n }}) AS i"
    stack.publish("sum", summed, method="POST", params=params)
    own = stack.publish("own", "SELECT 1 AS own", access="private", rate_limit=1_000_000)
    client = stack.manage("POST", "/clients", json={"name": "caller"})
    stack.manage("PUT", f"/clients/{client['id']}/endpoints/{own['id']}")
    credentials = {name: client[name] for name in ("client_id", "client_secret")}
    token = httpx.post(f"{stack.url}/token/generate", json=credentials).json()["access_token"]
    return str(token)


def _publish(stack: Stack, endpoint: str, load: Load) -> None:
    """Each version is soon the only one that answers."""
    for version in (2, 3):
        stack.manage("POST", f"/endpoints/{endpoint}/rollback", json={"version": version})
        _only(load, version)
    stack.publish("version", VERSION.format(number=4))
    _only(load, 4)
    stack.manage("POST", f"/endpoints/{endpoint}/rollback", json={"version": 3})
    _only(load, 3)


def _only(load: Load, version: int) -> None:
    told = b'"version":%d' % version

    def is_only(answers: list[Answer]) -> bool:
        last = [answer for answer in answers if answer.path == PATHS[0]][-50:]
        return len(last) == 50 and all(told in answer.body for answer in last)

    load.wait_for(is_only)


def _answers(load: Load, count: int) -> None:
    load.wait_for(lambda answers: len(answers) > count)


def _lose(stack: Stack, load: Load) -> float:
    """An instance is gone from one moment to the next, and comes back; tells when it went."""
    first, _ = stack.instances
    _answers(load, 100)
    first.kill()
    went = time.monotonic()
    _answers(load, 200)
    first.start(stack, THIS)
    until(partial(stack.asks, first))
    return went


def _upgrade(stack: Stack, newer: Release, load: Load) -> None:
    """The database first, then one instance after the other."""
    assert stack.revision() == THIS.revision
    stack.prestart(newer)
    assert stack.revision() == newer.revision
    _answers(load, 100)
    for instance in stack.instances:
        instance.end()
        _answers(load, 100)
        instance.start(stack, newer)
        # Whoever ends the other before leaves nobody who is asked.
        until(partial(stack.asks, instance))
    stack.publish("after", VERSION.format(number=1))


def _lose_postgres(stack: Stack, load: Load) -> None:
    """The platform's database and the datasource's; callers are told when to come again."""
    begun = len(load.answers)
    stack.postgres.halt()
    load.wait_for(lambda answers: any(a.status == 503 for a in answers))
    _answers(load, 50)
    stack.postgres.start()
    load.wait_for(lambda answers: len(answers) > 50 and {a.status for a in answers[-50:]} == {200})
    refused = [a for a in load.answers[begun:] if a.status != 200]
    assert refused
    assert all(int(a.headers["retry-after"]) > 0 for a in refused)


def _recorded_once(stack: Stack, load: Load, killed: float) -> None:
    """Every answer has one record, but for the last moments of what was killed."""
    lost = {a.request_id for a in load.answers if killed - LOST_S < a.at <= killed + LOST_S}
    ids = [a.request_id for a in load.answers if a.request_id not in lost]
    until(lambda: recorded(stack.database, ids) == Counter(ids))


class _Report:
    """What was answered in each step."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self.answers: dict[str, Sequence[Answer]] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begun = len(self._load.answers)
        yield
        self.answers[name] = self._load.answers[begun:]

    def show(self) -> None:
        for name, answers in self.answers.items():
            statuses = Counter(answer.status for answer in answers)
            versions = {a.body for a in answers if a.status == 200 and a.path == PATHS[0]}
            print(f"{name}: {dict(statuses)}, {len(versions)} versions")  # noqa: T201 - with -s
