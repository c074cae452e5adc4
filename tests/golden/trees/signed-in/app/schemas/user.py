"""What is sent and received about users."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import MISSING, Field

from app.core.emails import EMAIL, LowerCased
from app.core.pagination import Absent, ListQuery, sort_pattern
from app.core.passwords import GivenPassword, NewPassword
from app.core.schemas import Input, ListOutput, Output
from app.core.text import SearchTerm

EmailAddress = Annotated[
    str,
    Field(max_length=254, pattern=EMAIL, examples=["ada@example.com"]),
    LowerCased,
]
Role = Literal["user", "staff"]
UserSort = Annotated[
    str,
    Field(
        pattern=sort_pattern("id", "email", "role", "created_at"),
        description="Fields to sort by, separated by commas; a minus reverses.",
        examples=["-created_at"],
    ),
]


class UserCreate(Input):
    """Somebody who registers."""

    email: EmailAddress
    password: NewPassword


class MeUpdate(Input):
    """Changes that users make of themselves; what is missing stays as it is."""

    email: EmailAddress | MISSING = MISSING
    current_password: Annotated[
        GivenPassword | MISSING, Field(description="Needed for another address.")
    ] = MISSING


class UserUpdate(Input):
    """Changes of what a user may do; what is missing stays as it is."""

    is_active: Annotated[bool, Field(strict=True)] | MISSING = MISSING
    role: Role | MISSING = MISSING


class UserResponse(Output):
    """A user."""

    id: int
    email: str
    is_active: bool
    is_superuser: bool
    role: Role
    created_at: datetime


class UserList(ListOutput):
    """A page of users."""

    items: list[UserResponse]


class UserQuery(ListQuery):
    """Which users to list, and in which order."""

    sort: UserSort | Absent = None
    search: SearchTerm | Absent = None
    is_active: bool | Absent = None
    is_superuser: bool | Absent = None
    role: Role | Absent = None
