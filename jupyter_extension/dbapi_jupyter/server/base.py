"""What all handlers share."""

import asyncio
import json
from typing import Any

from jupyter_server.base.handlers import APIHandler

from ..config import CredentialStore
from ..connection import Known, known
from ..errors import DbapiError
from .refusals import Refusal, not_configured
from .upstream import Upstream


class PlatformHandler(APIHandler):
    """Only for whoever is logged in to Jupyter."""

    # What an authorizer of Jupyter's is asked about.
    auth_resource = "dbapi"

    def initialize(self, upstream: Upstream, store: CredentialStore) -> None:
        """Called by tornado with what the extension gives every handler."""
        self.upstream = upstream
        self.store = store

    async def known(self) -> Known:
        """Read anew for each request: a notebook may have logged in or out. Raises Refusal."""
        try:
            return await asyncio.to_thread(known, self.store)
        except DbapiError as error:
            raise Refusal(500, "not_configured", error.message, hint=error.hint) from error
        except OSError as error:
            raise not_configured(self.store.path, error) from error

    def tell(self, body: dict[str, Any]) -> None:
        """Answer JSON that nobody keeps."""
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(body))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """In our shape what we refuse, in Jupyter's what it refuses."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        if not isinstance(error, Refusal):
            super().write_error(status_code, **kwargs)
            return
        if error.retry_after:
            self.set_header("Retry-After", error.retry_after)
        self.tell(error.body())

    def compute_etag(self) -> str | None:
        """None: tags are the platform's, and tornado's would take their place."""
        return None
