"""Two people at one draft: what this notebook has seen of it, and saving over nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .client import ApiError, Conflict, Reply

# No draft has this tag: whatever is there is told before it is overwritten.
UNSEEN = '"not seen in this notebook"'
GONE = ""


@dataclass(slots=True)
class Seen:
    """Entity tags of one draft or macro.

    `saved` is its tag when this notebook saved it, as `definition`; `told` that of what somebody
    else has saved, once it was shown here (`GONE` if it was deleted); `known` the one that a
    publish is about: what was saved or shown here last.
    """

    saved: str | None = None
    told: str | None = None
    known: str | None = None
    definition: Mapping[str, Any] = field(default_factory=dict)

    def show(self, reply: Reply) -> None:
        """Somebody looks at all of it; it may be overwritten if that is asked for."""
        self.told = self.known = reply.etag

    def save(
        self,
        definition: Mapping[str, Any],
        put: Callable[[str | None], Reply],
        *,
        overwrite: bool,
        loses_nothing: Callable[[Conflict], bool],
    ) -> Reply:
        """Save over what this notebook saved, or with `overwrite` over what it was told of.

        Where it turns out that nobody's work would be lost, it is saved after all. Raises ApiError.
        """
        told = self.told is not None
        tag = self.told if overwrite and told else self.saved
        try:
            reply = put(tag or None)
        except ApiError as error:
            if error.conflict is None:
                raise
            self.told = error.conflict.etag or GONE
            if self.told == GONE or not loses_nothing(error.conflict):
                raise
            reply = put(self.told)
        self.saved = self.known = reply.etag
        self.told, self.definition = None, definition
        return reply
