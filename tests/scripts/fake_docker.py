"""Docker as the scripts see it: it notes what is asked, and has `dbapi` run for real.

Its state is a file: which image each instance runs, what is tagged, and which images are sick.
"""

import json
import os
import socket
import sys
from pathlib import Path

STATE = Path(os.environ["FAKE_DOCKER"])


def main(arguments: list[str]) -> int:
    state = json.loads(STATE.read_text())
    state["calls"].append(" ".join(arguments))
    status = answer(state, arguments)
    STATE.write_text(json.dumps(state))
    return status


def answer(state: dict, arguments: list[str]) -> int:
    match arguments:
        case ["compose", "version"]:
            return 0
        case ["compose", _, _, _, file, *rest]:
            return compose(state, Path(file), rest)
        case ["ps", "--filter", "label=com.docker.compose.project=pydbapi", "--format", _]:
            say("\n".join(sorted(state["instances"])))
        case ["tag", image, name]:
            state["tags"][name] = state["tags"].get(image, image)
        case ["image", "inspect", *form, name]:
            # What was built or pulled has the name for an id.
            known = {*state["tags"], *state["instances"].values()}
            if form:
                say(state["tags"].get(name, name))
            return 0 if form or name in known else 1
        case ["inspect", "--format", form, container]:
            inspect(state, form, container)
        case _:
            raise SystemExit(f"docker: {arguments}")
    return 0


def inspect(state: dict, form: str, container: str) -> None:
    image = state["instances"][container]
    if form == "{{.Image}}":
        say(image)
    elif form == "{{.State.StartedAt}}":
        say(state["started"])
    else:
        say("running unhealthy" if image in state["sick"] else "running healthy")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def compose(state: dict, file: Path, arguments: list[str]) -> int:
    match arguments:
        case ["config", "--services"]:
            profiles = os.environ.get("COMPOSE_PROFILES", "")
            more = {"replicas": "replica", "jupyterlab": "jupyterlab"}
            more = [service for profile, service in more.items() if profile in profiles]
            say("\n".join(sorted(["app", "nginx", "postgres", "prestart", *more])))
        case ["config", *_]:
            state["files"] = os.environ["COMPOSE_FILE"].split(":")
            say("name: pydbapi\nDBAPI_PREVIOUS_ENCRYPTION_KEY: ''")
        case ["ps", _, _, service]:
            say(service if service in state["instances"] else "")
        case ["up", *_, ("app" | "replica") as service]:
            image = os.environ.get("PLATFORM_IMAGE", "built")
            state["instances"][service] = state["tags"].get(image, image)
        case ["run", *_, "prestart", "dbapi", "prestart"] if state["is_blocked"]:
            return 1
        case [("run" | "exec"), *rest]:
            by = os.environ.get("PLATFORM_IMAGE", "built")
            state.setdefault("ran_by", {})[rest[rest.index("dbapi") + 1]] = by
            return dbapi(file, rest[rest.index("dbapi") + 1 :])
    return 0


def dbapi(file: Path, arguments: list[str]) -> int:
    """The test runs it, which has everything loaded."""
    given = sys.stdin.buffer.read().hex() if "-" in arguments else ""
    asked = json.dumps({"file": str(file), "arguments": arguments, "given": given}).encode()
    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(os.environ["FAKE_DBAPI"])
        wire.sendall(asked)
        wire.shutdown(socket.SHUT_WR)
        told = json.loads(b"".join(iter(lambda: wire.recv(65_536), b"")))
    sys.stdout.buffer.write(bytes.fromhex(told["out"]))
    sys.stderr.write(told["err"])
    return int(told["status"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
