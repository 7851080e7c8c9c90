"""YAML as people expect it: 1.2's few plain types, so `on` is text and a date stays as written.

PyYAML follows YAML 1.1, which reads `on` as true, `12:30` as 750 and `2026-01-01` as an object.
"""

import re
from typing import Any

import yaml

_PLAIN = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (r"[-+]?[0-9]+", list("-+0123456789")),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+",
        list("-+.0123456789"),
    ),
}


class Loader(yaml.SafeLoader):
    """Safe, with YAML 1.2's types."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as in the base


class Dumper(yaml.SafeDumper):
    """Quotes what `Loader` would read as another type."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as in the base


class BlockDumper(Dumper):
    """Writes a text of several lines as one: `|` and the lines below it."""


def _text(dumper: BlockDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


BlockDumper.add_representer(str, _text)

for _type, (_pattern, _first) in _PLAIN.items():
    for _side in (Loader, Dumper):
        _side.add_implicit_resolver(
            f"tag:yaml.org,2002:{_type}", re.compile(f"(?:{_pattern})$"), _first
        )


def _int(loader: Loader, node: yaml.ScalarNode) -> int:
    return int(loader.construct_scalar(node))


def _float(loader: Loader, node: yaml.ScalarNode) -> float:
    return float(loader.construct_scalar(node))


# PyYAML's own constructors would read 010 as eight.
Loader.add_constructor("tag:yaml.org,2002:int", _int)
Loader.add_constructor("tag:yaml.org,2002:float", _float)


def compose(text: str) -> yaml.Node | None:
    """The tree with its places. Raises yaml.MarkedYAMLError."""
    node: yaml.Node | None = yaml.compose(text, Loader)
    return node


def construct(node: yaml.Node) -> Any:
    """The value of a tree."""
    loader = Loader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


def dump_block(value: object) -> str:
    """On several lines."""
    text: str = yaml.dump(
        value, Dumper=BlockDumper, sort_keys=False, allow_unicode=True, width=10_000
    )
    # An end is written where a text ends with empty lines.
    if text.endswith("\n...\n"):
        text = text.removesuffix("...\n")
    return text.removesuffix("\n")


def dump_inline(value: object) -> str:
    """On one line."""
    text: str = yaml.dump(
        value,
        Dumper=Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=10_000,
        default_flow_style=True,
    )
    return text.removesuffix("\n").removesuffix("\n...")
