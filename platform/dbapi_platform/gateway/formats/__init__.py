"""The forms that an answer can have, and how a caller chooses one."""

from .choosing import FORMATS, JSON, ROWS, Format, choose
from .writers import Writer, writer_of

__all__ = ["FORMATS", "JSON", "ROWS", "Format", "Writer", "choose", "writer_of"]
