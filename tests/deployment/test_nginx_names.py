"""Where names have addresses that change, as in Compose: nginx looks them up while it runs."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.services.nginx import render

# Before it, a server's name is looked up once, when nginx starts.
LOOKS_UP = (1, 27, 3)


def test_names_are_looked_up_while_it_runs(tmp_path: Path) -> None:
    render(
        tmp_path,
        NGINX_LOCAL_RESOLVERS="127.0.0.11",
        NGINX_UPSTREAMS="app:8000,other:8000",
        NGINX_HTTP="127.0.0.1:8080",
        NGINX_JUPYTER_LISTEN="127.0.0.1:8889",
        NGINX_ACCESS_LOG=f"{tmp_path}/log",
    )
    upstream = tmp_path / "upstream.conf"
    text = upstream.read_text()
    lines = [line.strip() for line in text.splitlines()]
    assert "resolver 127.0.0.11 valid=1s;" in lines
    # Looking up needs memory that nginx's processes share.
    assert "zone dbapi 128k;" in lines
    for name in ("app", "other"):
        assert f"server {name}:8000 resolve max_fails=1 fail_timeout=5s;" in lines
        assert f"server {name}:8000 resolve max_fails=0 backup;" in lines

    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "nginx is missing; run: make services"
    told = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", told)
    assert found
    if tuple(map(int, found.groups())) < LOOKS_UP:
        upstream.write_text(re.sub(r"server \w+:8000 resolve", "server 127.0.0.1:8000", text))
    test = [program, "-t", "-q", "-p", f"{tmp_path}/", "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(test, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
