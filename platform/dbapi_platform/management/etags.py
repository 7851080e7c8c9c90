"""Two people at once: what somebody else has changed meanwhile is not overwritten."""

import hashlib
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Response
from pydantic import BaseModel
from pydantic_core import to_json

from ..errors import PreconditionFailed

Told = TypeVar("Told", bound=BaseModel)
# They change when somebody looks, not when somebody edits.
VOLATILE = {"last_used_at", "last_login_at"}


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

    @property
    def given(self) -> bool:
        """Whether the caller tells what they have seen."""
        return self._given is not None

    def tell(self, answer: Told) -> Told:
        """Give the answer its entity tag; what is answered is what a later `If-Match` names."""
        self._response.headers["ETag"] = etag_of(answer)
        return answer

    def require(self, current: BaseModel, sent: BaseModel | None = None) -> None:
        """Raises PreconditionFailed, with both versions, unless the caller has seen `current`.

        Ask while the row is locked. Nothing is required of a caller who names no entity tag.
        """
        if self._given is None or self._given.strip() == "*":
            return
        tag = etag_of(current)
        named = {part.strip().removeprefix("W/") for part in self._given.split(",")}
        if tag in named:
            return
        raise PreconditionFailed(
            "Somebody else has changed it since you read it; nothing was overwritten. "
            "Look at `current`, and send its ETag to overwrite it",
            current=current.model_dump(mode="json", by_alias=True),
            sent=sent.model_dump(mode="json", exclude_unset=True) if sent else None,
            etag=tag,
        )


EtagDep = Annotated[Etag, Depends()]
