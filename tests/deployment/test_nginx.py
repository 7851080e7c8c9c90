"""The shipped nginx configuration before a real platform: what callers get, and what not."""

import json
from typing import Any

import httpx
import pytest

from tests.deployment.conftest import Proxied, address
from tests.faults.places import Served, until
from tests.services.nginx import NginxServer


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an error in the platform's shape; its id is told twice."""
    body = answer.json()
    assert body["success"] is False
    assert body["message"]
    assert body["data"] == []
    assert body["error"]["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, body["error"]["code"]


@pytest.mark.parametrize(
    "path", ["/", "/api/plain", "/api/v1/about", "/api/v1/docs", "/catalog", "/health/live", "/no"]
)
def test_what_the_platform_answers_comes_through(
    behind: Served, front: NginxServer, path: str
) -> None:
    direct, through = (httpx.get(url + path) for url in (behind.url, front.url))
    assert through.status_code == direct.status_code
    assert through.headers["content-type"] == direct.headers["content-type"]
    assert through.content == direct.content or "request_id" in direct.text


def test_clients_get_tokens_and_call_with_them(behind: Served, front: NginxServer) -> None:
    endpoint = behind.publish("private", "SELECT 2 AS two", access="private")
    secret = behind.client(endpoint)
    given = httpx.post(f"{front.url}/token/generate", json=secret)
    assert given.status_code == 200
    headers = {"Authorization": f"Bearer {given.json()['access_token']}"}
    answer = httpx.get(f"{front.url}/api/private", headers=headers)
    assert answer.json()["data"] == [{"two": 2}]


def test_assets_are_kept_for_ever_and_pages_are_not(front: NginxServer) -> None:
    page = httpx.get(front.url)
    assert page.status_code == 200, "the pages are not built; run: make web"
    asset = page.text.partition('src="')[2].partition('"')[0].removeprefix(".")
    answer = httpx.get(f"{front.url}/{asset.lstrip('/')}")
    assert "immutable" in answer.headers["cache-control"]
    assert page.headers["cache-control"] == "no-cache"


def test_each_answer_has_each_security_header_once(front: NginxServer) -> None:
    for path in ("/", "/api/plain", "/api/v1/about", "/metrics", "/catalog", "/api/none"):
        headers = httpx.get(front.url + path).headers
        for name in ("x-content-type-options", "x-frame-options", "referrer-policy"):
            assert len(headers.get_list(name)) == 1, (path, name)
        assert "strict-transport-security" not in headers
        assert headers.get("server") == "nginx"
    policy = httpx.get(f"{front.url}/api/plain").headers["content-security-policy"]
    assert policy == "default-src 'none'; frame-ancestors 'none'"


def test_only_a_trusted_proxy_is_believed_about_the_caller(
    behind: Served, front: NginxServer, proxied: Proxied
) -> None:
    trusting = proxied(address(behind), NGINX_TRUSTED_PROXIES="127.0.0.0/8,10.0.0.0/8")
    told = {"X-Forwarded-For": "198.51.100.9, 203.0.113.7, 10.0.0.1"}
    seen = {}
    for name, server in (("stranger", front), ("trusted", trusting)):
        number = f"address.{name}"
        httpx.get(f"{server.url}/api/plain", headers={**told, "X-Request-ID": number})
        until(lambda number=number: bool(records(behind, number)))
        seen[name] = records(behind, number)[0]["ip_address"]
    assert seen == {"stranger": "127.0.0.1", "trusted": "203.0.113.7"}


def records(platform: Served, request_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = platform.manage(
        "GET", "/access-records", params={"request_id": request_id}
    )["items"]
    return found


def test_https_before_a_trusted_proxy_is_told_to_the_browser(
    behind: Served, proxied: Proxied
) -> None:
    trusting = proxied(address(behind), NGINX_TRUSTED_PROXIES="127.0.0.1")
    answer = httpx.get(trusting.url, headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_requests_have_one_number_all_the_way(behind: Served, front: NginxServer) -> None:
    given = httpx.get(f"{front.url}/api/plain", headers={"X-Request-ID": "from.the.caller"})
    assert given.headers["x-request-id"] == "from.the.caller"
    made = httpx.get(f"{front.url}/api/plain", headers={"X-Request-ID": 'no "good'})
    number = made.headers["x-request-id"]
    until(lambda: bool(records(behind, number)))
    logged = [json.loads(line) for line in front.log.splitlines() if number in line]
    assert [line["path"] for line in logged] == ["/api/plain"]


def test_the_log_holds_no_query(front: NginxServer) -> None:
    httpx.get(f"{front.url}/api/plain?token=do-not-keep")
    httpx.get(f"{front.url}/api/plain?token=do-not-keep", headers={"X-Request-ID": "logged.last"})
    assert "/api/plain" in front.log
    assert "do-not-keep" not in front.log


@pytest.mark.parametrize("kind", ["length", "chunks"])
def test_a_body_that_is_too_large_is_refused_in_the_same_shape(
    behind: Served, proxied: Proxied, kind: str
) -> None:
    small = proxied(address(behind), NGINX_MAX_BODY="2k")
    body = b'{"text":"%b"}' % (b"x" * 4_000)
    sent: Any = body if kind == "length" else iter([body])
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(f"{small.url}/api/echo", content=sent, headers=headers)
    assert refusal(answer) == (413, "body_too_large")


def test_the_platforms_own_limit_comes_first(front: NginxServer) -> None:
    """It answers before it has read the body, and nginx, still sending, gets to see it."""
    body = json.dumps({"text": "x" * 6_000_000})
    for _ in range(10):
        answer = httpx.post(f"{front.url}/api/echo", content=body)
        assert answer.status_code == 413, front.log
        assert "1,048,576" in answer.json()["message"]


@pytest.mark.parametrize(
    "path", ["/metrics", "/health/ready", "/health/ready/", "/api/../metrics", "//metrics"]
)
def test_what_operators_look_at_is_not_open_to_the_world(front: NginxServer, path: str) -> None:
    with httpx.Client(base_url=front.url) as client:
        request = client.build_request("GET", "/")
        # As it stands: httpx would tidy it up.
        request.url = request.url.copy_with(raw_path=path.encode())
        assert refusal(client.send(request)) == (403, "forbidden")


def test_networks_that_are_named_may_look(behind: Served, proxied: Proxied) -> None:
    open_server = proxied(address(behind), NGINX_STATUS_FROM="10.0.0.0/8,127.0.0.1")
    assert httpx.get(f"{open_server.url}/health/ready").json()["status"] == "ok"
    assert httpx.get(f"{open_server.url}/metrics").status_code == 401


def test_answers_are_compressed(front: NginxServer) -> None:
    with httpx.stream("GET", f"{front.url}/api/v1/openapi.json") as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert "paths" in json.loads(answer.read())


def test_exports_are_the_same_as_without_a_proxy(behind: Served, front: NginxServer) -> None:
    headers = {"Accept": "application/x-ndjson"}
    direct, through = (
        httpx.get(f"{url}/api/many", headers=headers) for url in (behind.url, front.url)
    )
    assert through.text == direct.text
    assert through.headers["content-encoding"] == "gzip"


def test_encoded_slashes_stay_within_their_segment(behind: Served, front: NginxServer) -> None:
    behind.publish("kept/{name}", "SELECT {{ name }} AS name")
    answer = httpx.get(f"{front.url}/api/kept/a%2Fb%20c")
    assert answer.json()["data"] == [{"name": "a/b c"}]
