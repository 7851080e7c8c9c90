"""What machine measurements are made on."""

import os
import platform


def described() -> str:
    """As pages of figures tell it."""
    return f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}"
