"""Whatever is sent, the answer is the one that the API's description of itself tells of."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.platforms import PlatformProcess, serve_platform

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance",
)  # fmt: skip
# They end what the requests that follow log in with.
ENDING = "/logout|/users/me/password"
CELL = {"method": "GET", "engine": "sql", "datasource": "shop", "access": "public"}


# What covers every field's edges takes a minute, and is the same on either store.
PHASES = {"sqlite": ("coverage,fuzzing", 3), "postgresql": ("fuzzing", 5)}


@pytest.fixture(params=list(PHASES))
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PlatformProcess]:
    environment = {}
    if request.param == "postgresql":
        environment["DBAPI_DATABASE_URL"] = request.getfixturevalue("fresh_postgres_url")()
    with serve_platform(tmp_path, **environment) as platform:
        yield platform


def objects(platform: PlatformProcess) -> dict[str, str]:
    """An id for every name in a route's path."""
    base, headers = f"{platform.url}/api/v1", {"Authorization": f"Bearer {platform.token}"}
    with httpx.Client(base_url=base, headers=headers, timeout=30) as http:

        def made(verb: str, url: str, **body: Any) -> str:
            answer = http.request(verb, url, json=body)
            assert answer.is_success, answer.text
            return str(answer.json()["id"])

        endpoint = made(
            "PUT", "/drafts", path="fuzzed/{n}", content="SELECT {{ n | int }} AS a", **CELL
        )
        http.post(f"/endpoints/{endpoint}/publish", json={}).raise_for_status()
        test = {"content": "assert call(n=1).status == 200"}
        http.put(f"/endpoints/{endpoint}/tests/one", json=test).raise_for_status()
        httpx.get(f"{platform.url}/api/fuzzed/1").raise_for_status()
        shop = http.get("/datasources").json()["items"][0]["id"]
        audit = http.get("/audit-entries", params={"limit": 1}).json()["items"][0]["id"]
        macro = {"language": "sql", "content": "{% macro m() %}1{% endmacro %}"}
        return {
            "endpoint_id": endpoint,
            "datasource_id": shop,
            "module_id": made("POST", "/modules", name="fuzzed"),
            "macro_id": made("PUT", "/macros", name="m", **macro),
            "client_id": made("POST", "/clients", name="fuzzed"),
            "group_id": made("POST", "/groups", name="fuzzed"),
            "user_id": made("POST", "/users", username="fuzzed"),
            "role_id": made("POST", "/roles", name="fuzzed"),
            "rule_id": made("POST", "/firewall-rules", action="allow", network="192.0.2.0/24"),
            "entry_id": str(audit),
            "record_id": "1",
        }


@pytest.mark.timeout(600)
def test_no_answer_is_outside_of_the_description(
    request: pytest.FixtureRequest, served: PlatformProcess, tmp_path: Path
) -> None:
    phases, examples = PHASES[request.node.callspec.params["served"]]
    environment = os.environ | {
        "FUZZED_IDS": json.dumps(objects(served)),
        "SCHEMATHESIS_HOOKS": "tests.management.fuzzing",
        "PYTHONPATH": os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("st")), "run", f"{served.url}/api/v1/openapi.json",
            "--header", f"Authorization: Bearer {served.token}", "--checks", ",".join(CHECKS),
            "--phases", phases, "--max-examples", str(examples), "--seed", "1", "--no-color",
            "--exclude-path-regex", ENDING, "--continue-on-failure", "--warnings", "off",
        ],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8_000:]
    assert "Tested: " in done.stdout
    assert "Traceback" not in served.home.log.read_text()
