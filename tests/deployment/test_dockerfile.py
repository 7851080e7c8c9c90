"""The Dockerfile, read: what is copied is there and let in, and what runs owns nothing."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = re.sub(r"\\\n\s*", " ", (ROOT / "docker/Dockerfile").read_text()).splitlines()
STAGES = {
    name: base
    for base, name in re.findall(r"^FROM (\S+) AS (\S+)$", "\n".join(LINES), re.MULTILINE)
}


def stage(name: str) -> list[str]:
    """The lines of a stage, and of those that it is made from."""
    start = next(n for n, line in enumerate(LINES) if line.endswith(f" AS {name}"))
    rest = LINES[start + 1 :]
    end = next((n for n, line in enumerate(rest) if line.startswith("FROM ")), len(rest))
    base = STAGES[name]
    return [*(stage(base) if base in STAGES else []), *rest[:end]]


def test_everything_that_is_copied_is_there_and_let_in() -> None:
    allowed = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    sources = [
        source
        for line in LINES
        if line.startswith("COPY ") and "--from" not in line
        for source in re.sub(r"--\S+ ", "", line).split()[1:-1]
    ]
    assert len(sources) > 5
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source in allowed or source.split("/")[0] in allowed, source


def test_what_is_built_is_built_in_it() -> None:
    left_out = (ROOT / ".dockerignore").read_text()
    for made in ("web/static", "node_modules", "labextension", "**/.env"):
        assert made in left_out


def test_both_images_run_as_a_user_who_owns_nothing_and_are_looked_after() -> None:
    for name in ("platform", "jupyterlab"):
        lines = stage(name)
        assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
        for wanted in ("HEALTHCHECK", "STOPSIGNAL SIGTERM", "ENTRYPOINT", "CMD [", "EXPOSE"):
            assert any(line.startswith(wanted) for line in lines), wanted
        installed = " ".join(line for line in lines if "apt-get" in line)
        assert not re.search(r"\b(gcc|g\+\+|build-essential|curl|npm)\b", installed)
    # The last is what a build without a target makes.
    assert list(STAGES)[-1] == "platform"
