"""What a verb is, and what a kind of cell does."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from ..arguments import Parser
from ..kinds import Kind
from ..notebook import Notebook
from ..results import Shown


def no_arguments(_parser: Parser) -> None:
    """The verb takes none of its own."""


@dataclass(frozen=True, slots=True)
class Verb:
    """`run` answers with what is displayed; `completes` tells what each word is, for Tab."""

    name: str
    summary: str
    run: Callable[[Notebook, argparse.Namespace], object]
    arguments: Callable[[Parser], None] = no_arguments
    completes: tuple[str, ...] = ()
    example: str = ""

    def parser(self) -> Parser:
        """Made anew: parsers are not safe to share between threads."""
        parser = Parser(f"%dbapi {self.name}", self.summary, example=self.example)
        self.arguments(parser)
        return parser


@dataclass(frozen=True, slots=True)
class CellText:
    """A cell as it was run: the magic line with its signs, and what stands below it."""

    magic_line: str
    body: str


@dataclass(frozen=True, slots=True)
class CellVerb:
    """What `%%dbapi KIND` does; `usage` is its first line."""

    kind: Kind
    usage: str
    summary: str
    run: Callable[[Notebook, argparse.Namespace, CellText], Shown]
    arguments: Callable[[Parser], None]
    completes: tuple[str, ...]
    example: str

    def parser(self) -> Parser:
        """Of the words behind the kind."""
        parser = Parser(f"%%dbapi {self.kind.name}", self.summary, example=self.example)
        self.arguments(parser)
        return parser
