"""Make a superuser: `python -m app.create_superuser EMAIL`.

The password is asked for on a terminal, and else read from standard input.
"""

import asyncio
import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Annotated

from pydantic import Field, ValidationError
from sqlalchemy.exc import IntegrityError

from app.config import Settings
from app.core.emails import EMAIL, LowerCased
from app.core.passwords import NewPassword
from app.core.schemas import Input
from app.core.security import Passwords
from app.db.engine import create_engine
from app.db.session import create_sessionmaker
from app.models.user import User


class Superuser(Input):
    """Somebody who may do everything."""

    email: Annotated[str, Field(max_length=254, pattern=EMAIL), LowerCased]
    password: NewPassword


async def create_superuser(settings: Settings, superuser: Superuser) -> None:
    """Store a superuser.

    Raises:
        IntegrityError: There is a user with this address.
    """
    password = superuser.password.get_secret_value()
    user = User(
        email=superuser.email,
        password_hash=await Passwords(settings).hash(password),
        is_superuser=True,
    )
    engine = create_engine(settings)
    try:
        async with create_sessionmaker(engine).begin() as session:
            session.add(user)
    finally:
        await engine.dispose()


def main() -> None:
    """Read address and password, and store the superuser."""
    parser = ArgumentParser(prog="python -m app.create_superuser")
    parser.add_argument("email", help="the e-mail address to sign in with")
    email = parser.parse_args().email
    password = getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        superuser = Superuser.model_validate({"email": email, "password": password})
    except ValidationError as error:
        sys.exit("\n".join(f"{it['loc'][0]}: {it['msg']}" for it in error.errors()))
    try:
        asyncio.run(create_superuser(Settings(), superuser))
    except IntegrityError:
        sys.exit(f"There is such a user already: {superuser.email}.")


if __name__ == "__main__":
    main()
