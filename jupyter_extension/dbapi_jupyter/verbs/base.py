"""What a verb is, and what a kind of cell does."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..arguments import Parser
from ..errors import UsageError
from ..kinds import Kind
from ..notebook import Notebook
from ..results import Shown
from ..suggest import suggestion


def no_arguments(_parser: Parser) -> None:
    """The verb takes none of its own."""


@dataclass(frozen=True, slots=True)
class Verb:
    """`run` answers with what is displayed; `completes` tells what each word is, for Tab.

    `actions` are verbs of two words, such as `clients new`; the verb itself lists what there is.
    """

    name: str
    summary: str
    run: Callable[[Notebook, argparse.Namespace], object]
    arguments: Callable[[Parser], None] = no_arguments
    completes: tuple[str, ...] = ()
    example: str = ""
    actions: tuple["Verb", ...] = ()

    @property
    def word(self) -> str:
        """The last word of its name."""
        return self.name.rsplit(" ", 1)[-1]

    def find(self, words: Sequence[str]) -> tuple["Verb", list[str]]:
        """The action that the first word names, else the verb itself, and the words that follow."""
        for action in self.actions:
            if words and words[0] == action.word:
                return action, list(words[1:])
        return self, list(words)

    def chosen(self, words: Sequence[str]) -> tuple["Verb", list[str]]:
        """As `find`. Raises UsageError for a word that looks like an action and is none."""
        found, left = self.find(words)
        plain = [word for word in left if not word.startswith("-")]
        if found.actions and len(plain) > 1:
            raise UsageError(
                f"%dbapi {self.name} has no '{plain[0]}'",
                hint=suggestion(plain[0], [each.word for each in self.actions], label="It has"),
            )
        return found, left

    def parser(self) -> Parser:
        """Made anew: parsers are not safe to share between threads."""
        parser = Parser(
            f"%dbapi {self.name}",
            self.summary,
            example=self.example,
            actions=[(action.name, action.summary) for action in self.actions],
        )
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
