"""How a gateway request can end other than well: a status, a code, and words for the consumer."""

from collections.abc import Sequence

from ..errors import Detail


class Refused(Exception):
    """The request gets this status. `message` is for consumers; `internal` only for the author.

    `request_id` is of an earlier request, where it was that one which failed.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: Sequence[Detail] = (),
        headers: Sequence[tuple[bytes, bytes]] = (),
        internal: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = tuple(details)
        self.headers = tuple(headers)
        self.internal = internal
        self.request_id = request_id


def retry_after(seconds: float) -> tuple[bytes, bytes]:
    """The header that tells when another try makes sense: whole seconds, at least one."""
    return (b"retry-after", str(max(1, round(seconds + 0.5))).encode())
