"""A path finds its endpoint; static segments win."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from dbapi_platform.datasources import DatasourceConfig, ProductType
from dbapi_platform.gateway.routes import Route, Routes
from dbapi_platform.publishing.definition import Definition

CONFIG = DatasourceConfig("1", "shop", ProductType.SQLITE, "shop.sqlite3")


def route(path: str, method: str = "GET") -> Route:
    definition = Definition(
        method=method, path=path, engine="sql", datasource_id="1", content="SELECT 1"
    )
    return Route(uuid.uuid4(), uuid.uuid4(), 1, definition, CONFIG)


def found(routes: Routes, path: str, method: str = "GET") -> tuple[str, dict[str, str]] | None:
    hit = routes.find(method, path.split("/"))
    return (hit[0].definition.path, hit[1]) if hit else None


ROUTES = Routes(
    [
        route("orders"),
        route("orders/{id}"),
        route("orders/latest"),
        route("orders/{id}/items"),
        route("orders/latest/items/{n}"),
        route("{shop}/orders"),
        route("orders", "POST"),
    ]
)


def test_a_static_path_wins_over_a_pattern() -> None:
    assert found(ROUTES, "orders/latest") == ("orders/latest", {})
    assert found(ROUTES, "orders/7") == ("orders/{id}", {"id": "7"})


def test_a_dead_end_falls_back_to_the_pattern() -> None:
    assert found(ROUTES, "orders/latest/items") == ("orders/{id}/items", {"id": "latest"})
    assert found(ROUTES, "north/orders") == ("{shop}/orders", {"shop": "north"})


def test_what_is_not_there_is_not_found() -> None:
    assert found(ROUTES, "orders/7/items/3") is None
    assert found(ROUTES, "orders/") is None
    assert found(ROUTES, "orders", "DELETE") is None
    assert found(ROUTES, "orders", "POST") == ("orders", {})


segments = st.lists(st.sampled_from(["a", "b", "{x}", "{y}", "c"]), min_size=1, max_size=4)


@given(st.lists(segments, max_size=8), segments)
def test_the_tree_finds_a_route_exactly_when_one_matches(
    paths: list[list[str]], wanted: list[str]
) -> None:
    concrete = [segment.strip("{}") for segment in wanted]
    distinct = {tuple("{}" if s[0] == "{" else s for s in path): path for path in paths}
    # Names within a path are unique; the second {x} would be refused when it is saved.
    named = [
        [f"{{p{i}}}" if s[0] == "{" else s for i, s in enumerate(path)]
        for path in distinct.values()
    ]
    routes = Routes([route("/".join(path)) for path in named])
    matches = any(
        len(path) == len(concrete)
        and all(s[0] == "{" or s == c for s, c in zip(path, concrete, strict=True))
        for path in named
    )
    assert (routes.find("GET", concrete) is not None) == matches
