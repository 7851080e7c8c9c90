"""A platform with something on every page: what a shop might publish, and who called it."""

from itertools import product
from typing import Any

import httpx

from tests.platforms import PlatformProcess
from tests.world import PASSWORD

ORDERS = """\
SELECT o.id, o.status, o.total
FROM orders AS o
{% where %}
  AND o.customer_id = {{ customer_id | sql_int }}
  {% if since %} AND o.created_at >= {{ since | sql_date }} {% endif %}
{% endwhere %}
ORDER BY o.id
{{ page(1, limit) }}"""
PRODUCTS = "SELECT id, name, category, price\nFROM products\nORDER BY id\n{{ page(1, limit) }}"
SHARE = "SELECT CAST({{ of | sql_string }} AS INTEGER) / {{ by | sql_int }} AS share"
SCORE = """\
def execute(params):
    rows = db.query("SELECT count(*) AS n FROM customers")
    log.info("%s customers", rows[0]["n"])
    return {"score": rows[0]["n"] * params.get("factor", 1)}
"""
PAGING = """\
{% macro page(number, size) %}
  LIMIT {{ size | sql_int }} OFFSET {{ (number - 1) * size }}
{% endmacro %}"""
PASSES = "r = call(customer_id=7, limit=2)\nassert r.status == 200\nassert len(r.rows) == 2, r.rows"
FAILS = "r = call(customer_id=7)\nassert r.rows == [], 'Customer 7 never ordered'"
LIMIT = {"type": "integer", "default": 20, "maximum": 500, "description": "How many at most"}
PARTS = {"of": {"type": "string", "default": "100"}, "by": {"type": "integer", "default": 4}}
FACTOR = {"factor": {"type": "integer", "default": 2}}
SINCE = {"type": "date", "description": "Only orders from this day on"}


class Filling:
    """Calls of the administrator; what they make is found by its name."""

    def __init__(self, platform: PlatformProcess) -> None:
        headers = {"Authorization": f"Bearer {platform.token}"}
        self.http = httpx.Client(base_url=platform.url, headers=headers, timeout=60)
        self.ids: dict[str, str] = {}

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"/api/v1{path}", json=body)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    def make(self, key: str, where: str, **body: Any) -> Any:
        """Make something that answers with its id, which is kept by the key."""
        made = self.ask(*where.split(), body)
        self.ids[key] = str(made["id"])
        return made

    def draft(self, key: str, content: str, **fields: Any) -> None:
        body = {"method": "GET", "engine": "sql", "datasource": "shop", "content": content}
        self.make(key, "PUT /drafts", **body | fields)

    def publish(self, key: str, message: str) -> None:
        provenance = {"notebook": "quickstart.ipynb", "cell_id": "abc123", "git_commit": None}
        body = {"message": message, "provenance": provenance, "force": "Sample data"}
        self.ask("POST", f"/endpoints/{self.ids[key]}/publish", body)


def fill(platform: PlatformProcess) -> dict[str, str]:
    """Make the sample through the API; answers the ids of what there is, by short names."""
    filling = Filling(platform)
    with filling.http:
        _definitions(filling)
        _people(filling)
        _calls(filling, _clients(filling))
        _places(filling)
    return filling.ids


def _definitions(filling: Filling) -> None:
    modules = ("sales", "Who bought what"), ("stock", "What there is to buy"), ("plans", None)
    for name, description in modules:
        filling.make(name, "POST /modules", name=name, description=description)
    macro = {"name": "page", "content": PAGING, "description": "A page of a list"}
    filling.make("page", "PUT /macros", **macro)
    filling.ask("POST", f"/macros/{filling.ids['page']}/publish", {"message": "Pages of a list"})
    _orders(filling)
    public = {"access": "public", "module": "stock"}
    params = {"limit": LIMIT}
    filling.draft("products", PRODUCTS, path="stock/products", params=params, **public)
    filling.draft("share", SHARE, path="stock/share", params=PARTS, **public)
    script = {"method": "POST", "engine": "script", "params": FACTOR}
    filling.draft("score", SCORE, path="stock/score", **script, **public)
    for key in ("products", "share", "score"):
        filling.publish(key, "First version")
    filling.draft("planned", "SELECT 1 AS one", path="stock/planned", module="stock")
    # Edited since it was published.
    filling.make("page", "PUT /macros", **macro | {"content": PAGING.replace("(n", "( n")})


def _orders(filling: Filling) -> None:
    """An endpoint with versions, tests, and a draft that would break its callers."""
    fields = {
        "path": "sales/orders/{customer_id}", "module": "sales", "name": "Orders of a customer",
        "description": "What one customer ordered, oldest first", "access": "private",
        "params": {"since": SINCE, "limit": LIMIT},
    }  # fmt: skip
    filling.draft("orders", ORDERS, **fields)
    filling.publish("orders", "First version")
    filling.draft("orders", ORDERS.replace("o.total", "o.total, o.created_at"), **fields)
    filling.publish("orders", "Tells when it was ordered")
    until = {"deprecated_at": "2026-01-01T00:00:00Z", "sunset_at": "2999-03-01T00:00:00Z"}
    filling.ask(
        "PATCH", f"/endpoints/{filling.ids['orders']}/versions/1", {"is_pinnable": True, **until}
    )
    changed = {"params": {"limit": LIMIT, "status": "string"}}
    filling.draft("orders", ORDERS.replace("BY o.id", "BY o.id DESC"), **fields | changed)
    for name, content in (("newest", FAILS), ("two", PASSES)):
        path = f"/endpoints/{filling.ids['orders']}/tests/{name}"
        filling.ask("PUT", path, {"content": content})


def _people(filling: Filling) -> None:
    grants = [
        {"resource_type": "endpoint", "action": "read"},
        {"resource_type": "endpoint", "action": "execute", "resource_id": filling.ids["orders"]},
        {"resource_type": "module", "action": "read"},
    ]
    role = {"name": "Support", "description": "Looks things up", "permissions": grants}
    filling.make("support", "POST /roles", **role)
    for name, of in (("vera", "Viewer"), ("dana", "Dev"), ("sam", "Support")):
        filling.make(
            name, "POST /users", username=name, password=PASSWORD, roles=[of],
            email=f"{name}@example.org", full_name=f"{name.title()} Example",
        )  # fmt: skip
    filling.ask("POST", "/tokens", {"name": "nightly import", "expires_in_days": 90})


def _clients(filling: Filling) -> list[str]:
    """Clients and a group; answers tokens of two of them for the gateway."""
    filling.make("internal", "POST /groups", name="Internal", description="Our own programs")
    filling.make("idle", "POST /clients", name="Old importer", is_active=False)
    tokens = []
    for key, name in (("web", "Web shop"), ("report", "Reporting")):
        made = filling.make(key, "POST /clients", name=name, rate_limit_per_minute=600)
        credentials = {field: made[field] for field in ("client_id", "client_secret")}
        answer = filling.http.post("/token/generate", json=credentials)
        tokens.append(answer.json()["access_token"])
    orders, group = filling.ids["orders"], filling.ids["internal"]
    filling.ask("PUT", f"/clients/{filling.ids['web']}/endpoints/{orders}")
    filling.ask("PUT", f"/groups/{group}/endpoints/{orders}")
    filling.ask("PUT", f"/clients/{filling.ids['report']}/groups/{group}")
    return tokens


def _calls(filling: Filling, tokens: list[str]) -> None:
    paths = (
        "sales/orders/7", "sales/orders/8?limit=5", "sales/orders/x", "stock/products",
        "stock/products?limit=none", "stock/share", "stock/share?of=all", "nothing",
    )  # fmt: skip
    with httpx.Client(base_url=f"{filling.http.base_url}/api/", timeout=60) as gateway:
        for token, path, _ in product([*tokens, None], paths, range(2)):
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            gateway.get(path, headers=headers)
        gateway.post("stock/score", json={"factor": 3})


def _places(filling: Filling) -> None:
    """Rules of the firewall, the last of which shuts everybody else out; a connection."""
    rules = ("allow", "127.0.0.0/8"), ("allow", "10.0.0.0/8"), ("deny", "0.0.0.0/0")
    for action, network in rules:
        filling.ask("POST", "/firewall-rules", {"action": action, "network": network})
    archive = {"product_type": "duckdb", "database": "shop.duckdb", "description": "Other years"}
    filling.make("archive", "POST /datasources", name="archive", **archive)
    for one in filling.ask("GET", "/datasources")["items"]:
        filling.ids[one["name"]] = one["id"]
