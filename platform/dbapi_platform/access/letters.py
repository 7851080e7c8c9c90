"""The e-mail that the platform writes, in plain text and in HTML."""

from html import escape

from .mail import Letter

PAGE = (
    '<!doctype html><html lang="en"><body style="font-family: sans-serif">'
    "{paragraphs}</body></html>"
)


def reset_letter(to: str, username: str, token: str, *, url: str, minutes: int) -> Letter:
    """How to set a new password."""
    paragraphs = [
        f"Somebody, probably you, asked for a new password for the user {username}.",
        "If it was not you, there is nothing to do: your password stays as it is.",
        f"The token below is good for {minutes} minutes and one time. Give it to nobody.",
    ]
    link = f"{url}{'&' if '?' in url else '?'}token={token}" if url else None
    if link:
        paragraphs.append("Open the link, or enter the token in the notebook:")
    else:
        paragraphs.append("Enter the token in the notebook:")
    shown = [escape(text) for text in paragraphs]
    if link:
        shown.append(f'<a href="{escape(link)}">Set a new password</a>')
        paragraphs.append(link)
    shown.append(f"<code>{escape(token)}</code>")
    paragraphs.append(token)
    return _letter(to, "Set a new password", paragraphs, shown)


def changed_letter(to: str, username: str) -> Letter:
    """That the password is another now."""
    paragraphs = [
        f"The password of the user {username} was changed, and every session was ended.",
        "If it was not you, tell an administrator at once.",
    ]
    return _letter(to, "Your password was changed", paragraphs, [escape(p) for p in paragraphs])


def _letter(to: str, subject: str, paragraphs: list[str], shown: list[str]) -> Letter:
    return Letter(
        to=to,
        subject=f"pyDBAPI: {subject}",
        text="\n\n".join(paragraphs) + "\n",
        html=PAGE.format(paragraphs="".join(f"<p>{paragraph}</p>" for paragraph in shown)),
    )
