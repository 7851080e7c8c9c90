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


@given(st.lists(segments, min_size=1, max_size=8), st.data())
def test_replaced_routes_are_those_that_would_be_made_anew(
    paths: list[list[str]], data: st.DataObject
) -> None:
    distinct = {tuple("{}" if s[0] == "{" else s for s in path): path for path in paths}
    first = [route("/".join(path)) for path in distinct.values()]
    before = Routes(first)
    kept = data.draw(st.lists(st.sampled_from(first), unique_by=id))
    # Some of those that go are published at the same path by another endpoint.
    gone = [each for each in first if each not in kept]
    again = data.draw(st.lists(st.sampled_from(gone), unique_by=id)) if gone else []
    new = [route(each.definition.path) for each in again] + [route("new/{id}")]
    after, anew = before.replaced(gone, new), Routes([*kept, *new])
    assert after.count == anew.count
    for each in (*first, *new):
        at = each.definition.path.split("/")
        assert after.find("GET", at) == anew.find("GET", at)
        assert after.of(each.endpoint_id) is anew.of(each.endpoint_id)
        assert before.find("GET", at) == Routes(first).find("GET", at)
