"""How much may be asked at once, and how often: in this process, or in Redis for all workers."""

from .demand import demand_of
from .limits import Limits
from .shared import SharedLimits

__all__ = ["Limits", "SharedLimits", "demand_of"]
