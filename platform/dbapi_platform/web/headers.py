"""What is sent with every page and every asset: what the browser may do with it, and keep."""

from typing import Final

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        # No inline script runs, whatever gets into a page.
        "script-src 'self'",
        # Charts and editors set styles of their own. With nothing to be loaded from elsewhere
        # there is nowhere that a style could send what it reads.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self' data:",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
SECURITY: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
FOR_EVER: Final = b"public, max-age=31536000, immutable"
ASK_FIRST: Final = b"no-cache"
NEVER: Final = b"no-store"
