"""What the extension brings to the browser is little, and stays so."""

import gzip

from tests.labs import BUILT

# The pages come only when they are opened; this is all of them, with what they are made of.
MOST_BYTES = 400_000


def test_all_scripts_of_the_extension_weigh_less_than_the_limit() -> None:
    scripts = sorted((BUILT / "static").glob("*.js"))
    assert scripts, "The extension is not built: run `make lab`"
    weights = {script.name: len(gzip.compress(script.read_bytes())) for script in scripts}
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:5]
    assert sum(weights.values()) < MOST_BYTES, f"The heaviest are {heaviest}"
