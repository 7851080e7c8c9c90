"""The platform's own pages, for plain browsers: built elsewhere, served from `static/`."""

from .pages import STATIC, Pages

__all__ = ["STATIC", "Pages"]
