"""From a method and a path to an endpoint: a static segment wins over `{name}` at every level."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..datasources import DatasourceConfig, fingerprint
from ..publishing.definition import Definition
from ..publishing.paths import path_parameters


@dataclass(frozen=True, slots=True)
class Route:
    """A version and where it runs: the published one, or one of the `pins` that it has.

    `headers` are what every answer tells of the version; `sunset` is when it ends, in seconds since
    1970. With `names_version` a query may say which version is meant: no parameter has that name.
    `cache_epoch` counts what empties its cache; `vary` names the headers that answers depend on.
    """

    endpoint_id: uuid.UUID
    version_id: uuid.UUID
    version: int
    definition: Definition
    datasource: DatasourceConfig
    cache_epoch: int = 0
    headers: tuple[tuple[bytes, bytes], ...] = ()
    sunset: float | None = None
    pins: Mapping[int, "Route"] = field(default_factory=dict)
    names_version: bool = True
    names: tuple[str, ...] = field(init=False)
    label: str = field(init=False)
    # The endpoint's id as the text that limits are counted by.
    key: str = field(init=False)
    is_private: bool = field(init=False)
    takes_format: bool = field(init=False)
    cache_key: bytes = field(init=False, default=b"")
    vary: bytes = field(init=False, default=b"")

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", path_parameters(self.definition.path))
        label = f"{self.definition.method} {self.definition.path}"
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "key", str(self.endpoint_id))
        object.__setattr__(self, "is_private", self.definition.access != "public")
        object.__setattr__(self, "takes_format", "format" not in self.definition.params)
        if self.definition.cache is not None:
            told = (self.version_id.bytes, self.cache_epoch, fingerprint(self.datasource))
            object.__setattr__(self, "cache_key", repr(told).encode())
            object.__setattr__(self, "vary", _vary(self.definition))


def _vary(definition: Definition) -> bytes:
    """Whoever keeps an answer for others must know of parameters from headers too."""
    names = ["accept", "authorization", "x-response-naming", "x-api-version"]
    names += [
        (declared.get("header") or name.replace("_", "-")).lower()
        for name, declared in definition.params.items()
        if declared.get("in") == "header"
    ]
    return ", ".join(dict.fromkeys(names)).encode()


@dataclass(slots=True)
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    route: Route | None = None

    def child(self, segment: str) -> "_Node":
        if not segment.startswith("{"):
            return self.literals.setdefault(segment, _Node())
        if self.parameter is None:
            self.parameter = _Node()
        return self.parameter

    def copy(self) -> "_Node":
        return _Node(dict(self.literals), self.parameter, self.route)


class Routes:
    """Every published endpoint, as one tree of segments a method."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._roots: dict[str, _Node] = {}
        self.count = 0
        self._published: dict[uuid.UUID, Route] = {}
        for route in routes:
            self.add(route)

    def add(self, route: Route) -> None:
        """Put it into the tree, before anybody looks for it there."""
        node = self._roots.setdefault(route.definition.method, _Node())
        for segment in route.definition.path.split("/"):
            node = node.child(segment)
        node.route = route
        self._published[route.endpoint_id] = route
        self.count += 1

    def replaced(self, gone: Iterable[Route], new: Iterable[Route]) -> "Routes":
        """These, but for some and with others; what is not on the way to them is shared."""
        made = Routes(())
        made._roots, made._published = dict(self._roots), dict(self._published)
        for route in gone:
            made._own(route).route = None
            del made._published[route.endpoint_id]
        for route in new:
            made._own(route).route = route
            made._published[route.endpoint_id] = route
        made.count = len(made._published)
        return made

    def _own(self, route: Route) -> _Node:
        """Where a route belongs, with copies of all nodes on the way: others may have these too."""
        method = route.definition.method
        node = self._roots[method] = self._roots.get(method, _Node()).copy()
        for segment in route.definition.path.split("/"):
            child = node.child(segment).copy()
            if segment.startswith("{"):
                node.parameter = child
            else:
                node.literals[segment] = child
            node = child
        return node

    def of(self, endpoint_id: uuid.UUID) -> Route | None:
        """What is published of an endpoint."""
        return self._published.get(endpoint_id)

    def find(self, method: str, segments: Sequence[str]) -> tuple[Route, dict[str, str]] | None:
        """The route and its path parameters."""
        root = self._roots.get(method)
        values: list[str] = []
        route = _walk(root, segments, 0, values) if root else None
        return (route, dict(zip(route.names, values, strict=True))) if route else None


def _walk(node: _Node, segments: Sequence[str], at: int, values: list[str]) -> Route | None:
    if at == len(segments):
        return node.route
    segment = segments[at]
    literal = node.literals.get(segment)
    if literal and (route := _walk(literal, segments, at + 1, values)):
        return route
    if node.parameter is None or not segment:
        return None
    values.append(segment)
    route = _walk(node.parameter, segments, at + 1, values)
    if route is None:
        values.pop()
    return route
