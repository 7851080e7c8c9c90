"""Hooks that schemathesis loads: most ids that it makes up become those of objects that exist."""

import json
import os
import random
from typing import Any

import schemathesis

IDS: dict[str, str] = json.loads(os.environ.get("FUZZED_IDS", "{}"))
_chance = random.Random(1)


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> Any:
    """Else nearly every request would end with a 404."""
    # What is deleted is gone for the requests that follow.
    if not path_parameters or context.operation.method.upper() == "DELETE":
        return path_parameters
    return {
        name: IDS[name] if name in IDS and _chance.random() < 0.9 else value
        for name, value in path_parameters.items()
    }
