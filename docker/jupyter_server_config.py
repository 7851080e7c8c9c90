"""JupyterLab in its container, behind nginx: its token is JUPYTER_TOKEN, and must be set."""

import os

c = get_config()  # type: ignore[name-defined]  # noqa: F821

if not os.environ.get("JUPYTER_TOKEN"):
    raise SystemExit("JUPYTER_TOKEN is not set: whoever has it runs code here, so make a long one")
c.ServerApp.ip = "0.0.0.0"  # noqa: S104 - the network of the containers
c.ServerApp.port = 8888
c.ServerApp.open_browser = False
c.ServerApp.root_dir = "/home/jupyter"
# nginx is the only way in, and tells who is there.
c.ServerApp.allow_remote_access = True
c.ServerApp.trust_xheaders = True
