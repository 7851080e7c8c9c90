"""The part of a small platform that knows clients, groups, modules and tokens."""

from dataclasses import dataclass, field
from typing import Any

from tests.jupyter.fake_scripts import Refuse

MADE = "2026-11-01T10:00:00Z"


@dataclass
class FakeConsumers:
    """Things are kept by name; ids are the names with a letter before them."""

    clients: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    modules: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=lambda: {"good-token": "pat-0"})
    token_names: list[str] = field(default_factory=list)
    forbidden: str | None = None

    def create_client(self, name: str, description: str | None = None) -> dict[str, Any]:
        self.clients[name] = {
            "id": f"c-{name}", "name": name, "client_id": f"id-of-{name}",
            "description": description, "is_active": True, "rate_limit_per_minute": None,
            "max_concurrent": None, "token_seconds": None, "endpoints": [], "groups": [],
            "created_at": MADE,
        }  # fmt: skip
        return self.clients[name] | {"client_secret": f"secret-of-{name}"}

    def granted(self, name: str) -> list[str]:
        client = self.clients[name]
        groups = [self.groups[each["name"]] for each in client["groups"]]
        links = client["endpoints"] + [e for g in groups if g["is_active"] for e in g["endpoints"]]
        return [f"{link['method']} {link['path']}" for link in links]

    # A table of routes reads best as one.
    def consume(  # noqa: C901, PLR0911
        self, verb: str, parts: list[str], query: dict[str, str], body: Any
    ) -> Any:
        match verb, *parts:
            case "GET", ("clients" | "groups" | "modules") as kind:
                return paged(list(getattr(self, kind).values()), query)
            case "POST", "clients":
                return self.create_client(body["name"], body["description"])
            case "POST", "clients", client_id, "secret":
                client = self.clients[client_id[2:]]
                until = "2026-11-02T10:00:00Z" if body.get("overlap_hours") else None
                client["previous_secret_until"] = until
                return {
                    "client_id": client["client_id"], "client_secret": "fresh",
                    "previous_secret_until": until,
                }  # fmt: skip
            case "POST", ("groups" | "modules") as kind:
                return self.create(kind, body)
            case "PATCH", ("clients" | "groups" | "modules") as kind, thing_id:
                return self.change(getattr(self, kind), thing_id[2:], body)
            case "DELETE", ("clients" | "groups" | "modules") as kind, thing_id:
                del getattr(self, kind)[thing_id[2:]]
                return None
            case (("PUT" | "DELETE"), ("clients" | "groups") as kind, thing_id, "endpoints", end):
                method, path = end.replace("!", "/").split("~")
                link = {"id": end, "method": method, "path": path}
                relink(getattr(self, kind)[thing_id[2:]]["endpoints"], link, keep=verb == "PUT")
                return None
            case (("PUT" | "DELETE"), "clients", client_id, "groups", group_id):
                link = {"id": group_id, "name": group_id[2:]}
                relink(self.clients[client_id[2:]]["groups"], link, keep=verb == "PUT")
                return None
            case "GET", "tokens":
                return paged([self.token(name) for name in self.token_names], query)
            case "POST", "tokens":
                if body["name"] in self.token_names:
                    raise Refuse(
                        409, "conflict", f"You have a token named '{body['name']}' already"
                    )
                self.token_names.append(body["name"])
                self.tokens["dbapi_pat_new"] = "pat-1"
                return self.token(body["name"]) | {"id": "pat-1", "token": "dbapi_pat_new"}
            case "DELETE", "tokens", token_id:
                self.tokens = {k: v for k, v in self.tokens.items() if v != token_id}
                self.token_names = [n for n in self.token_names if f"t-{n}" != token_id]
                return None
        raise Refuse(404, "not_found", f"no {'/'.join(parts)}")

    def create(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        made = {"id": f"{kind[0]}-{body['name']}", "is_active": True, "endpoints": []} | body
        getattr(self, kind)[body["name"]] = made
        return made

    def change(self, things: dict[str, Any], name: str, body: dict[str, Any]) -> dict[str, Any]:
        thing = things.pop(name) | body
        things[thing["name"]] = thing | {"id": f"{thing['id'][:2]}{thing['name']}"}
        return thing

    def token(self, name: str) -> dict[str, Any]:
        return {
            "id": f"t-{name}", "name": name, "created_at": MADE,
            "expires_at": "2027-01-30T10:00:00Z", "last_used_at": None,
        }  # fmt: skip


def relink(links: list[dict[str, str]], link: dict[str, str], *, keep: bool) -> None:
    links[:] = [each for each in links if each != link] + [link] * keep


def paged(items: list[Any], query: dict[str, str], size: int = 2) -> dict[str, Any]:
    """In small pages, so that every list is read to its end."""
    items = [each for each in items if query.get("search", "").lower() in each["name"].lower()]
    start = int(query.get("cursor", 0))
    end = start + size
    following = str(end) if end < len(items) else None
    return {"items": items[start:end], "total": len(items), "next": following}
