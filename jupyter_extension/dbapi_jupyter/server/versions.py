"""Whether the extension and a platform fit: the same first two numbers of their versions."""

import re


def is_compatible(extension: str, platform: str) -> bool:
    """Also when only the patch differs."""
    return _first_two(extension) is not None and _first_two(extension) == _first_two(platform)


def what_to_upgrade(extension: str, platform: str) -> str | None:
    """A sentence for the user; None when they fit."""
    if is_compatible(extension, platform):
        return None
    both = f"dbapi-jupyter is {extension} and the platform is {platform}"
    ours, theirs = _first_two(extension), _first_two(platform)
    if ours is None or theirs is None:
        return f"{both}, so it is not known whether they fit: some things may not work"
    if ours < theirs:
        return f"{both}: upgrade dbapi-jupyter; until then some things may not work"
    return f"{both}: ask an administrator to upgrade it; until then some things may not work"


def _first_two(version: str) -> tuple[int, int] | None:
    found = re.match(r"(\d+)\.(\d+)(?!\d)", version)
    return (int(found[1]), int(found[2])) if found else None
