"""Every setting as a table: for a terminal, and for the docs."""

import re
from collections.abc import Iterator

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from rich.table import Table

from ..login_settings import LoginSettings
from ..operating_settings import OperatingSettings
from ..settings import Settings

# A password within an address.
_PASSWORD = re.compile(r"(?<=//)([^:/@]*):.*@")

INTRODUCTION = """# Settings

To change how the platform runs, set these in its environment or in a file `.env` beside it.
This page is made from the settings class with `make docs`; `dbapi settings` shows what is set.

| setting | default | meaning |
|---|---|---|
"""


def settings_markdown() -> str:
    """The page docs/settings.md."""
    rows = (
        f"| `{_name(field)}` | {_default(info)} | {info.description} |\n"
        for field, info in _fields()
    )
    return INTRODUCTION + "".join(rows)


def settings_table(settings: Settings) -> Table:
    """The settings as they are here."""
    table = Table("setting", "value", "meaning")
    for field, info in _fields():
        table.add_row(_name(field), _shown(settings.model_dump()[field]), info.description)
    return table


def _fields() -> Iterator[tuple[str, FieldInfo]]:
    """The platform's own before those of operating and of logging in, which it inherits."""
    inherited = (OperatingSettings, LoginSettings)
    known = {field for kind in inherited for field in kind.model_fields}
    yield from (item for item in Settings.model_fields.items() if item[0] not in known)
    for kind in inherited:
        yield from kind.model_fields.items()


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "(set)" if value.get_secret_value() else "(not set)"
    return _PASSWORD.sub(r"\1:***@", str(value))


def _name(field: str) -> str:
    return f"DBAPI_{field.upper()}"


def _default(info: FieldInfo) -> str:
    if isinstance(info.default, SecretStr):
        return "required" if "Required" in (info.description or "") else "none"
    if isinstance(info.default, list) and info.default:
        # As it is written in the environment.
        return f"`{','.join(info.default)}`"
    return f"`{info.default}`" if info.default not in ([], "", None) else "none"
