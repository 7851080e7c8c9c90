"""Requests that go on to the platform, and answers that come back."""

import csv
import io
import json
import threading
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from dbapi_jupyter.config import Credentials
from dbapi_platform.demo.processes import free_port
from tests.jupyter.server.servers import JupyterServer, jupyter_server
from tests.jupyter.server.upstreams import TOKEN, Strange
from tests.platforms import PlatformProcess

DRAFT = {
    "method": "GET", "path": "forwarded", "engine": "sql", "datasource": "shop",
    "content": "SELECT 1 AS one",
}  # fmt: skip


def test_an_endpoint_is_made_changed_and_published_with_entity_tags(logged_in: JupyterServer):
    made = logged_in.platform("PUT", "drafts", json=DRAFT)
    assert made.status_code == 200, made.text
    path = f"endpoints/{made.json()['id']}"
    draft = logged_in.platform("GET", f"{path}/draft")
    tag = draft.headers["etag"]
    assert draft.json()["content"] == "SELECT 1 AS one"
    changed = DRAFT | {"content": "SELECT 2 AS two"}
    match = {"If-Match": tag}
    assert logged_in.platform("PUT", "drafts", json=changed, headers=match).status_code == 200
    late = logged_in.platform("PUT", "drafts", json=DRAFT, headers=match)
    assert late.status_code == 412
    assert late.json()["error"]["current"]["content"] == "SELECT 2 AS two"
    assert late.headers["etag"] == late.json()["error"]["etag"] != tag
    published = logged_in.platform("POST", f"{path}/publish", json={})
    assert published.json()["version"] == 1
    assert logged_in.platform("POST", f"{path}/unpublish", json={}).status_code == 200
    gone = logged_in.platform("DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    missing = logged_in.platform("GET", path)
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")
    assert missing.headers["content-type"] == "application/json"


def test_a_field_is_changed_with_patch(logged_in: JupyterServer):
    name = {"full_name": "Ada of the tests"}
    assert logged_in.platform("PATCH", "users/me", json=name).status_code == 200
    assert logged_in.status()["user"]["full_name"] == "Ada of the tests"


def test_the_time_that_jupyterlab_adds_to_every_query_does_no_harm(logged_in: JupyterServer):
    for query in ("?1790000000000", "?limit=1&1790000000000", ""):
        answer = logged_in.platform("GET", f"endpoints{query}")
        assert answer.status_code == 200, answer.text


def test_an_export_arrives_whole_as_a_file(logged_in: JupyterServer, platform: PlatformProcess):
    for _ in range(30):
        assert httpx.get(f"{platform.url}/api/not-there").status_code == 404
    while logged_in.platform("GET", "access-records?path=not-there").json()["total"] < 30:
        pass
    answer = logged_in.platform("GET", "access-records/export?format=csv&path=not-there")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="access-records.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) >= 30
    assert {row["status"] for row in rows} == {"404"}


def test_a_bundle_passes_as_bytes_both_ways(logged_in: JupyterServer):
    bundle = logged_in.platform("GET", "bundle")
    assert bundle.content[:2] == b"PK"
    plan = logged_in.platform(
        "POST", "bundle/plan", content=bundle.content, headers={"Content-Type": "application/zip"}
    )
    assert plan.status_code == 200, plan.text
    assert plan.json()["imported"] is False


def test_only_headers_that_are_named_go_through(jupyter: JupyterServer, strange: Strange):
    through = {
        "Accept": "text/x-a", "Content-Type": "text/x-b", "If-Match": '"é"', "If-None-Match": '"2"',
        "Idempotency-Key": "k", "X-Request-ID": "mine",
    }  # fmt: skip
    others = {"Cookie": "jupyter=1", "X-Forwarded-For": "1.2.3.4", "X-Secret": "s"}
    sent = {name: value.encode("latin-1") for name, value in (through | others).items()}
    answer = jupyter.platform(
        "PUT",
        f"plain/a%20b?x=1&x=%2F&token={jupyter.token}&_xsrf=y&z",
        content=b"\x00body",
        headers=sent,
    )
    line, headers = strange.heard[-1]
    assert line == "/api/v1/plain/a%20b?x=1&x=%2F&z"
    assert answer.json() == {"method": "PUT", "body": "\x00body"}
    assert {name: headers[name.lower()] for name in through} == through
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["user-agent"].startswith("dbapi-jupyter/")
    assert headers["accept-encoding"] == "identity"
    assert not {name.lower() for name in others} & set(headers)
    for name, value in (
        ("etag", '"1"'), ("ratelimit-remaining", "9"), ("link", '<a>; rel="next"'),
        ("x-request-id", "r-1"), ("content-type", "application/json"),
        ("cache-control", "no-store"),
    ):  # fmt: skip
        assert answer.headers.get_list(name) == [value]
    assert "server-timing" not in answer.headers
    assert "session=secret" not in str(answer.headers)
    jupyter.platform("GET", "plain")
    assert "cookie" not in strange.heard[-1][1]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_every_method_goes_through(jupyter: JupyterServer, strange: Strange, method: str):
    assert jupyter.platform(method, "plain").json() == {"method": method, "body": ""}


def test_a_redirection_is_passed_on_and_not_followed(jupyter: JupyterServer, strange: Strange):
    answer = jupyter.platform("GET", "moved")
    assert (answer.status_code, answer.headers["location"]) == (307, "http://127.0.0.1:1/elsewhere")


def test_unchanged_is_passed_on_without_a_body(jupyter: JupyterServer, strange: Strange):
    answer = jupyter.platform("GET", "unchanged", headers={"If-None-Match": '"1"'})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')


def test_what_has_no_type_is_never_a_page_of_jupyters(jupyter: JupyterServer, strange: Strange):
    answer = jupyter.platform("GET", "untyped")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_answer_without_end_streams_and_ends_when_the_browser_leaves(
    jupyter: JupyterServer, strange: Strange
):
    # More than once: how far the server is when the browser leaves is chance.
    for megabytes in range(1, 9):
        with _endless(jupyter) as answer:
            pieces = answer.iter_bytes(1_000_000)
            assert all(len(next(pieces)) == 1_000_000 for _ in range(megabytes))
            assert not strange.left.is_set()
        assert strange.left.wait(30)
        strange.left.clear()
    assert "Traceback" not in jupyter.log


def _endless(jupyter: JupyterServer) -> AbstractContextManager[httpx.Response]:
    headers = {"Authorization": f"token {jupyter.token}"}
    return httpx.stream("GET", f"{jupyter.base}dbapi/platform/endless", headers=headers, timeout=30)


def test_a_server_that_stops_ends_what_still_runs(tmp_path: Path, strange: Strange):
    with jupyter_server(tmp_path) as server:
        server.store.save(strange.url, Credentials("strange", TOKEN), make_default=True)
        with _endless(server) as answer:
            assert next(answer.iter_bytes(1_000))
            server.stop()
            assert strange.left.wait(30)
    assert "Traceback" not in server.log


def test_a_browser_that_leaves_before_the_answer_ends_the_request(
    jupyter: JupyterServer, strange: Strange
):
    request = threading.Thread(target=_leave_early, args=(jupyter,))
    request.start()
    assert strange.waiting.wait(30)
    assert strange.left.wait(30)
    request.join()
    assert jupyter.status()["reachable"]
    assert "Traceback" not in jupyter.log


def _leave_early(jupyter: JupyterServer) -> None:
    headers = {"Authorization": f"token {jupyter.token}"}
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{jupyter.base}dbapi/platform/silent", headers=headers, timeout=2)


def test_jupyter_goes_on_answering_while_the_platform_is_silent(
    jupyter: JupyterServer, strange: Strange
):
    request = threading.Thread(target=_leave_early, args=(jupyter,))
    request.start()
    assert strange.waiting.wait(30)
    assert jupyter.platform("GET", "plain").status_code == 200
    assert not strange.left.is_set()
    request.join()


def test_half_an_answer_does_not_look_whole(jupyter: JupyterServer, strange: Strange):
    with pytest.raises(httpx.RemoteProtocolError):
        jupyter.platform("GET", "broken")
    assert "Traceback" not in jupyter.log


def test_a_platform_that_is_down_is_told(logged_in: JupyterServer):
    url = f"http://127.0.0.1:{free_port(0)}"
    kept = json.loads(logged_in.store.path.read_text())
    kept["default"], kept["platforms"][url] = url, {"token": "dbapi_pat_x"}
    logged_in.store.path.write_text(json.dumps(kept))
    answer = logged_in.platform("GET", "endpoints")
    assert (answer.status_code, answer.json()["code"]) == (502, "platform_unreachable")
    assert url in answer.json()["message"]
