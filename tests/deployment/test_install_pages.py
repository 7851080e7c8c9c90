"""What the pages on installing name is there: files, variables, services, codes of errors."""

import re
from pathlib import Path

import pytest
import yaml
from sqlalchemy.pool import QueuePool

from dbapi_platform.settings import Settings
from dbapi_platform.store import Database

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / f"docs/{name}.md" for name in ("install", "install-docker", "install-kubernetes")]
VALUES = yaml.safe_load((ROOT / "deploy/helm/pydbapi/values.yaml").read_text(encoding="utf-8"))
COMPOSE = yaml.safe_load((ROOT / "docker/compose.yaml").read_text(encoding="utf-8"))
NGINX = ROOT / "docker/nginx"
TEXT = {page.stem: page.read_text(encoding="utf-8") for page in PAGES}


def read(name: str) -> str:
    return (ROOT / f"docs/{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TEXT)
def test_every_file_that_is_named_is_there(name: str) -> None:
    # What the reader makes there.
    made = {"docker/.env", "docker/platform.env"}
    named = set(re.findall(r"(?<![\w/.-])(?:docker|deploy)/[\w./*-]+[\w*]", TEXT[name])) - made
    assert named
    assert [path for path in sorted(named) if not list(ROOT.glob(path))] == []


@pytest.mark.parametrize("name", TEXT)
def test_every_variable_that_is_named_is_one(name: str) -> None:
    known = {f"DBAPI_{field.upper()}" for field in Settings.model_fields}
    known |= set(re.findall(r"\bNGINX_[A-Z_]+", (NGINX / "16-dbapi.envsh").read_text()))
    named = set(re.findall(r"\b(?:DBAPI|NGINX)_[A-Z_]*[A-Z]", TEXT[name]))
    assert named - known == set()


def test_every_error_of_nginx_is_told() -> None:
    written = (NGINX / "templates/errors.conf.template").read_text()
    codes = set(re.findall(r'"code":"([a-z_]+)"', written))
    mapped = (NGINX / "templates/maps.conf.template").read_text()
    block = re.search(r"\$dbapi_error_code \{(.*?)\}", mapped, re.DOTALL)
    assert block
    codes |= set(re.findall(r"\d{3} ([a-z_]+);", block[1]))
    # What the platform has anyway, and nginx never makes of itself.
    codes -= {"not_found", "method_not_allowed"}
    told = set(re.findall(r"`([a-z_]+)`", TEXT["install-docker"]))
    assert codes - told == set()


def test_every_profile_is_told() -> None:
    profiles = {
        profile
        for service in COMPOSE["services"].values()
        for profile in service.get("profiles", [])
    }
    table = set(re.findall(r"^\| (.*?) \|", TEXT["install-docker"], re.MULTILINE))
    assert profiles == profiles & {name for cell in table for name in re.findall(r"`(\w+)`", cell)}


def test_helm_waits_for_longer_than_a_migration_may_take() -> None:
    lines = TEXT["install-kubernetes"].replace("\\\n", "").splitlines()
    (installs,) = (line for line in lines if line.startswith("helm upgrade --install"))
    minutes = re.search(r"--timeout (\d+)m", installs)
    assert minutes
    assert int(minutes[1]) * 60 > VALUES["migration"]["deadlineSeconds"]


def test_the_certificate_that_the_ingress_names_is_made() -> None:
    text = TEXT["install-kubernetes"]
    assert re.findall(r"create secret tls (\S+)", text) == re.findall(
        r"tlsSecretName: (\S+?)}", text
    )


def test_the_connections_of_all_the_charts_pods_are_told() -> None:
    url = Settings(database_url="postgresql://x@127.0.0.1/x").async_database_url
    pool = Database(url).engine.pool
    assert isinstance(pool, QueuePool)
    # While an upgrade is under way there is a pod more.
    pods = VALUES["autoscaling"]["maxReplicas"] + 1
    processes = pods * VALUES["workers"]
    most = re.search(r"the chart's most.*\| (\d+) \| (\d+) \|", read("sizing"))
    assert most
    assert int(most[1]) == processes * (pool.size() + pool._max_overflow)
    assert int(most[2]) == processes * Settings.model_fields["pool_size"].default


def test_prometheus_finds_each_gateway_by_the_name_that_they_share() -> None:
    assert f"`{COMPOSE['name']}_front`" in read("operations")
    assert "front" in COMPOSE["services"]["app"]["networks"]
    assert COMPOSE["services"]["replica"]["networks"]["front"] == {"aliases": ["app"]}


def test_nobody_is_asked_where_nobody_can_answer() -> None:
    """In a pod without a terminal a question is a refusal."""
    asking = re.findall(r"tool (?:restore|migrate --to).*", TEXT["install-kubernetes"])
    assert len(asking) == 2
    assert [line for line in asking if "--yes" not in line] == []
