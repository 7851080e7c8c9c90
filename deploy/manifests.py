"""Reads manifests by the schemas of Kubernetes: `python deploy/manifests.py FILE`."""

import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

VERSION = "1.33"
# Kinds of operators: Kubernetes itself has no schema of them.
OTHERS = {"ServiceMonitor"}


def problems(text: str) -> list[str]:
    """What is wrong, each with the object that it is in."""
    found = []
    for manifest in yaml.safe_load_all(text):
        if manifest and manifest["kind"] not in OTHERS:
            found += _problems(manifest)
    return found


def _problems(manifest: dict[str, Any]) -> list[str]:
    name = f"{manifest['kind']} {manifest['metadata']['name']}"
    try:
        kubernetes_validate.validate(manifest, VERSION, strict=True)
    except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
        path = ".".join(str(part) for part in getattr(error, "path", ()))
        return [f"{name}: {path}: {getattr(error, 'message', error)}"]
    return []


if __name__ == "__main__":
    wrong = problems(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    sys.exit(bool(wrong))
