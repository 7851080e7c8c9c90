"""`python -m dbapi_platform.cli` is `dbapi`."""

from .main import main

main()
