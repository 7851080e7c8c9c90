"""What the pages on installing name is there: files, variables, services, codes of errors."""

import re
from pathlib import Path

import pytest
import yaml

from dbapi_platform.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / f"docs/{name}.md" for name in ("install", "install-docker", "install-kubernetes")]
NGINX = ROOT / "docker/nginx"
TEXT = {page.stem: page.read_text(encoding="utf-8") for page in PAGES}


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
    text = (ROOT / "docker/compose.yaml").read_text()
    profiles = {
        profile
        for service in yaml.safe_load(text)["services"].values()
        for profile in service.get("profiles", [])
    }
    table = set(re.findall(r"^\| (.*?) \|", TEXT["install-docker"], re.MULTILINE))
    assert profiles == profiles & {name for cell in table for name in re.findall(r"`(\w+)`", cell)}
