"""Where the command line writes: answers to standard output, problems to standard error."""

from rich.console import Console

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
