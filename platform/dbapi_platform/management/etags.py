"""Two people at once: what somebody else has changed meanwhile is not overwritten."""

import hashlib
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Response
from pydantic import BaseModel
from pydantic_core import to_json

from ..errors import PreconditionFailed, PreconditionRequired

Told = TypeVar("Told", bound=BaseModel)
# What says the same was not changed, whoever saved it when, and however many have it.
VOLATILE = {
    "created_at", "updated_at", "updated_by", "last_used_at", "last_login_at", "users", "clients",
    "previous_secret_until",
}  # fmt: skip


def etag_of(answer: BaseModel) -> str:
    """The entity tag of an answer: the same for the same content, whoever asks and when."""
    content = to_json(answer.model_dump(mode="json", by_alias=True, exclude=VOLATILE))
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


class Etag:
    """The `If-Match` of a request and the `ETag` of its answer."""

    def __init__(
        self, response: Response, if_match: Annotated[str | None, Header()] = None
    ) -> None:
        self._response = response
        self._given = if_match

    def tell(self, answer: Told) -> Told:
        """Give the answer its entity tag; what is answered is what a later `If-Match` names."""
        self._response.headers["ETag"] = etag_of(answer)
        return answer

    def require(
        self,
        current: BaseModel | None,
        sent: BaseModel | None = None,
        author: str | None = None,
        *,
        may_read: bool = True,
    ) -> None:
        """Raises PreconditionFailed, with both versions, unless the caller has seen `current`.

        Ask while the row is locked; None is one that is gone. Nothing is required of a caller who
        names no entity tag. Who may not read it is not told what is there.
        """
        if self._given is None:
            return
        if current is None:
            message = "Somebody else has deleted it since you read it; send no If-Match to make it"
            raise PreconditionFailed(message, current=None, sent=_plain(sent), etag="")
        tag = etag_of(current)
        named = {part.strip().removeprefix("W/") for part in self._given.split(",")}
        if tag in named or "*" in named:
            return
        raise PreconditionFailed(
            f"{author or 'Somebody else'} has changed it since you read it; nothing was "
            "overwritten. "
            "Look at what is there now, and send its ETag as If-Match to overwrite it",
            current=_plain(current) if may_read else None,
            sent=_plain(sent),
            etag=tag,
        )

    def require_seen(
        self, current: BaseModel, sent: BaseModel, author: str, *, may_read: bool
    ) -> None:
        """Raises PreconditionRequired for a change of what is `author`'s without an If-Match."""
        if self._given is None:
            raise PreconditionRequired(
                f"{author} saved this last; nothing was overwritten. Look at what is there now, "
                "and send its ETag as If-Match to overwrite it",
                current=_plain(current) if may_read else None,
                sent=_plain(sent),
                etag=etag_of(current),
            )


def _plain(body: BaseModel | None) -> object:
    return body.model_dump(mode="json", by_alias=True, exclude_unset=True) if body else None


EtagDep = Annotated[Etag, Depends()]
