"""Mail: by SMTP where a server is named, else to the console in development."""

import logging
import smtplib
import ssl
import sys
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from app.config import Settings

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10
PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}


class Mailer(Protocol):
    """Takes a message to where it is read; it blocks until that is done."""

    def send(self, message: EmailMessage) -> None:
        """Send a message."""


class ConsoleMailer:
    """Shows messages on the console."""

    def send(self, message: EmailMessage) -> None:
        """Write the message to standard output."""
        heading = f"To: {message['To']}\nSubject: {message['Subject']}"
        sys.stdout.write(f"{heading}\n\n{message.get_content()}\n")
        sys.stdout.flush()


class NoMailer:
    """Sends nothing, and says so."""

    def send(self, message: EmailMessage) -> None:
        """Log that the message is lost."""
        logger.warning("mail is not sent (%s): set SMTP_URL", message["Subject"])


class SmtpMailer:
    """Sends messages by SMTP.

    `smtps` speaks TLS, `smtp` switches to it, and `smtp+plain` is for servers on the
    developer's machine.
    """

    def __init__(self, url: str, sender: str) -> None:
        """Send from `sender` by the server of a URL such as `smtps://user:pw@host`."""
        self._server: SplitResult = urlsplit(url)
        self._sender = sender

    def send(self, message: EmailMessage) -> None:
        """Send the message; a server that is away is logged, and the message lost."""
        message["From"] = self._sender
        try:
            self._deliver(message)
        except OSError:
            logger.exception("mail is not sent (%s)", message["Subject"])

    def _deliver(self, message: EmailMessage) -> None:
        scheme, host = self._server.scheme, self._server.hostname or ""
        port, tls = self._server.port or PORTS[scheme], ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=tls)
            if scheme == "smtps"
            else smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        ) as server:
            if scheme == "smtp":
                server.starttls(context=tls)
            if self._server.username:
                password = unquote(self._server.password or "")
                server.login(unquote(self._server.username), password)
            server.send_message(message)


def create_mailer(settings: Settings) -> Mailer:
    """Return the mailer that the settings ask for."""
    if settings.smtp_url:
        return SmtpMailer(settings.smtp_url, settings.mail_from)
    return ConsoleMailer() if settings.environment == "development" else NoMailer()
