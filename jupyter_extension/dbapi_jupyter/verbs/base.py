"""What a verb is."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from ..arguments import Parser
from ..notebook import Notebook


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
