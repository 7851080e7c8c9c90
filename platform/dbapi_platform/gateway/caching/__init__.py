"""Answers that are kept for a while, for endpoints that say so."""

from .cache import Cache
from .entries import key_of, spoken_key
from .process import ProcessCache
from .shared import SharedCache

__all__ = ["Cache", "ProcessCache", "SharedCache", "key_of", "spoken_key"]
