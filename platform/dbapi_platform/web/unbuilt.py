"""The page that stands where the others are not built."""

from typing import Final

UNBUILT: Final = b"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>pyDBAPI: the pages are not built</title></head>
<body>
<h1>The pages are not built</h1>
<p>The platform runs, and its API answers at <a href="/api/v1/docs">/api/v1/docs</a>. To see its
pages here, run <code>make web</code> in the project's directory and load this page again.</p>
<p>An installed package has them; without them, set <code>DBAPI_WEB_ENABLED=false</code>.</p>
</body>
</html>
"""
