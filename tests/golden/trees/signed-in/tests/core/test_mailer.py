"""Mail: where it goes."""

import logging
import smtplib
import ssl
from email.message import EmailMessage
from typing import Self

import pytest

from app.config import Settings
from app.core.mailer import (
    ConsoleMailer,
    NoMailer,
    SmtpMailer,
    create_mailer,
)


class PlayedServer:
    """A mail server that notes what it is told."""

    def __init__(self, told: list[object], *arguments: object) -> None:
        """Note how it was connected to."""
        self.told = told
        self.told.append(arguments)

    def __enter__(self) -> Self:
        """Connect."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Disconnect."""

    def starttls(self, *, context: ssl.SSLContext) -> None:
        """Switch to TLS."""
        assert context.verify_mode is ssl.CERT_REQUIRED
        self.told.append("starttls")

    def login(self, user: str, word: str) -> None:
        """Sign in."""
        self.told.append((user, word))

    def send_message(self, message: EmailMessage) -> None:
        """Take a message."""
        self.told.append((message["From"], message["To"]))


def some_mail() -> EmailMessage:
    """Return a message."""
    message = EmailMessage()
    message["To"], message["Subject"] = "ada@example.com", "Hello"
    message.set_content("the secret text")
    return message


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (
            "smtps://u:p%40w@mail.example",
            ["SMTP_SSL", "mail.example", 465, ("u", "p@w")],
        ),
        (
            "smtp://u:p@mail.example:2525",
            ["SMTP", "mail.example", 2525, "starttls", ("u", "p")],
        ),
        ("smtp+plain://mail.example", ["SMTP", "mail.example", 25]),
    ],
)
def test_mail_goes_to_the_server(
    monkeypatch: pytest.MonkeyPatch, url: str, told: list[object]
) -> None:
    noted: list[object] = []

    def connect(kind: str, host: str, port: int) -> PlayedServer:
        return PlayedServer(noted, kind, host, port)

    def tls(host: str, port: int, *, timeout: int, context: object) -> PlayedServer:
        assert timeout == 10
        assert context
        return connect("SMTP_SSL", host, port)

    def plain(host: str, port: int, *, timeout: int) -> PlayedServer:
        assert timeout == 10
        return connect("SMTP", host, port)

    monkeypatch.setattr(smtplib, "SMTP_SSL", tls)
    monkeypatch.setattr(smtplib, "SMTP", plain)
    SmtpMailer(url, "shop@example.com").send(some_mail())

    sent = ("shop@example.com", "ada@example.com")
    assert noted == [tuple(told[:3]), *told[3:], sent]


def test_server_that_is_away_is_logged_without_the_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    SmtpMailer("smtp://127.0.0.1:1", "shop@example.com").send(some_mail())

    assert "mail is not sent (Hello)" in caplog.text
    assert "the secret text" not in caplog.text


def test_console_shows_mail(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleMailer().send(some_mail())

    shown = capsys.readouterr().out
    assert shown == "To: ada@example.com\nSubject: Hello\n\nthe secret text\n\n"


def test_lost_mail_is_logged_without_its_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        NoMailer().send(some_mail())

    assert caplog.messages == ["mail is not sent (Hello): set SMTP_URL"]


def test_settings_choose_the_mailer(settings: Settings) -> None:
    by_smtp = settings.model_copy(update={"smtp_url": "smtp://mail.example"})
    production = settings.model_copy(update={"environment": "production"})

    assert isinstance(create_mailer(settings), ConsoleMailer)
    assert isinstance(create_mailer(production), NoMailer)
    assert isinstance(create_mailer(by_smtp), SmtpMailer)
