"""The chart as Helm renders it: what a cluster would be sent."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from dbapi_platform.settings import Settings

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy/helm/pydbapi"
VALUES = ("least", "most")


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("helm", path=f"{ROOT / '.tools/bin'}:{os.environ['PATH']}")
    assert program is not None, "Helm is missing; run: make services"
    command = [program, "template", "rel", str(CHART), "--kube-version", "1.33.0", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@cache
def rendered(values: str) -> list[dict[str, Any]]:
    done = helm("--values", str(CHART.parent / f"{values}.yaml"))
    assert done.returncode == 0, done.stderr
    return [manifest for manifest in yaml.safe_load_all(done.stdout) if manifest]


def one(values: str, kind: str, name: str = "") -> dict[str, Any]:
    """The only one of its kind, or of these the one whose name ends so."""
    (found,) = (
        each
        for each in rendered(values)
        if each["kind"] == kind and each["metadata"]["name"].endswith(name)
    )
    return found


def gateway(values: str) -> dict[str, Any]:
    return one(values, "Deployment", "rel-pydbapi")


def tools(values: str) -> dict[str, Any]:
    return one(values, "Deployment", "-tools")


def pods(values: str) -> Iterator[dict[str, Any]]:
    for manifest in rendered(values):
        if manifest["kind"] in {"Deployment", "Job"}:
            yield manifest["spec"]["template"]["spec"]
        elif manifest["kind"] == "Pod":
            yield manifest["spec"]


@pytest.mark.parametrize("values", VALUES)
def test_each_pod_owns_nothing_and_writes_only_to_its_volumes(values: str) -> None:
    assert len(list(pods(values))) == 4
    for pod in pods(values):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("values", VALUES)
def test_secrets_are_only_named(values: str) -> None:
    assert [each for each in rendered(values) if each["kind"] == "Secret"] == []
    for pod in pods(values):
        for container in pod["containers"]:
            named = container.get("envFrom", [{"secretRef": {"name": "pydbapi"}}])
            assert named == [{"secretRef": {"name": "pydbapi"}}]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "secretName"),
        ("secretName=s,settings.DBAPI_SECRET_KEY=x", "DBAPI_SECRET_KEY"),
        ("secretName=s,settings.DBAPI_DATABASE_URL=x", "DBAPI_DATABASE_URL"),
        ("secretName=s,settings.WORKERS=2", "WORKERS"),
        ("secretName=s,ingress.enabled=true", "ingress.host"),
        ("secretName=s,ingres.enabled=true", "ingres"),
        ("secretName=s,networkPolicy.form=x", "form"),
    ],
)
def test_what_is_missing_or_misplaced_is_named(given: str, told: str) -> None:
    done = helm("--set", given)
    assert done.returncode != 0
    assert told in done.stderr


def test_the_schema_knows_every_value_there_is() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert schema["properties"].keys() == values.keys() | {"global"}
    assert schema["additionalProperties"] is False
    for name, within in schema["properties"].items():
        if "properties" in within:
            assert within["properties"].keys() == values[name].keys(), name
            assert within["additionalProperties"] is False, name


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("2097152", "2097152"),
        ("0.25", "0.25"),
        ("true", "true"),
        ('"https://x"', "https://x"),
        ('"012"', "012"),
    ],
)
def test_settings_arrive_as_they_were_written(given: str, value: str, tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text(f"secretName: s\nsettings: {{DBAPI_X: {given}}}\n")
    done = helm("--values", str(file), "--show-only", "templates/deployment.yaml")
    assert done.returncode == 0, done.stderr
    (container,) = yaml.safe_load(done.stdout)["spec"]["template"]["spec"]["containers"]
    assert {"name": "DBAPI_X", "value": value} in container["env"]


@pytest.mark.parametrize("values", VALUES)
def test_every_setting_exists(values: str) -> None:
    known = {f"DBAPI_{name.upper()}" for name in Settings.model_fields}
    for pod in pods(values):
        for container in pod["containers"]:
            assert {each["name"] for each in container.get("env", [])} <= known


def test_the_database_is_migrated_before_anything_changes() -> None:
    job = one("least", "Job")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["dbapi", "prestart"]


def test_an_upgrade_takes_no_pod_away_before_another_answers() -> None:
    spec = gateway("least")["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    (container,) = spec["template"]["spec"]["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"
    assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
    assert one("least", "PodDisruptionBudget")["spec"]["maxUnavailable"] == 1


def test_the_number_of_pods_is_the_autoscalers_where_there_is_one() -> None:
    assert "replicas" not in gateway("least")["spec"]
    assert one("least", "HorizontalPodAutoscaler")["spec"]["minReplicas"] == 2
    assert gateway("most")["spec"]["replicas"] == 3


def test_each_selector_finds_the_gateways_pods_and_no_others() -> None:
    labels = gateway("most")["spec"]["template"]["metadata"]["labels"]
    others = [one("most", "Job"), tools("most")]
    service = next(
        each
        for each in rendered("most")
        if each["kind"] == "Service" and "selector" in each["spec"]
    )
    selectors = [service["spec"]["selector"]]
    selectors.append(one("most", "NetworkPolicy")["spec"]["podSelector"]["matchLabels"])
    selectors.append(one("most", "PodDisruptionBudget")["spec"]["selector"]["matchLabels"])
    for selector in selectors:
        assert selector.items() <= labels.items()
        for other in others:
            assert not selector.items() <= other["spec"]["template"]["metadata"]["labels"].items()


@pytest.mark.parametrize("name", ["nodeSelector", "tolerations", "affinity"])
def test_every_pod_runs_where_it_was_told_to(name: str) -> None:
    """What comes before an installation too: nowhere else it might never start."""
    first, *others = (pod[name] for pod in pods("most"))
    assert others == [first] * 3


@pytest.mark.parametrize("values", VALUES)
def test_the_tools_have_all_that_the_gateway_has_and_wait_to_be_asked_for(values: str) -> None:
    assert tools(values)["spec"]["replicas"] == 0
    pod, other = (each["spec"]["template"]["spec"] for each in (tools(values), gateway(values)))
    (container,), (serving,) = pod["containers"], other["containers"]
    assert container["args"] == ["sleep", "infinity"]
    for name in ("image", "envFrom", "env", "volumeMounts"):
        assert container[name] == serving[name]
    assert pod["volumes"] == other["volumes"]


def test_helms_own_test_may_connect_whoever_else_may() -> None:
    pod = next(each for each in rendered("most") if each["kind"] == "Pod")
    (rule,) = one("most", "NetworkPolicy")["spec"]["ingress"]
    *named, own = rule["from"]
    assert len(named) == 1
    assert own.keys() == {"podSelector"}
    assert own["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    (open_to_all,) = one("least", "NetworkPolicy")["spec"]["ingress"]
    assert "from" not in open_to_all


def test_the_ingress_leaves_out_what_operators_look_at() -> None:
    (rule,) = one("most", "Ingress")["spec"]["rules"]
    behind = {each["path"]: each["backend"]["service"]["name"] for each in rule["http"]["paths"]}
    closed = next(each for each in rendered("most") if each["metadata"]["name"].endswith("-closed"))
    assert closed["spec"].keys() == {"ports"}
    assert behind == {
        "/": "rel-pydbapi",
        "/metrics": "rel-pydbapi-closed",
        "/health/ready": "rel-pydbapi-closed",
    }
