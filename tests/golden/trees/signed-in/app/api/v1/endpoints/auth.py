"""Endpoints to sign in and out, and for passwords."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Form, Response, status

from app.api.dependencies import AuthDep, CurrentUser, SessionDep
from app.core.errors import problems
from app.core.rate_limit import limited
from app.core.security import Tokens
from app.models.user import User
from app.schemas.auth import (
    LoginForm,
    PasswordChange,
    PasswordReset,
    PasswordResetRequest,
    RefreshRequest,
    TokenResponse,
)
from app.schemas.user import UserCreate, UserResponse
from app.services import auth as service
from app.services import passwords, users

router = APIRouter(prefix="/auth", tags=["authentication"])


@router.post(
    "/register",
    response_model=UserResponse,
    status_code=status.HTTP_201_CREATED,
    summary="Register",
    dependencies=[Depends(limited("register"))],
    responses=problems(400, 409, 413, 422, 429),
)
async def register(
    session: SessionDep, auth: AuthDep, data: UserCreate, response: Response
) -> User:
    """Make an account, with which one can then sign in."""
    user = await users.create_user(session, auth.passwords, data)
    response.headers["Location"] = "/api/v1/users/me"
    return user


@router.post(
    "/login",
    response_model=TokenResponse,
    summary="Sign in",
    dependencies=[Depends(limited("login"))],
    responses=problems(400, 401, 403, 413, 422, 429),
)
async def login(auth: AuthDep, form: Annotated[LoginForm, Form()]) -> Tokens:
    """Exchange an e-mail address and a password for tokens.

    Unknown addresses, wrong passwords and locked accounts get the same answer.
    """
    return await service.sign_in(auth, form.username, form.password.get_secret_value())


@router.post(
    "/refresh",
    response_model=TokenResponse,
    summary="Stay signed in",
    dependencies=[Depends(limited("refresh"))],
    responses=problems(400, 401, 403, 413, 422, 429),
)
async def refresh(auth: AuthDep, data: RefreshRequest) -> Tokens:
    """Exchange a refresh token for a new pair; it works once."""
    return await service.refresh(auth, data.refresh_token.get_secret_value())


@router.post(
    "/logout",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Sign out",
    dependencies=[Depends(limited("refresh"))],
    responses=problems(400, 413, 422, 429),
)
async def logout(auth: AuthDep, data: RefreshRequest) -> None:
    """End the session of a refresh token, whether or not there is one."""
    await service.sign_out(auth, data.refresh_token.get_secret_value())


@router.post(
    "/password",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Change the password",
    dependencies=[Depends(limited("login"))],
    responses=problems(400, 401, 403, 413, 422, 429),
)
async def change_password(
    session: SessionDep, auth: AuthDep, user: CurrentUser, data: PasswordChange
) -> None:
    """Set a new password; everybody signed in with the old one is signed out."""
    await passwords.change_password(
        session,
        auth,
        user.id,
        data.current_password.get_secret_value(),
        data.new_password.get_secret_value(),
    )


@router.post(
    "/password-reset",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Ask for a new password",
    dependencies=[Depends(limited("recovery"))],
    responses=problems(400, 413, 422, 429),
)
async def request_password_reset(
    auth: AuthDep, data: PasswordResetRequest, tasks: BackgroundTasks
) -> None:
    """Send a link by mail if there is such a user; the answer does not tell."""
    tasks.add_task(passwords.request_reset, auth, data.email)


@router.post(
    "/password-reset/confirm",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Set a new password",
    dependencies=[Depends(limited("recovery"))],
    responses=problems(400, 403, 413, 422, 429),
)
async def reset_password(auth: AuthDep, data: PasswordReset) -> None:
    """Set a password by the token of a mail; everybody signed in is signed out."""
    await passwords.reset_password(
        auth, data.token.get_secret_value(), data.new_password.get_secret_value()
    )
