"""The workflows that deploy: what they hand to compose, and when they run."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
REQUIRED = re.compile(r"(?<!\$)\$\{([A-Z_]+):\?")


def workflow(name: str) -> dict[str, Any]:
    text = (ROOT / f".github/workflows/{name}.yml").read_text()
    # YAML 1.1 reads `on` as true, which is no name here.
    found: dict[str, Any] = yaml.load(text, yaml.BaseLoader)
    return found


def compose(name: str) -> str:
    return (ROOT / "docker" / name).read_text()


@pytest.mark.parametrize("name", ["staging", "production"])
def test_what_has_to_be_given_is_given(name: str) -> None:
    given = workflow(name)["jobs"]["deploy"]["env"]
    asked = set(REQUIRED.findall(compose("compose.yaml") + compose(f"compose.{name}.yaml")))
    assert asked - set(given) == set()
    assert {key: value for key, value in given.items() if key.startswith("DBAPI_FIRST")} == {
        "DBAPI_FIRST_ADMIN_PASSWORD": "${{ secrets.DBAPI_FIRST_ADMIN_PASSWORD }}"
    }


@pytest.mark.parametrize("name", ["staging", "production"])
def test_variables_of_github_become_the_settings(name: str) -> None:
    (step,) = [
        step
        for step in workflow(name)["jobs"]["deploy"]["steps"]
        if step.get("name") == "Write the settings"
    ]
    assert step["env"] == {
        "COMPOSE_ENV": "${{ vars.COMPOSE_ENV }}",
        "PLATFORM_ENV": "${{ vars.PLATFORM_ENV }}",
    }
    assert "> docker/.env\n" in step["run"]
    assert "> docker/platform.env\n" in step["run"]


def test_only_a_whole_release_goes_into_production() -> None:
    """`published` is said of pre-releases too."""
    assert workflow("production")["on"] == {"release": {"types": ["released"]}}
