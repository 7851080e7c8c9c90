"""Letting a program in, from a real kernel on a served platform, and seeing what it asked."""

import time

from tests.jupyter.kernel import Kernel, text_of

CELL = """%%dbapi sql GET kernel/private n=2
SELECT id FROM orders ORDER BY id LIMIT {{ n | sql_int }}"""
CALL = "%dbapi call GET kernel/private n=2"


def eventually(kernel: Kernel, line: str, part: str) -> str:
    """Records are written in batches."""
    for _ in range(100):
        said = text_of(kernel.run(line))
        if part in said:
            return said
        time.sleep(0.1)
    raise AssertionError(said)


def answered(kernel: Kernel, line: str, answer: str) -> str:
    """As a person would who is asked."""
    kernel.message_id = kernel.client.execute(line, allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=20)
    kernel.client.input(answer)
    return text_of(kernel.messages())


def test_grant_token_call_logs_and_stats(connected: Kernel) -> None:
    kernel = connected

    def say(line: str) -> str:
        return text_of(kernel.run(line))

    say(CELL)
    assert "Published version 1" in say("%dbapi publish")
    assert "secret is kept in" in say("%dbapi clients new kernel-client")
    assert "token is kept in this session" in say("%dbapi token kernel-client --into mine")
    assert say("mine") == "<a secret that is not shown>"
    assert "HTTP 403" in say(CALL)
    assert "may call GET kernel/private" in say("%dbapi grant kernel-client")
    assert "· as kernel-client" in say(CALL)
    assert "HTTP 400" in say("%dbapi call GET kernel/private n=x")

    shown = eventually(kernel, "%dbapi logs --last", "400")
    assert "kernel-client" in shown
    assert "GET kernel/private" in shown
    assert "400" not in say("%dbapi logs --last --status 2xx")
    request_id = say("_.data[0]['request id']").strip("'")
    assert request_id in say(f"%dbapi logs --request-id {request_id}")
    followed = kernel.run("%dbapi logs --last --follow 1")
    assert [m["msg_type"] for m in followed].count("display_data") == 1
    assert request_id in text_of(followed)
    overview = eventually(kernel, "%dbapi stats --last", "request")
    assert "4xx refused" in overview
    assert "kernel-client" in overview


def test_a_group_and_limits(connected: Kernel) -> None:
    kernel = connected

    def say(line: str) -> str:
        return text_of(kernel.run(line))

    say(CELL)
    say("%dbapi publish")
    say("%dbapi clients new kernel-grouped")
    say("%dbapi groups new kernel-group")
    say("%dbapi grant kernel-grouped --group kernel-group")
    assert "; kernel-grouped may call it" in say(
        '%dbapi groups add kernel-group "GET kernel/private"'
    )
    assert "200 OK" in say(f"{CALL} --client kernel-grouped")
    assert "has a new secret" in say("%dbapi clients rotate kernel-grouped --overlap-hours 1")
    say("%dbapi clients limits kernel-grouped --rate 1")
    assert "429" in say(f"{CALL} --client kernel-grouped") + say(f"{CALL} --client kernel-grouped")
    say("%dbapi clients deactivate kernel-grouped")
    assert "HTTP 401" in say(f"{CALL} --client kernel-grouped")
    assert "is deleted" in answered(kernel, "%dbapi clients delete kernel-grouped", "y")
    assert "is deleted" in say("%dbapi groups delete kernel-group --yes")


def test_modules_and_personal_tokens(connected: Kernel) -> None:
    kernel = connected

    def say(line: str) -> str:
        return text_of(kernel.run(line))

    assert "is made" in say("%dbapi modules new kernel-module")
    assert "kernel-module" in say("%dbapi modules")
    assert "kernel-renamed now" in say("%dbapi modules rename kernel-module kernel-renamed")
    assert "is deleted" in say("%dbapi modules delete kernel-renamed --yes")
    assert "is good until" in say("%dbapi tokens new kernel-token --days 1 --into text")
    assert say("text[:10]") == "'dbapi_pat_'"
    assert "kernel-token" in say("%dbapi tokens")
    assert "has ended" in say("%dbapi tokens revoke kernel-token --yes")
    own = next(line for line in say("%dbapi tokens").splitlines() if "this notebook's" in line)
    assert "this notebook uses" in say(f"%dbapi tokens revoke '{own.split()[0]}' --yes")
