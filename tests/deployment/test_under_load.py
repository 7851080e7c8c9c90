"""What operators do, while callers call through nginx: nothing is answered wrong, nothing lost."""

import os
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from dbapi_platform.gateway.circuits import OPEN_S
from tests.deployment.report import Report
from tests.deployment.stack import THIS, Instance, Release, Stack, next_release, stacked
from tests.faults.load import Answer, Load, loaded
from tests.faults.places import recorded, until

# A run by hand may be longer.
CALLERS = int(os.environ.get("DEPLOYMENT_CALLERS", "6"))
PAUSE_S = float(os.environ.get("DEPLOYMENT_PAUSE_S", "0.05"))
# How long Redis and PostgreSQL are away, beyond what it takes to see that they are.
AWAY_S = float(os.environ.get("DEPLOYMENT_AWAY_S", "0"))
# Where the page of what was answered is written, if anywhere.
PAGE = os.environ.get("DEPLOYMENT_PAGE")
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
            report = Report(load, PATHS[0])
            with report.step("publish and roll back"):
                _publish(stack, endpoint["id"], load)
            with report.step("lose an instance"):
                killed = _lose(stack, load)
            with report.step("upgrade"):
                _upgrade(stack, newer, load)
            with report.step("go back"):
                _replace(stack, stack.instances[0], THIS, load)
            with report.step("lose Redis"):
                stack.restart_redis(lambda: _answers(load, 100, AWAY_S))
            with report.step("lose PostgreSQL"):
                away = _lose_postgres(stack, load)
            with report.step("go on"):
                _answers(load, 100)
        for step in report.steps:
            assert set(step.statuses) <= ALLOWED.get(step.name, {200}), step.name
            assert {a.path for a in step.answers if a.status == 502} <= {"/api/sum"}
        assert load.broken == 0
        report.say(away)
        report.say(_recorded_once(stack, load, killed))
    if PAGE:
        Path(PAGE).write_text(report.markdown())


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


def _answers(load: Load, count: int, for_s: float = 0) -> None:
    """Let so many calls be answered, and so much time go by."""
    load.wait_for(lambda answers: len(answers) > count)
    time.sleep(for_s)


def _lose(stack: Stack, load: Load) -> float:
    """An instance is gone from one moment to the next, and comes back; tells when it went."""
    first, _ = stack.instances
    _answers(load, 100)
    first.kill()
    went = time.monotonic()
    _answers(load, 200)
    first.start(stack, THIS)
    return went


def _upgrade(stack: Stack, newer: Release, load: Load) -> None:
    """The database first, then one instance after the other."""
    assert stack.revision() == THIS.revision
    stack.prestart(newer)
    assert stack.revision() == newer.revision
    _answers(load, 100)
    for instance in stack.instances:
        _replace(stack, instance, newer, load)
    stack.publish("after", VERSION.format(number=1))


def _replace(stack: Stack, instance: Instance, release: Release, load: Load) -> None:
    instance.end()
    _answers(load, 100)
    instance.start(stack, release)


def _lose_postgres(stack: Stack, load: Load) -> str:
    """The platform's database and the datasource's; callers are told when to come again."""
    begun, went = len(load.answers), time.monotonic()
    stack.postgres.halt()
    load.wait_for(lambda answers: any(a.status == 503 for a in answers))
    _answers(load, 50, AWAY_S)
    stack.postgres.start()
    back = time.monotonic()
    load.wait_for(_all_is_well)
    refused = [a for a in load.answers[begun:] if a.status != 200]
    assert refused
    assert all(int(a.headers["retry-after"]) > 0 for a in refused)
    return (
        f"PostgreSQL was away for {back - went:.1f} s; the first 503 came "
        f"{refused[0].at - went:.1f} s after it went, the last {refused[-1].at - back:.1f} s after "
        "it was back. Each had `Retry-After`."
    )


def _all_is_well(answers: list[Answer]) -> bool:
    """Nobody was refused for longer than a worker leaves a database alone."""
    last = max((a.at for a in answers if a.status != 200), default=0.0)
    return len(answers) > 50 and time.monotonic() - last > 2 * OPEN_S


def _recorded_once(stack: Stack, load: Load, killed: float) -> str:
    """Every answer has one record, but for the last moments of what was killed."""
    lost = {a.request_id for a in load.answers if killed - LOST_S < a.at <= killed + LOST_S}
    ids = [a.request_id for a in load.answers if a.request_id not in lost]
    until(lambda: recorded(stack.database, ids) == Counter(ids))
    kept = recorded(stack.database, list(lost))
    return (
        f"Each of {len(ids):,} requests has one access record. {len(lost)} more were answered "
        f"within {LOST_S:g} s of the kill: {len(kept)} of them have one."
    )
