"""The compose files as they are written: variables, secrets, and how each service is confined."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from dbapi_platform.settings import Settings

DOCKER = Path(__file__).parents[2] / "docker"
FILES = ("compose.yaml", "compose.staging.yaml", "compose.production.yaml")
USED = re.compile(r"(?<!\$)\$\{(?P<name>[A-Z_]+)(?P<kind>:[-?])?(?P<rest>[^}]*)\}")
TOLD = re.compile(r"^#?(?P<name>[A-Z][A-Z_]+)=(?P<value>.*)$", re.MULTILINE)
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|_KEY$")
# A command that ends, and databases whose images need more than the others.
ONCE = {"prestart"}
WRITABLE = {"trino", "starrocks"}
# Compose's own: which files and profiles there are.
OWN = {"COMPOSE_FILE", "COMPOSE_PROFILES"}


class Loader(yaml.SafeLoader):
    """Knows compose's own tags."""


for tag in ("!reset", "!override"):
    Loader.add_constructor(tag, lambda loader, node: loader.construct_sequence(node, deep=True))


@cache
def services() -> dict[str, dict[str, Any]]:
    text = (DOCKER / "compose.yaml").read_text()
    found: dict[str, dict[str, Any]] = yaml.load(text, Loader)["services"]
    return found


def used() -> list[tuple[str, str, str]]:
    """Each variable of the compose files with how it is given (`:-`, `:?`) and with what."""
    text = "".join((DOCKER / name).read_text() for name in FILES)
    return [(found["name"], found["kind"] or "", found["rest"]) for found in USED.finditer(text)]


def example() -> dict[str, str]:
    found = TOLD.finditer((DOCKER / ".env.example").read_text())
    return {each["name"]: each["value"] for each in found}


def test_the_example_tells_every_variable_and_no_other() -> None:
    assert set(example()) == {name for name, _, _ in used()} | OWN


def test_the_example_tells_the_defaults() -> None:
    """Those of compose.yaml; what the others add to it is told where only they use it."""
    first = {}
    for name, kind, value in used():
        if kind == ":-":
            first.setdefault(name, value)
    told = {name: value for name, value in example().items() if name in first}
    assert told == {name: first[name] for name in told}
    assert {name for name, value in example().items() if value} <= set(first) | OWN


def test_what_has_to_be_given_is_asked_for_in_the_example() -> None:
    text = (DOCKER / ".env.example").read_text()
    wanted = USED.finditer((DOCKER / "compose.yaml").read_text())
    asked = {found["name"] for found in wanted if found["kind"] == ":?"}
    assert {line.rstrip("=") for line in re.findall(r"^[A-Z_]+=$", text, re.MULTILINE)} == asked


def test_no_secret_has_a_default() -> None:
    for name, kind, value in used():
        if SECRET.search(name):
            assert kind == ":?" or (kind == ":-" and not value), name
    assert [name for name, value in example().items() if SECRET.search(name) and value] == []


def test_no_secret_is_written_down() -> None:
    for name, service in services().items():
        for key, value in (service.get("environment") or {}).items():
            if SECRET.search(key):
                assert str(value).startswith("${"), f"{name}: {key}"


def test_every_setting_of_the_platform_exists() -> None:
    known = {f"DBAPI_{name.upper()}" for name in Settings.model_fields}
    given = set(services()["app"]["environment"])
    given |= {name for name, _, _ in used() if name.startswith("DBAPI_")}
    assert given - known == set()


@pytest.mark.parametrize("name", sorted(services()))
def test_each_service_is_confined(name: str) -> None:
    service = services()[name]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is (name not in WRITABLE)
    assert service["cap_drop"] == ([] if name == "starrocks" else ["ALL"])
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    is_ours = service["image"].startswith(("${PLATFORM_IMAGE", "${JUPYTERLAB_IMAGE"))
    assert name in ONCE or is_ours or "healthcheck" in service


def test_only_nginx_has_open_ports_and_its_network_is_not_the_databases() -> None:
    assert [name for name, service in services().items() if "ports" in service] == ["nginx"]
    assert services()["nginx"]["networks"] == ["front"]
    for name in ("postgres", "redis", "mariadb", "trino", "starrocks"):
        assert services()[name]["networks"] == ["back"]


def test_each_image_is_built_by_one_service() -> None:
    """Several that build one name at once fail on a machine that does not have it yet."""
    built = [service["image"] for service in services().values() if "build" in service]
    assert len(built) == len(set(built)) == 2
    ours = [services()[name] for name in ("prestart", "app", "replica")]
    assert {service["image"] for service in ours} == {built[0]}
    assert "build" in services()["prestart"]
    for name in FILES[1:]:
        over = yaml.load((DOCKER / name).read_text(), Loader)["services"]
        assert [each for each in over if "build" in over[each]] == []


def test_nginx_has_room_for_its_processes() -> None:
    nginx = services()["nginx"]
    assert nginx["environment"]["NGINX_WORKERS"] == "${NGINX_WORKERS:-2}"
    assert nginx["deploy"]["resources"]["limits"]["pids"] > 2


def test_nothing_serves_before_the_database_is_at_the_newest_revision() -> None:
    for name in ("app", "replica"):
        waits = services()[name]["depends_on"]
        assert waits["prestart"] == {"condition": "service_completed_successfully"}
        assert {waits["postgres"]["condition"], waits["redis"]["condition"]} == {"service_healthy"}
    assert services()["prestart"]["command"] == ["dbapi", "prestart"]
    assert services()["replica"]["networks"]["front"]["aliases"] == ["app"]
