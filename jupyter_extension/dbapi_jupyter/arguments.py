"""Words of a magic line: split like a shell's, parsed by argparse, without its exits."""

import argparse
import shlex
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from .errors import UsageError
from .suggest import suggestion


class HelpRequested(Exception):
    """`--help` stands on the line; the text is the message."""


class _Help(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_args: object) -> NoReturn:
        raise HelpRequested(parser.format_help())


class Parser(argparse.ArgumentParser):
    """Raises short errors where argparse would end the process."""

    def __init__(
        self,
        prog: str,
        summary: str,
        *,
        example: str = "",
        actions: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.flags: dict[str, argparse.Action] = {}
        width = max([len(name) for name, _ in actions], default=0)
        lines = [f"  %dbapi {name:<{width}}  {said}" for name, said in actions]
        more = ["further, each with its own --help:", *lines, ""] if lines else []
        more += ["example:", f"  {example}"] if example else []
        super().__init__(
            prog=prog,
            description=summary,
            epilog="\n".join(more) or None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            add_help=False,
            allow_abbrev=False,
        )
        self.add_argument("-h", "--help", action=_Help, nargs=0, help="show this and do nothing")
        self.add_argument("--debug", action="store_true", help="show errors with their whole trace")

    def add_argument(self, *names: str, **options: Any) -> argparse.Action:
        """As argparse's; the flags are kept for completion and for hints."""
        action = super().add_argument(*names, **options)
        self.flags.update(dict.fromkeys(action.option_strings, action))
        return action

    def error(self, message: str) -> NoReturn:
        """Raises UsageError."""
        # Argparse also names those of which there may be none.
        message = message.replace(", name=value", "")
        raise UsageError(
            message[:1].upper() + message[1:], hint=f"{self.prog} --help tells how it is used"
        )

    def parse_words(self, words: Sequence[str]) -> argparse.Namespace:
        """Options may stand among positional words. Raises UsageError, HelpRequested."""
        # Argparse would ask for missing words first.
        if {"-h", "--help"} & set(words):
            raise HelpRequested(self.format_help())
        known, extra = self.parse_known_intermixed_args(list(words))
        if extra:
            self._refuse(extra[0])
        return known

    def _refuse(self, word: str) -> NoReturn:
        if word.startswith("-"):
            flag = word.split("=", 1)[0]
            raise UsageError(
                f"{self.prog} has no option {flag}",
                hint=suggestion(flag, self.flags, label="The options are"),
            )
        raise UsageError(
            f"'{word}' is one word too many",
            hint=f"{self.prog} --help tells how it is used; quote a value that holds spaces",
        )


def whole_number(at_least: int, at_most: int) -> Callable[[str], int]:
    """The type of an argument, for argparse."""

    def read(text: str) -> int:
        if not text.isdecimal() or not at_least <= int(text) <= at_most:
            raise argparse.ArgumentTypeError(
                f"expected a whole number from {at_least} to {at_most:,}, got '{text}'"
            )
        return int(text)

    return read


def split_words(line: str) -> list[str]:
    """Split like a shell: quotes keep spaces together. Raises UsageError."""
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UsageError(
            "A quotation mark on the line has no partner",
            hint='Quote the whole value: -m "it\'s done"',
        ) from error


def add_endpoint(
    parser: Parser, *, optional: bool = False, without: str = "the cell that ran last"
) -> None:
    """METHOD and PATH; where they may be left out, `without` says what is meant then."""
    nargs: dict[str, Any] = {"nargs": "?"} if optional else {}
    last = f" (without it: {without})" if optional else ""
    parser.add_argument(
        "method", metavar="METHOD", help=f"GET, POST, PUT, PATCH or DELETE{last}", **nargs
    )
    parser.add_argument("path", metavar="PATH", help="such as orders/{customer_id}", **nargs)


def add_parameters(parser: Parser) -> None:
    """`name=value` words and `--params`."""
    parser.add_argument(
        "values",
        nargs="*",
        metavar="name=value",
        help="parameters; quote a value that holds spaces, repeat a name for a list",
    )
    parser.add_argument(
        "--params", metavar="JSON", help="parameters as a JSON object, or the name of a dict"
    )
