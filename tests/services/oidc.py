"""An OpenID Connect provider of the tests' own, whose signing key the tests hold too."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from dbapi_platform.demo.processes import free_port

from .postgres import INSTALL, ServerMissing

START_S = 30.0
HOME = Path(__file__).parents[2] / ".tools" / "oidc-provider"
MODULE = HOME / "node_modules/oidc-provider/lib/index.js"
SCRIPT = Path(__file__).with_name("oidc.mjs")
KID = "tests"

ACCOUNTS: dict[str, dict[str, Any]] = {
    "1001": {
        "preferred_username": "alice", "name": "Alice <b>", "email": "alice@example.com",
        "email_verified": True,
    },
    "1002": {
        "preferred_username": "bob", "email": "bob@example.com", "email_verified": False,
    },
    "1003": {
        "preferred_username": "admin", "email": "Carol@Example.com", "email_verified": True,
    },
    "1004": {
        "preferred_username": "dave", "email": "dave@elsewhere.org", "email_verified": True,
    },
    "1005": {},
}  # fmt: skip


@dataclass(frozen=True)
class Provider:
    """A running provider."""

    issuer: str
    client_id: str
    client_secret: str
    key: rsa.RSAPrivateKey

    async def log_in(self, authorization_url: str, account: str, *, callback: str) -> httpx.URL:
        """What a browser does: log in, consent; answers where it is sent back to."""
        async with httpx.AsyncClient() as browser:
            answer = await browser.get(authorization_url)
            for _ in range(12):
                if answer.is_redirect:
                    target = urljoin(str(answer.url), answer.headers["location"])
                    if target.startswith(callback):
                        return httpx.URL(target)
                    answer = await browser.get(target)
                    continue
                assert answer.status_code == 200, answer.text
                action = re.search(r'action="([^"]+)"', answer.text)
                prompt = re.search(r'name="prompt" value="([^"]+)"', answer.text)
                assert action, answer.text
                assert prompt, answer.text
                form = {"prompt": prompt[1], "login": account, "password": "any"}
                answer = await browser.post(unescape(action[1]), data=form)
        raise AssertionError("The provider does not come to an end")

    def sign(self, claims: dict[str, Any], **headers: str) -> str:
        """A token with the provider's own key."""
        return jwt.encode(claims, self.key, "RS256", headers={"kid": KID} | headers)


@contextmanager
def oidc_provider(callback: str) -> Iterator[Provider]:
    """Raises ServerMissing where it is not installed."""
    node = shutil.which("node")
    if node is None or not MODULE.exists():
        raise ServerMissing(f"The OpenID Connect provider is missing; run: {INSTALL}")
    port = free_port(0)
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    private = jwt.algorithms.RSAAlgorithm.to_jwk(key, as_dict=True)
    provider = Provider(f"http://127.0.0.1:{port}", "pydbapi", "a client's secret: + & %", key)
    config = {
        "issuer": provider.issuer,
        "port": port,
        "client": {
            "client_id": provider.client_id,
            "client_secret": provider.client_secret,
            "redirect_uris": [callback],
        },
        "keys": [private | {"kid": KID, "use": "sig", "alg": "RS256"}],
        "accounts": ACCOUNTS,
    }
    variables = {
        "PATH": os.environ["PATH"], "OIDC_MODULE": str(MODULE), "OIDC_CONFIG": json.dumps(config),
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="dbapi-oidc-") as directory:
        log = Path(directory) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [node, str(SCRIPT)], env=variables, stdout=output, stderr=output
            )
        try:
            _wait(process, log)
            yield provider
        finally:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_S
    while b"listening" not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The provider did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.02)
