"""The only pages that the platform shows: how a login at a provider has ended.

They load nothing, run nothing and send nothing: their policy forbids the browser to.
"""

from html import escape

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>pyDBAPI: {title}</title></head>
<body>
<h1>{title}</h1>
{content}
</body>
</html>
"""


def code_page(code: str) -> str:
    """The code that finishes the login."""
    content = (
        "<p>Type this code where you began to log in:</p>\n"
        f"<p><strong><code>{escape(code)}</code></strong></p>\n"
        "<p>It is good once, for a few minutes. Did somebody send you the link that brought you "
        "here? Then close this page, and tell the code to nobody: it would let them in as you.</p>"
    )
    return PAGE.format(title="You are logged in", content=content)


def refusal_page(message: str, request_id: str) -> str:
    """Why there is none."""
    content = f"<p>{escape(message)}.</p>\n<p>Request <code>{escape(request_id)}</code></p>"
    return PAGE.format(title="The login failed", content=content)
