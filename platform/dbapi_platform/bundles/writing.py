"""A bundle as files: each part one, whose text is the same whenever the part is."""

from collections.abc import Iterator

from .emitting import emit
from .naming import directory_of, file_name
from .shapes import FORMAT, Bundle, BundlePart, Part

ROOT = "bundle.yaml"
DIRECTORIES = ("datasources", "modules", "macros", "groups")


def write_bundle(bundle: Bundle) -> dict[str, str]:
    """The files' texts by their paths, in order."""
    return {path: emit(part.fields()) for path, part in sorted(_parts(bundle))}


def module_directory(module: str) -> str:
    """Where a module's files are."""
    return f"modules/{file_name(module)}"


def _parts(bundle: Bundle) -> Iterator[tuple[str, Part]]:
    yield ROOT, BundlePart(format=FORMAT, partial=bundle.partial)
    for name, datasource in bundle.datasources.items():
        yield f"datasources/{file_name(name)}.yaml", datasource
    for name, module in bundle.modules.items():
        yield f"{module_directory(name)}/module.yaml", module
    for (owner, name), macro in bundle.macros.items():
        directory = f"{module_directory(owner)}/macros" if owner is not None else "macros"
        yield f"{directory}/{file_name(name)}.yaml", macro
    for (method, _), placed in bundle.endpoints.items():
        directory = f"{module_directory(placed.module or '')}/endpoints"
        yield f"{directory}/{directory_of(placed.part.path)}/{method}.yaml", placed.part
    for name, group in bundle.groups.items():
        yield f"groups/{file_name(name)}.yaml", group
