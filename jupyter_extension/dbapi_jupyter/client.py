"""The platform over HTTP: requests out, answers or short errors in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from .errors import DbapiError, Interrupted, NotConnected
from .shapes import LogLine

# The platform ends a run at the endpoint's own timeout, which is shorter than this.
RUN_TIMEOUT_S = 600.0
TIMEOUT_S = 20.0
# It is not as the sender knew it; the sender must tell what they knew.
CHANGED_MEANWHILE = {412, 428}
Item = TypeVar("Item")
HINTS = {
    401: "Log in again with %dbapi login",
    403: "An administrator can allow it; %dbapi status tells who you are",
}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that is wrong; `line` and `column` count from 1 in the text that `field` names."""

    field: str | None
    message: str
    line: int | None = None
    column: int | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """What stands where something was to be saved, what was sent, and the tag of the former."""

    current: Mapping[str, Any] | None
    sent: Mapping[str, Any] | None
    etag: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer's JSON (None when it has no body) and its entity tag."""

    data: Any
    etag: str | None


class ApiError(DbapiError):
    """The platform refused; `code` is one of those in its management API's description."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str,
        request_id: str | None,
        details: list[Detail],
        logs: list[LogLine],
        conflict: Conflict | None = None,
        retry_after: str | None = None,
    ) -> None:
        hint = next((detail.hint for detail in details if detail.hint), None)
        hint = hint or HINTS.get(status)
        super().__init__(message, hint=hint, logs=logs)
        self.status = status
        self.code = code
        self.request_id = request_id
        self.details = details
        self.conflict = conflict
        self.retry_after = retry_after


class Platform:
    """One platform and the token to use it with."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        # A proxy from the environment cannot reach this machine's own addresses.
        outside = urlsplit(self.url).hostname not in LOOPBACK
        self._http = httpx.Client(timeout=httpx.Timeout(TIMEOUT_S), trust_env=outside)
        self._token = token

    def get(self, path: str, /, **params: str | int | None) -> Any:
        """`GET`, without the parameters that are None."""
        given = {name: value for name, value in params.items() if value is not None}
        return self.request("GET", path, params=given)

    def items(self, path: str, /, **params: str | int | None) -> list[Any]:
        """A whole list, page by page."""
        page = self.get(path, **params)
        found = list(page["items"])
        while page.get("next"):
            page = self.get(path, **params, cursor=page["next"])
            found += page["items"]
        return found

    def post(self, path: str, body: Mapping[str, Any], *, timeout: float = TIMEOUT_S) -> Any:
        """`POST` a JSON body."""
        return self.request("POST", path, json=body, timeout=timeout)

    def put(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """`PUT` a JSON body, or none."""
        return self.request("PUT", path, json=body)

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """`PATCH` a JSON body: the fields that change."""
        return self.request("PATCH", path, json=body)

    def delete(self, path: str) -> Any:
        """`DELETE`."""
        return self.request("DELETE", path)

    def request(self, method: str, path: str, *, timeout: float = TIMEOUT_S, **content: Any) -> Any:
        """The answer's JSON; None when it has no body. Raises ApiError, NotConnected."""
        return self.exchange(method, path, timeout=timeout, **content).data

    def exchange(
        self,
        method: str,
        path: str,
        *,
        if_match: str | None = None,
        timeout: float = TIMEOUT_S,
        **content: Any,
    ) -> Reply:
        """With entity tags: that of what is replaced, that of the answer. As `request`."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        headers |= {"If-Match": if_match} if if_match else {}
        response = self.send(
            method, f"{self.url}/api/v1/{path}", headers=headers, timeout=timeout, **content
        )
        if response.is_success:
            data = _json(response, self.url) if response.content else None
            return Reply(data, response.headers.get("etag"))
        raise _refusal(response, self.url)

    def send(self, method: str, url: str, *, timeout: float, **content: Any) -> httpx.Response:
        """Any request. An interrupt closes the connection, which cancels the query."""
        try:
            return self._http.request(method, url, timeout=timeout, **content)
        except KeyboardInterrupt as error:
            raise Interrupted("the connection is closed and the platform cancels") from error
        except httpx.TimeoutException as error:
            raise NotConnected(f"{self.url} did not answer within {timeout:g} s") from error
        except httpx.InvalidURL as error:
            raise NotConnected(f"{self.url} is not an address: {error}") from error
        except httpx.HTTPError as error:
            raise NotConnected(
                f"No platform answers at {self.url} ({error})",
                hint="Start it with `dbapi serve` (or `dbapi demo`), "
                "or give another address: %dbapi login URL",
            ) from error


def if_allowed(read: Callable[[], list[Item]]) -> list[Item]:
    """What is read, or nothing where the user may not: a list beside it is shown all the same."""
    try:
        return read()
    except ApiError as error:
        if error.status != 403:
            raise
        return []


def _json(response: httpx.Response, url: str) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise NotConnected(
            f"What answers at {url} is not a platform: it sent no JSON",
            hint="Check the address: %dbapi login URL",
        ) from error


def _refusal(response: httpx.Response, url: str) -> DbapiError:
    envelope = _json(response, url)
    error = envelope.get("error") if isinstance(envelope, dict) else None
    if not isinstance(error, dict):
        return NotConnected(
            f"What answers at {url} is not a platform: HTTP {response.status_code}",
            hint="Check the address: %dbapi login URL",
        )
    return ApiError(
        envelope.get("message") or f"HTTP {response.status_code}",
        status=response.status_code,
        code=error.get("code", "error"),
        request_id=error.get("request_id"),
        details=[
            Detail(**{name: item.get(name) for name in Detail.__slots__})
            for item in error.get("details") or ()
        ],
        logs=error.get("logs") or [],
        conflict=Conflict(error.get("current"), error.get("sent"), error.get("etag"))
        if response.status_code in CHANGED_MEANWHILE
        else None,
        retry_after=response.headers.get("retry-after"),
    )
