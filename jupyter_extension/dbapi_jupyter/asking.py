"""Asking before something is gone, where somebody can be asked."""

from IPython.core.error import StdinNotImplementedError

from .arguments import Parser
from .errors import DbapiError, UsageError


def add_yes(parser: Parser) -> None:
    """`--yes`."""
    parser.add_argument("--yes", action="store_true", help="do it without asking")


def confirm(question: str, *, yes: bool) -> None:
    """Ask, unless it is said already. Raises DbapiError unless the answer is yes, UsageError."""
    if yes:
        return
    try:
        answer = input(f"{question} [y/N] ")
    except (StdinNotImplementedError, EOFError) as error:
        raise UsageError(
            f"{question} Nobody can be asked here", hint="Say it on the line, with --yes"
        ) from error
    if answer.strip().lower() not in ("y", "yes"):
        raise DbapiError("Nothing was done")
