"""E-mail by an SMTP server."""

import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path

import aiosmtplib

from ..settings import Settings


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent to whom, as plain text and as HTML."""

    to: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends by one server. `tls` is none, starttls or tls."""

    host: str
    port: int
    sender: str
    tls: str
    timeout_s: float
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None

    async def send(self, letter: Letter) -> None:
        """Raises aiosmtplib.SMTPException, OSError or ValueError; nothing is tried again."""
        await aiosmtplib.send(
            compose(letter, self.sender),
            hostname=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            use_tls=self.tls == "tls",
            start_tls=self.tls == "starttls",
            tls_context=self._context(),
            timeout=self.timeout_s,
        )

    def _context(self) -> ssl.SSLContext | None:
        if self.tls == "none":
            return None
        return ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)


def create_mailer(settings: Settings) -> Mailer | None:
    """None without a mail server."""
    if not settings.smtp_host:
        return None
    return Mailer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_from,
        tls=settings.smtp_tls,
        timeout_s=settings.smtp_timeout_seconds,
        username=settings.smtp_username or None,
        password=settings.smtp_password.get_secret_value() or None,
        ca_file=settings.smtp_ca_file,
    )


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The message, complete. Raises ValueError for an address that cannot be one."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = formatdate()
    # Without a domain it would ask the network for this machine's name.
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or "dbapi")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message
