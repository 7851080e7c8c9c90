"""version: which versions consumers may ask for while another is live, and until when."""

import argparse
from typing import Any

from ..arguments import Parser, add_endpoint, whole_number
from ..moments import moment_text, read_day
from ..notebook import Notebook
from ..results import Message
from ..shapes import Version
from .base import Verb

MOST = 2_147_483_647


def _arguments(parser: Parser) -> None:
    parser.add_argument(
        "number", type=whole_number(1, MOST), metavar="N", help="the version's number"
    )
    add_endpoint(parser, optional=True)
    either = parser.add_mutually_exclusive_group()
    for flag, value, said in (
        ("--allow", True, "let consumers ask for it: X-API-Version: N"),
        ("--refuse", False, "let them call it only while it is live"),
    ):
        parser.flags[flag] = either.add_argument(
            flag, dest="is_pinnable", action="store_const", const=value, help=said
        )
    for flag, said in (
        ("--deprecated", "from when on it should not be used: a date of UTC, or never"),
        ("--sunset", "when it ends; callers get 410 from then on"),
    ):
        parser.add_argument(flag, metavar="DATE", help=said)


def version(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Change what is given; without anything, tell how it is."""
    endpoint = notebook.endpoint(options.method, options.path)
    fields = _fields(options)
    if fields:
        found = notebook.resources.change_version(endpoint, options.number, fields)
    else:
        found = notebook.resources.version(endpoint, options.number)
    name = f"Version {options.number} of {endpoint['method']} {endpoint['path']}"
    return Message(f"{name} {'. '.join(_told(found))}", "good" if fields else "plain")


def _fields(options: argparse.Namespace) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if options.is_pinnable is not None:
        fields["is_pinnable"] = options.is_pinnable
    for flag in ("deprecated", "sunset"):
        given = getattr(options, flag)
        if given is not None:
            moment = read_day(given, f"--{flag}")
            fields[f"{flag}_at"] = moment.isoformat() if moment else None
    return fields


def _told(version: Version) -> list[str]:
    if version.get("is_pinnable"):
        told = [f"can be asked for: `X-API-Version: {version['number']}`"]
    elif version["is_live"]:
        told = ["is live, and can be called only as long as it is"]
    else:
        told = ["cannot be called: `--allow` lets consumers ask for it"]
    if deprecated := version.get("deprecated_at"):
        told.append(f"Deprecated from {moment_text(deprecated)} UTC")
    if sunset := version.get("sunset_at"):
        told.append(f"Ends {moment_text(sunset)} UTC")
    return told


def availability_text(version: Version) -> str:
    """The same in a few words, for a list."""
    words = ["by pin"] if version.get("is_pinnable") else []
    words += ["deprecated"] if version.get("deprecated_at") else []
    if sunset := version.get("sunset_at"):
        words.append(f"ends {moment_text(sunset)[:10]}")
    return ", ".join(words)


VERBS = (
    Verb(
        "version",
        "Let consumers ask for a version while another is live, and tell until when",
        version,
        _arguments,
        completes=("number", "method", "path"),
        example="%dbapi version 3 --allow --deprecated 2026-12-01 --sunset 2027-03-01",
    ),
)
