"""Calls through the gateway, and the clients that may make them."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from dbapi_jupyter.errors import DbapiError, UsageError
from dbapi_jupyter.gateway import CallFailed, build
from dbapi_jupyter.verbs.publish import curl
from tests.jupyter.fake_platform import Fake

ENDPOINT = "GET orders/{customer_id}"


def test_calling_a_private_endpoint_as_a_client(cell, say, fake: Fake, shell: InteractiveShell):
    cell()
    say("publish")
    line = f"call {ENDPOINT} customer_id=7"
    with pytest.raises(CallFailed, match=r"HTTP 401: This endpoint is private \(request r-1\)"):
        say(line)
    assert "HTTP 401" in say(f"{line} --expect 401")
    with pytest.raises(CallFailed, match="expected 403"):
        say(f"{line} --expect 403")

    made = say("clients new billing")
    assert "secret-of-billing" not in made
    assert "is there already" in say("clients new billing")
    with pytest.raises(CallFailed, match="HTTP 403"):
        say(f"{line} --client billing")
    for _ in range(2):
        assert "may call" in say(f"grant billing {ENDPOINT}")
    assert "GET orders/{customer_id}" in say("clients")
    result = shell.run_line_magic("dbapi", f"{line} --client billing")
    assert (result.status, result.request_id, len(result.data)) == (200, "r-1", 120)
    assert result.df().shape == (120, 4)
    assert sum("token/generate" in path for _, path, _ in fake.requests) == 1
    for _ in range(2):
        say(f"revoke billing {ENDPOINT}")
    with pytest.raises(CallFailed, match="HTTP 403"):
        say(f"{line} --client billing")


def test_a_client_whose_secret_is_elsewhere_can_be_given_a_new_one(say, fake: Fake):
    fake.create_client("billing")
    with pytest.raises(DbapiError, match="not kept here") as caught:
        say("clients new billing")
    assert "rotate billing" in caught.value.hint
    with pytest.raises(DbapiError, match="not kept here"):
        say(f"call {ENDPOINT} customer_id=7 --client billing")
    assert "fresh" not in say("clients rotate billing")
    assert "kept here" in say("clients")
    with pytest.raises(DbapiError, match="no client named 'biling'") as caught:
        say(f"grant biling {ENDPOINT}")
    assert caught.value.hint == "Did you mean billing?"


def test_a_token_in_a_header_is_refused(say):
    with pytest.raises(UsageError, match="saved with the notebook"):
        say(f"call {ENDPOINT} customer_id=7 --header 'Authorization=Bearer x'")


def test_parameters_go_where_they_are_taken_from():
    declared = [
        {"name": name, "type": "string", "in": place, "required": False}
        for name, place in {"a": "query", "b": "header", "c": None, "id": "path"}.items()
    ]
    given = {"id": "x/y z", "a": "1", "b": "2", "c": "3", "d": "4"}

    def request(method: str, **changes: object):
        arguments = {"declared": declared, "headers": {}, "body": None, "given": dict(given)}
        return build(method, "items/{id}", gateway_url="http://h/api/", **(arguments | changes))

    got = request("GET")
    assert got.url == "http://h/api/items/x%2Fy%20z"
    assert (got.query, got.headers, got.body) == ({"a": "1", "c": "3", "d": "4"}, {"b": "2"}, None)
    posted = request("POST", body={"e": 5})
    assert (posted.query, posted.body) == ({"a": "1"}, {"c": "3", "d": "4", "e": 5})
    with pytest.raises(UsageError, match="part of the path"):
        request("GET", given={})


@pytest.mark.parametrize(
    ("method", "params", "command"),
    [
        ("GET", {"id": "é 1", "a": [1, 2]}, "curl 'http://h/api/x/%C3%A9%201?a=1&a=2'"),
        ("GET", {}, "curl 'http://h/api/x/…'"),
        (
            "POST",
            {"id": 7, "a": "it's", "b": True},
            """curl -X POST --data-urlencode 'a=it'"'"'s' --data-urlencode b=true """
            "'http://h/api/x/7'",
        ),
    ],
)
def test_the_curl_line_can_be_pasted(method: str, params: dict, command: str):
    endpoint = {"method": method, "access": "public"}
    assert curl(endpoint, "http://h/api/x/{id}", params) == command
