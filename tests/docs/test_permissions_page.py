"""docs/permissions.md tells every permission, as it is."""

from pathlib import Path

from dbapi_platform.access.catalogue import CATALOGUE
from dbapi_platform.access.seeding import SEEDED

PAGE = (Path(__file__).parents[2] / "docs/permissions.md").read_text(encoding="utf-8")


def rows() -> list[str]:
    """The table as it has to stand there."""
    made = []
    for kind, actions in CATALOGUE.items():
        for action, meaning in actions.items():
            reach = ["all"] * meaning.for_all + ["one"] * meaning.for_one
            made.append(f"| `{kind}:{action}` | {', or '.join(reach)} | {meaning.sentence} |")
    return made


def test_the_table_is_the_catalogue() -> None:
    told = [line for line in PAGE.splitlines() if line.startswith("| `") and ":" in line]
    assert told == rows()


def test_the_roles_to_begin_with_are_described() -> None:
    assert [name for name in SEEDED if f"| {name} |" not in PAGE] == []
