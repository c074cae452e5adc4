"""What is sent and received to sign in, and about passwords."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from app.core.emails import EMAIL, LowerCased
from app.core.passwords import GivenPassword, NewPassword, refuse_broken
from app.core.schemas import Input, Output
from app.core.text import Text

Token = Annotated[
    SecretStr, Field(min_length=1, max_length=128), AfterValidator(refuse_broken)
]
BEARER: Literal["bearer"] = "bearer"
ClientText = Annotated[Text, Field(max_length=256)]


class LoginForm(Input):
    """OAuth2's password flow (RFC 6749, 4.3); scopes and clients are not used."""

    grant_type: Literal["password"] = "password"
    username: Annotated[
        Text,
        Field(
            min_length=1,
            max_length=254,
            description="The e-mail address.",
            examples=["ada@example.com"],
        ),
        LowerCased,
    ]
    password: GivenPassword
    scope: ClientText = ""
    client_id: ClientText = ""
    client_secret: Annotated[SecretStr, Field(max_length=256)] = SecretStr("")


class TokenResponse(Output):
    """A pair of tokens."""

    access_token: Annotated[str, Field(examples=["eyJhbGciOi.eyJzdWIiOi.SflKxwRJSM"])]
    refresh_token: Annotated[str, Field(description="Buys the next pair, once.")]
    token_type: Literal["bearer"] = BEARER
    expires_in: Annotated[int, Field(description="Seconds the access token is valid.")]


class RefreshRequest(Input):
    """A refresh token: to be exchanged, or to end its session."""

    refresh_token: Token


class PasswordChange(Input):
    """A new password, and the one it replaces."""

    current_password: GivenPassword
    new_password: NewPassword


class PasswordResetRequest(Input):
    """The address of somebody who forgot the password."""

    email: Annotated[str, Field(max_length=254, pattern=EMAIL), LowerCased]


class PasswordReset(Input):
    """A new password, and the token that was sent to set it."""

    token: Token
    new_password: NewPassword
