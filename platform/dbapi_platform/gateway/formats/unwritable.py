"""Values that a format has no place for."""


class Unwritable(Exception):
    """A column holds what the format cannot; the message is for the endpoint's author."""

    def __init__(self, column: str, form: str, reason: str) -> None:
        super().__init__(f"The column {column} cannot be written as {form}: {reason}")
