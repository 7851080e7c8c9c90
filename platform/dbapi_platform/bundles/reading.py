"""Files as a bundle: every problem is told with its file, its place and what to do."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..errors import Detail, InvalidRequest, in_our_words
from ..publishing.paths import normalise_method, normalise_path, path_key
from .parsing import BadYaml, Document, parse
from .shapes import (
    FLAG,
    WHOLE,
    Bundle,
    BundlePart,
    CachePart,
    DatasourcePart,
    EndpointPart,
    GroupPart,
    LimitsPart,
    MacroPart,
    ModulePart,
    PagePart,
    Part,
    Placed,
)
from .writing import DIRECTORIES, ROOT

MAX_FILES: Final = 20_000
MAX_FILE_BYTES: Final = 4 * 1024 * 1024
MAX_BYTES: Final = 100 * 1024 * 1024
MAX_PROBLEMS: Final = 50
# Of all files together: each is worth some microseconds, and others wait for them.
MAX_VALUES: Final = 2_000_000

_MODULE: Final = re.compile(r"modules/([^/]+)/module\.yaml")
_MACRO: Final = re.compile(r"(?:modules/([^/]+)/)?macros/[^/]+\.yaml")
_ENDPOINT: Final = re.compile(r"modules/([^/]+)/endpoints/.+\.yaml")
_DATASOURCE: Final = re.compile(r"datasources/[^/]+\.yaml")
_GROUP: Final = re.compile(r"groups/[^/]+\.yaml")

P = TypeVar("P", bound=Part)


def read_bundle(files: Mapping[str, str]) -> Bundle:
    """Raises InvalidRequest, naming every file that is wrong."""
    return _Reading(files).bundle()


def refused(path: str, message: str, hint: str | None = None) -> InvalidRequest:
    """One file, or one name of a file, that is not taken."""
    shown = path[:200].encode("unicode_escape").decode() if not path.isprintable() else path[:200]
    return InvalidRequest(f"{shown}: {message}", Detail(shown, message, hint=hint))


def check_paths(paths: Iterable[str]) -> None:
    """Raises InvalidRequest for a path that leaves the bundle, or may on some disk."""
    for path in paths:
        parts = path.split("/")
        if "\\" in path or ":" in path or not path.isprintable() or {"", ".", ".."} & set(parts):
            raise refused(path, "is not a path within a bundle")


class _Reading:
    def __init__(self, files: Mapping[str, str]) -> None:
        check_paths(files)
        self._files = files
        self._problems: list[Detail] = []
        self._owners: dict[str, str] = {}
        self._bundle = Bundle()
        self._seen: dict[object, str] = {}
        self._values = 0

    def bundle(self) -> Bundle:
        if ROOT not in self._files:
            raise refused(ROOT, "is missing", "a bundle has it at its top; see `dbapi export`")
        self._read(ROOT, BundlePart, self._root)
        for path in sorted(self._files):
            if found := _MODULE.fullmatch(path):
                self._read(path, ModulePart, partial(self._module, directory=found[1]))
        for path in sorted(self._files):
            self._file(path)
        if self._problems:
            told = [f"{problem.field}: {problem.message}" for problem in self._problems[:5]]
            more = len(self._problems) - len(told)
            raise InvalidRequest(
                "; ".join(told) + (f"; and {more} more" if more else ""),
                *self._problems[:MAX_PROBLEMS],
            )
        return self._bundle

    def _file(self, path: str) -> None:
        if path == ROOT or _MODULE.fullmatch(path) or path.startswith("."):
            return
        if found := _ENDPOINT.fullmatch(path):
            self._read(path, EndpointPart, partial(self._endpoint, self._owner(path, found[1])))
        elif found := _MACRO.fullmatch(path):
            owner = self._owner(path, found[1]) if found[1] else None
            self._read(path, MacroPart, partial(self._macro, owner))
        elif _DATASOURCE.fullmatch(path):
            self._read(path, DatasourcePart, self._datasource)
        elif _GROUP.fullmatch(path):
            self._read(path, GroupPart, partial(self._group, path))
        elif "/" in path or path.endswith((".yaml", ".yml")):
            # Beside the bundle there may be what its owners write about it: README.md.
            self._wrong(path, None, "has no place in a bundle", _near_directory(path))

    def _read(self, path: str, shape: type[P], keep: Callable[[P], object]) -> None:
        if len(self._problems) >= MAX_PROBLEMS:
            # What is wrong with the rest is found out once these are mended.
            return
        try:
            document = parse(self._files[path])
        except BadYaml as bad:
            self._wrong(path, None, bad.message, bad.hint, bad.line)
            return
        self._values += len(document.lines)
        if self._values > MAX_VALUES:
            raise InvalidRequest(f"A bundle has at most {MAX_VALUES:,} values")
        try:
            part = shape.model_validate(document.value)
        except ValidationError as error:
            for problem in error.errors(include_url=False)[:MAX_PROBLEMS]:
                self._problems.append(_detail(path, problem, document, shape))
            return
        try:
            key = keep(part)
        except InvalidRequest as error:
            detail = error.details[0]
            self._wrong(path, detail.field, detail.message, detail.hint)
            return
        first = self._seen.setdefault(key, path)
        if first != path:
            self._wrong(path, None, f"is the same as {first}", "leave out one of them")

    def _root(self, part: BundlePart) -> object:
        self._bundle.partial = part.partial
        return ROOT

    def _module(self, part: ModulePart, directory: str) -> object:
        self._owners[directory] = part.name
        self._bundle.modules[part.name] = part
        return ("module", part.name)

    def _datasource(self, part: DatasourcePart) -> object:
        self._bundle.datasources[part.name] = part
        return ("datasource", part.name)

    def _macro(self, owner: str | None, part: MacroPart) -> object:
        self._bundle.macros[owner, part.name] = part
        return ("macro", owner, part.name)

    def _endpoint(self, owner: str, part: EndpointPart) -> object:
        part.method, part.path = normalise_method(part.method), normalise_path(part.path)
        if not isinstance(part.published, bool):
            part.published.path = normalise_path(part.published.path)
            if path_key(part.published.path) != path_key(part.path):
                message = f"expected the path {part.path}, or that with other names in it"
                raise InvalidRequest.of("published.path", message)
        key = (part.method, path_key(part.path))
        self._bundle.endpoints[key] = Placed(owner, part)
        return ("endpoint", *key)

    def _group(self, path: str, part: GroupPart) -> object:
        for position, name in enumerate(part.endpoints):
            method, _, endpoint = name.partition(" ")
            try:
                normalise_method(method)
                normalise_path(endpoint)
            except InvalidRequest:
                self._wrong(
                    path, f"endpoints.{position}", "expected a text such as GET orders/{id}"
                )
        self._bundle.groups[part.name] = part
        return ("group", part.name)

    def _owner(self, path: str, directory: str) -> str:
        if directory not in self._owners:
            module = f"modules/{directory}/module.yaml"
            if module not in self._files:
                hint = f"name the module in {module}: `name: {directory}`"
                self._wrong(path, None, "is in a directory that is no module", hint)
            self._owners[directory] = directory
        return self._owners[directory]

    def _wrong(
        self,
        path: str,
        place: str | None,
        message: str,
        hint: str | None = None,
        line: int | None = None,
    ) -> None:
        field = f"{path}: {place}" if place else path
        self._problems.append(Detail(field, message, line, hint=hint))


def _detail(path: str, problem: ErrorDetails, document: Document, shape: type[Part]) -> Detail:
    place = tuple(part for part in problem["loc"] if part not in {FLAG, WHOLE, "[key]"})
    hint, message = None, in_our_words(problem["msg"])
    given = problem["input"]
    match problem["type"]:
        case "extra_forbidden":
            message = "is not a known key"
            known = [name for name in _known(shape) if name != str(place[-1])]
            near = difflib.get_close_matches(str(place[-1]), known, 1)
            hint = f"did you mean '{near[0]}'?" if near else None
            if place[-1] in {"password", "encrypted_password"}:
                hint = "a bundle holds no secret; set it where the bundle is imported"
        case "missing":
            message = "is missing"
        case "string_type" if isinstance(given, int | float):
            message, hint = f"expected text, got {given!r}", "put it in quotes"
        case "string_pattern_mismatch":
            message = "expected letters, digits, _ and -, at most 100"
    field = ".".join(map(str, place))
    return Detail(f"{path}: {field}" if field else path, message, document.line(place), hint=hint)


def _known(shape: type[Part]) -> list[str]:
    parts = (LimitsPart, CachePart, PagePart)
    inner = [name for part in parts for name in part.model_fields]
    return [*shape.model_fields, *inner, "content"]


def _near_directory(path: str) -> str:
    if path.endswith(".yml"):
        return "files end with .yaml"
    near = difflib.get_close_matches(path.split("/", maxsplit=1)[0], DIRECTORIES, 1)
    there = f"{', '.join(DIRECTORIES)}, and within a module endpoints and macros"
    return (
        f"did you mean {near[0]}/?"
        if near and not path.startswith(near[0])
        else f"there are {there}"
    )
