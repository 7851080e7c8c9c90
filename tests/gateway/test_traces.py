"""Traces, as a collector receives them from a served platform."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from dbapi_platform.demo.processes import free_port
from tests.platforms import PlatformProcess, serve_platform
from tests.services.collector import Collector, Span, collecting

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SERVER = 2


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as running:
        yield running


@pytest.fixture(scope="module")
def traced(
    collector: Collector, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlatformProcess]:
    settings = {
        "DBAPI_OTLP_ENDPOINT": collector.url, "DBAPI_LOG_FORMAT": "json",
        "OTEL_BSP_SCHEDULE_DELAY": "50",
    }  # fmt: skip
    with serve_platform(tmp_path_factory.mktemp("traced"), **settings) as served:
        publish(served, "traced/{id}", "SELECT {{ id | sql_int }} AS id, {{ note }} AS note")
        publish(served, "failing", "SELECT * FROM nowhere WHERE a = {{ note }}")
        yield served


def manage(served: PlatformProcess, method: str, path: str, **kwargs: Any) -> Any:
    headers = {"Authorization": f"Bearer {served.token}"}
    answer = httpx.request(method, f"{served.url}/api/v1{path}", headers=headers, **kwargs)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def publish(served: PlatformProcess, path: str, content: str, **more: Any) -> dict[str, Any]:
    body = {
        "method": "GET", "path": path, "engine": "sql", "datasource": "shop",
        "content": content, "access": "public", **more,
    }  # fmt: skip
    endpoint: dict[str, Any] = manage(served, "PUT", "/drafts", json=body)
    manage(served, "POST", f"/endpoints/{endpoint['id']}/publish", json={})
    return endpoint


def request_span(collector: Collector, request_id: str) -> Span:
    def of_it(spans: list[Span]) -> list[Span]:
        return [span for span in spans if span.attributes.get("dbapi.request.id") == request_id]

    return of_it(collector.wait(lambda spans: bool(of_it(spans))))[0]


def within(collector: Collector, span: Span) -> list[Span]:
    return [child for child in collector.spans if child.parent_id == span.span_id]


def test_a_request_is_a_span_in_its_callers_trace(
    traced: PlatformProcess, collector: Collector
) -> None:
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-ID": "traced-request-1"}
    answer = httpx.get(f"{traced.url}/api/traced/7?note=very-private", headers=headers)
    assert answer.status_code == 200, answer.text
    span = request_span(collector, "traced-request-1")
    assert (span.trace_id, span.parent_id) == (TRACE, PARENT)
    assert (span.name, span.kind, span.service) == ("GET traced/{id}", SERVER, "dbapi")
    assert span.attributes["http.route"] == "/api/traced/{id}"
    assert span.attributes["http.request.method"] == "GET"
    assert span.attributes["http.response.status_code"] == 200
    assert (span.attributes["dbapi.rows"], span.attributes["dbapi.endpoint.version"]) == (1, 1)
    endpoints = {item["id"]: item for item in manage(traced, "GET", "/endpoints")["items"]}
    assert endpoints[span.attributes["dbapi.endpoint.id"]]["path"] == "traced/{id}"
    assert not span.is_error
    names = [child.name for child in within(collector, span)]
    assert {"limits", "compile", "datasource execute"} <= set(names)
    assert {child.trace_id for child in within(collector, span)} == {TRACE}
    asked = next(child for child in within(collector, span) if "datasource" in child.name)
    assert asked.attributes["dbapi.datasource"] == "shop"


def test_a_request_without_a_trace_begins_one(
    traced: PlatformProcess, collector: Collector
) -> None:
    for number, header in enumerate(({}, {"traceparent": "00-nonsense-01"})):
        sent = {"X-Request-ID": f"traced-begins-{number}", **header}
        httpx.get(f"{traced.url}/api/nothing/here", headers=sent)
        span = request_span(collector, sent["X-Request-ID"])
        assert (span.name, span.parent_id) == ("GET", "")
        assert "http.route" not in span.attributes
        assert span.attributes["dbapi.error.code"] == "not_found"


def test_a_failure_is_told_and_its_words_are_not(
    traced: PlatformProcess, collector: Collector
) -> None:
    sent = {"X-Request-ID": "traced-failure"}
    answer = httpx.get(f"{traced.url}/api/failing?note=very-private", headers=sent)
    assert answer.status_code == 500
    span = request_span(collector, "traced-failure")
    assert (span.is_error, span.attributes["error.type"]) == (True, "execution_failed")
    assert any(child.is_error for child in within(collector, span) if "datasource" in child.name)
    for secret in (b"very-private", b"nowhere", b"traced/7"):
        assert secret not in collector.raw


def test_an_answer_that_is_sent_while_it_is_read_is_traced(
    traced: PlatformProcess, collector: Collector
) -> None:
    publish(traced, "long", "SELECT * FROM range(5000)")
    sent = {"X-Request-ID": "traced-export", "Accept": "application/x-ndjson"}
    answer = httpx.get(f"{traced.url}/api/long", headers=sent)
    span = request_span(collector, "traced-export")
    assert span.attributes["dbapi.rows"] == len(answer.text.splitlines()) > 1_000
    assert "datasource stream" in [child.name for child in within(collector, span)]


def test_clients_and_scripts_are_traced(traced: PlatformProcess, collector: Collector) -> None:
    script = "def execute(params):\n    return db.query('SELECT 1 AS one')"
    endpoint = publish(traced, "scripted", script, engine="script", access="private")
    client = manage(traced, "POST", "/clients", json={"name": "traced"})
    manage(traced, "PUT", f"/clients/{client['id']}/endpoints/{endpoint['id']}")
    given = {"client_id": client["client_id"], "client_secret": client["client_secret"]}
    sent = {"X-Request-ID": "traced-token"}
    token = httpx.post(f"{traced.url}/token/generate", json=given, headers=sent).json()
    assert request_span(collector, "traced-token").name == "POST token/generate"
    sent = {
        "X-Request-ID": "traced-script",
        "Authorization": f"Bearer {token['access_token']}",
    }
    assert httpx.get(f"{traced.url}/api/scripted", headers=sent).status_code == 200
    span = request_span(collector, "traced-script")
    assert span.attributes["dbapi.client.id"] == client["id"]
    assert "datasource execute" in [child.name for child in within(collector, span)]
    for secret in (client["client_secret"], token["access_token"]):
        assert secret.encode() not in collector.raw


def test_lines_of_the_log_tell_the_trace(traced: PlatformProcess) -> None:
    script = (
        "import json, logging, sys\n"
        "from dbapi_platform.logs import configure_logs\n"
        "from dbapi_platform.gateway.parts import choose_parts\n"
        "configure_logs('json', 'INFO')\n"
        f"_, tracing = choose_parts('http://127.0.0.1:{free_port(0)}')\n"
        "log = logging.getLogger('dbapi_platform')\n"
        "with tracing.tracer.start_as_current_span('one') as span:\n"
        "    log.info('%032x', span.get_span_context().trace_id)\n"
        "log.info('without')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    first, second = map(json.loads, done.stderr.splitlines()[:2])
    assert first["trace_id"] == first["message"]
    assert len(first["span_id"]) == 16
    assert "trace_id" not in second


def test_requests_are_answered_while_the_collector_is_away(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    away = f"http://127.0.0.1:{free_port(0)}"
    settings = {"DBAPI_OTLP_ENDPOINT": away, "OTEL_BSP_SCHEDULE_DELAY": "50"}
    with serve_platform(tmp_path_factory.mktemp("away"), **settings) as served:
        publish(served, "untraced", "SELECT 1 AS one")
        for _ in range(20):
            assert httpx.get(f"{served.url}/api/untraced").status_code == 200


def test_nothing_is_loaded_without_a_collector() -> None:
    script = "import sys, dbapi_platform.app; print('opentelemetry.sdk' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
