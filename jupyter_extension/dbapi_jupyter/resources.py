"""The platform's resources by the names that authors use: names, methods and paths, not ids."""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote

from .client import RUN_TIMEOUT_S, Platform, Reply
from .errors import DbapiError
from .shapes import (
    Datasource,
    DebugResult,
    Diff,
    Endpoint,
    Macro,
    MacroUse,
    MacroVersion,
    Option,
    Plan,
    Provenance,
    Published,
    PublishedMacro,
    SavedTest,
    Table,
    TestRun,
    Version,
)
from .suggest import suggestion


class Resources:
    """Typed calls to the management API."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def about(self) -> dict[str, str]:
        """`name`, `version`, `gateway_url`; needs no login."""
        return cast("dict[str, str]", self.platform.get("about"))

    def username(self) -> str:
        """Whose token this is. Raises ApiError when it is no longer good."""
        return str(self.platform.get("users/me")["username"])

    def datasources(self) -> list[Datasource]:
        """All that the user may see."""
        return cast("list[Datasource]", self.platform.items("datasources"))

    def datasource(self, name: str) -> Datasource:
        """One by name. Raises DbapiError with the name that is most like it."""
        found = self.datasources()
        for datasource in found:
            if datasource["name"] == name:
                return datasource
        raise unknown_datasource(name, [datasource["name"] for datasource in found])

    def tables(self, datasource: str) -> list[Table]:
        """Tables and views with their columns."""
        found = self.datasource(datasource)
        return cast("list[Table]", self.platform.get(f"datasources/{found['id']}/tables")["items"])

    def endpoints(self, search: str | None = None) -> tuple[list[Endpoint], int]:
        """Some endpoints, and how many there are."""
        page = self.platform.get("endpoints", search=search)
        return page["items"], page["total"]

    def find_endpoint(self, method: str, path: str) -> Endpoint | None:
        """The endpoint at a method and path."""
        items = self.platform.get("endpoints", method=method, path=path)["items"]
        return items[0] if items else None

    def endpoint(self, method: str, path: str) -> Endpoint:
        """The endpoint at a method and path. Raises DbapiError with the one most like it."""
        found = self.find_endpoint(method, path)
        if found is not None:
            return found
        known = [f"{item['method']} {item['path']}" for item in self.endpoints()[0]]
        raise DbapiError(
            f"There is no endpoint {method} {path}", hint=suggestion(f"{method} {path}", known)
        )

    def save_draft(self, draft: Mapping[str, Any], if_match: str | None = None) -> Reply:
        """Save a draft; the answer is its endpoint, which is made if it is new."""
        return self.platform.exchange("PUT", "drafts", json=draft, if_match=if_match)

    def draft(self, endpoint: Endpoint) -> dict[str, Any]:
        """The draft as it was saved."""
        return cast("dict[str, Any]", self.read_draft(endpoint).data)

    def read_draft(self, endpoint: Endpoint) -> Reply:
        """The same with its entity tag."""
        return self.platform.exchange("GET", f"endpoints/{endpoint['id']}/draft")

    def options(self, endpoint: Endpoint, name: str) -> list[Option]:
        """The values that a parameter may have, by its own query."""
        answer = self.platform.get(f"endpoints/{endpoint['id']}/options/{name}")
        return cast("list[Option]", answer["items"])

    def debug(self, endpoint: Endpoint, params: dict[str, Any]) -> DebugResult:
        """Run the draft; nothing is stored."""
        answer = self.platform.post(
            f"endpoints/{endpoint['id']}/debug", {"params": params}, timeout=RUN_TIMEOUT_S
        )
        return cast("DebugResult", answer)

    def plan(self, endpoint: Endpoint) -> Plan:
        """What publishing would change."""
        return cast("Plan", self.platform.get(f"endpoints/{endpoint['id']}/plan"))

    def publish(
        self,
        endpoint: Endpoint,
        message: str | None,
        provenance: Provenance,
        force: str | None = None,
        if_match: str | None = None,
    ) -> Published:
        """Make the draft live when its tests pass; `force` is why it is live although one fails.

        With `if_match` only the draft that has this tag.
        """
        body = {"message": message, "provenance": provenance}
        forced = {} if force is None else {"force": force}
        reply = self.platform.exchange(
            "POST",
            f"endpoints/{endpoint['id']}/publish",
            json=body | forced,
            timeout=RUN_TIMEOUT_S,
            if_match=if_match,
        )
        return cast("Published", reply.data)

    def rollback(self, endpoint: Endpoint, version: int | None) -> Published:
        """Make an older version live; without a number the one before."""
        body = {} if version is None else {"version": version}
        return cast("Published", self.platform.post(f"endpoints/{endpoint['id']}/rollback", body))

    def unpublish(self, endpoint: Endpoint) -> Endpoint:
        """Take it off the gateway."""
        return cast("Endpoint", self.platform.post(f"endpoints/{endpoint['id']}/unpublish", {}))

    def purge(self, endpoint: Endpoint) -> None:
        """End what is kept of its answers."""
        self.platform.post(f"endpoints/{endpoint['id']}/purge", {})

    def versions(self, endpoint: Endpoint) -> list[Version]:
        """Newest first."""
        page = self.platform.get(f"endpoints/{endpoint['id']}/versions")
        return cast("list[Version]", page["items"])

    def version(self, endpoint: Endpoint, number: int) -> Version:
        """One version."""
        return cast("Version", self.platform.get(f"endpoints/{endpoint['id']}/versions/{number}"))

    def change_version(self, endpoint: Endpoint, number: int, fields: Mapping[str, Any]) -> Version:
        """Who may ask for a version, and until when: only what is given changes."""
        path = f"endpoints/{endpoint['id']}/versions/{number}"
        return cast("Version", self.platform.patch(path, fields))

    def diff(self, endpoint: Endpoint, before: str, after: str) -> Diff:
        """Between any two of `draft`, `live` and version numbers."""
        answer = self.platform.get(
            f"endpoints/{endpoint['id']}/diff", **{"from": before, "to": after}
        )
        return cast("Diff", answer)

    def tests(self, endpoint: Endpoint) -> list[SavedTest]:
        """All of an endpoint."""
        return cast(
            "list[SavedTest]", self.platform.get(f"endpoints/{endpoint['id']}/tests")["items"]
        )

    def save_test(self, endpoint: Endpoint, name: str, content: str) -> None:
        """Save a test; it is made if it is new."""
        self.platform.put(_test(endpoint, name), {"content": content})

    def delete_test(self, endpoint: Endpoint, name: str) -> None:
        """Delete a test."""
        self.platform.delete(_test(endpoint, name))

    def run_tests(self, endpoint: Endpoint, names: list[str] | None = None) -> TestRun:
        """Run these tests, or all, on the draft."""
        answer = self.platform.post(
            f"endpoints/{endpoint['id']}/tests/run", {"names": names}, timeout=RUN_TIMEOUT_S
        )
        return cast("TestRun", answer)

    def macros(self) -> list[Macro]:
        """All that the user may see, global ones first."""
        return cast("list[Macro]", self.platform.items("macros"))

    def save_macro(self, macro: Mapping[str, Any], if_match: str | None = None) -> Reply:
        """Save a macro's text; the answer is the macro, which is made if it is new."""
        return self.platform.exchange("PUT", "macros", json=macro, if_match=if_match)

    def publish_macro(self, macro: Macro, message: str | None) -> PublishedMacro:
        """Make its text the newest version."""
        answer = self.platform.post(f"macros/{macro['id']}/publish", {"message": message})
        return cast("PublishedMacro", answer)

    def macro_uses(self, macro: Macro) -> list[MacroUse]:
        """The published endpoints that it is in."""
        return cast("list[MacroUse]", self.platform.items(f"macros/{macro['id']}/endpoints"))

    def macro_versions(self, macro: Macro) -> list[MacroVersion]:
        """Newest first."""
        return cast("list[MacroVersion]", self.platform.items(f"macros/{macro['id']}/versions"))


def _test(endpoint: Endpoint, name: str) -> str:
    return f"endpoints/{endpoint['id']}/tests/{quote(name, safe='')}"


def unknown_datasource(name: str, known: list[str]) -> DbapiError:
    """The error for a datasource that is not there."""
    return DbapiError(
        f"There is no datasource named '{name}'",
        hint=suggestion(name, known) or "You may use none yet: ask an administrator",
    )
