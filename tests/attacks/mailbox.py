"""A mail server that keeps what it is given (SMTP, RFC 5321, as little of it as a sender needs)."""

from __future__ import annotations

import re
import socketserver
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

PATIENCE = 10.0
"""Seconds that a message may be on its way; it goes out beside the answer."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{32,}")


class NoMail(Exception):
    """Nothing arrived for an address in time."""


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.answer("220 here")
        recipients: list[str] = []
        while line := self.rfile.readline():
            verb = line[:4].upper().decode("latin-1")
            if verb == "QUIT":
                return self.answer("221 bye")
            if verb == "RCPT":
                recipients.append(line.decode("latin-1").partition("<")[2].partition(">")[0])
            if verb == "DATA":
                self.answer("354 go on")
                self.server.mailbox.keep(recipients, self.content())
                recipients = []
            self.answer("250 ok")
        return None

    def answer(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    mailbox: Mailbox


class Mailbox:
    """A mail server on a free port; messages by the address they were handed over for."""

    def __init__(self) -> None:
        self._kept: list[tuple[list[str], EmailMessage]] = []
        self._arrived = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.mailbox = self
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp+plain://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def keep(self, recipients: list[str], content: bytes) -> None:
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        with self._arrived:
            self._kept.append((recipients, message))
            self._arrived.notify_all()

    def messages(self, address: str) -> list[EmailMessage]:
        """Return what has arrived for an address so far."""
        with self._arrived:
            return [message for recipients, message in self._kept if address in recipients]

    def recipients(self) -> set[str]:
        """Return every address that anything was handed over for."""
        with self._arrived:
            return {one for recipients, _ in self._kept for one in recipients}

    def message(self, address: str, number: int = 1) -> EmailMessage:
        """Return the message of that number for an address; wait until it has arrived.

        Raises:
            NoMail: it did not arrive within `PATIENCE`.
        """
        deadline = time.monotonic() + PATIENCE
        with self._arrived:
            while True:
                found = [message for recipients, message in self._kept if address in recipients]
                if len(found) >= number:
                    return found[number - 1]
                if not self._arrived.wait(deadline - time.monotonic()):
                    raise NoMail(f"message {number} for {address} did not arrive")

    def token(self, address: str, number: int = 1) -> str:
        """Return the token in the message of that number for an address."""
        body = self.message(address, number).get_body(("plain", "html"))
        assert body is not None
        return max(TOKEN.findall(body.get_content()), key=len)
