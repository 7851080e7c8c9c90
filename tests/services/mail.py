"""A mail server of the tests' own, which keeps what it is given."""

import asyncio
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from dbapi_platform.demo.processes import free_port

from .certificates import make_certificate


@dataclass
class MailServer:
    """Its letters, oldest first, and how to log in where that is asked for."""

    port: int = 0
    username: str = "postman"
    password: str = "let me send"
    refuses: bool = False
    letters: list[EmailMessage] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    certificate: Path | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refuses:
            return "554 Not today"
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.secured.append(session.ssl is not None)
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == (self.username, self.password))

    async def next_letter(self, number: int) -> EmailMessage:
        """The letter of this number, from 0, once it is there."""
        async with asyncio.timeout(20):
            while len(self.letters) <= number:  # noqa: ASYNC110 - it is another thread's
                await asyncio.sleep(0.01)
        return self.letters[number]


@contextmanager
def mail_server(*, secure: bool = False) -> Iterator[MailServer]:
    """On loopback; a secure one demands STARTTLS, a name and a password."""
    server = MailServer(port=free_port(0))
    with tempfile.TemporaryDirectory(prefix="dbapi-mail-") as directory:
        options: dict[str, Any] = {}
        if secure:
            server.certificate = Path(directory) / "server.pem"
            server.certificate.write_bytes(b"".join(make_certificate()))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(server.certificate)
            options = {
                "tls_context": context,
                "require_starttls": True,
                "auth_required": True,
                "authenticator": server.authenticate,
            }
        controller = Controller(server, "127.0.0.1", server.port, **options)
        controller.start()
        try:
            yield server
        finally:
            controller.stop()
