"""Errors: one shape for all of them (RFC 9457), and what turns exceptions into it."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from app.core.logging import request_id

MEDIA_TYPE = "application/problem+json"

DETAILS = {
    400: ("malformed_request", "The body is not valid JSON."),
    401: ("unauthorized", "Sign in first."),
    403: ("forbidden", "You are not allowed to do this."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "The method is not allowed here; see Allow."),
    409: ("conflict", "The change conflicts with existing data."),
    413: ("body_too_large", "The body is larger than the server accepts."),
    422: ("validation_failed", "Some values are not valid; see errors."),
    429: ("too_many_requests", "That was too often; try again later."),
    500: ("internal_error", "Something went wrong on our side."),
    503: ("unavailable", "The database does not answer; try again later."),
}

REASONS = {
    "broken_reference": (
        "A referenced row does not exist, or this row is still referenced."
    ),
    "csrf_failed": "The X-CSRF-Token header does not repeat its cookie.",
    "inactive_user": "This account is not active.",
    "invalid_key": "The API key does not work.",
    "invalid_link": "The link does not work, or not any more.",
    "invalid_session": "The session is not valid, or not any more.",
    "own_account": "Another superuser has to do this to your account.",
    "wrong_credentials": "The address or the password is wrong.",
}

UNIQUE = {"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
# SQLite reports a key that ON DELETE RESTRICT protects as broken by a trigger.
FOREIGN_KEY = {
    "23001",
    "23503",
    "SQLITE_CONSTRAINT_FOREIGNKEY",
    "SQLITE_CONSTRAINT_TRIGGER",
}
TRANSIENT = {"40001", "40P01", "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED"}
UNAVAILABLE = {"53300", "57P01", "57P02", "57P03", "SQLITE_BUSY", "SQLITE_CANTOPEN"}


class FieldError(BaseModel):
    """One value that was not accepted."""

    location: str
    message: str
    error_code: str


class Problem(BaseModel):
    """What went wrong, for people (`detail`) and for programs (`error_code`)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "There is nothing at this address.",
                    "error_code": "not_found",
                    "request_id": "7f9c24e5b1d84c0f8f6e3a2d1c0b9a88",
                    "errors": [],
                }
            ]
        }
    )

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    error_code: str
    request_id: str
    errors: list[FieldError] = []


class NotFoundError(Exception):
    """No row has the key that was asked for."""

    def __init__(self, *, resource: str, key: object) -> None:
        """Say which resource has no such key."""
        super().__init__(f"There is no {resource} with the key {key}.")


class RefusedError(Exception):
    """A request that is refused with a status of its own."""

    status: HTTPStatus

    def __init__(self, *, error_code: str | None = None) -> None:
        """Refuse; `error_code` says why where the status alone does not."""
        super().__init__(error_code or self.status.phrase)
        self.error_code = error_code
        self.headers: dict[str, str] = {}


class UnauthorizedError(RefusedError):
    """Nobody is signed in, or the credentials are not valid."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self, *, error_code: str | None = None) -> None:
        """Refuse, and say how to sign in."""
        super().__init__(error_code=error_code)
        self.headers["WWW-Authenticate"] = "Bearer"


class ForbiddenError(RefusedError):
    """Somebody is signed in who may not do this."""

    status = HTTPStatus.FORBIDDEN


class ConflictError(RefusedError):
    """What is asked for contradicts what is stored."""

    status = HTTPStatus.CONFLICT


class TooManyRequestsError(RefusedError):
    """A limit of requests is reached."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, *, retry_after: int) -> None:
        """Refuse for `retry_after` seconds."""
        super().__init__()
        self.headers["Retry-After"] = str(retry_after)


def problem_response(
    status: int,
    *,
    error_code: str | None = None,
    detail: str | None = None,
    errors: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Build a problem; what is not given follows from the status."""
    title = HTTPStatus(status).phrase
    usual_code, usual_detail = DETAILS.get(
        status, (title.lower().replace(" ", "_"), f"{title}.")
    )
    problem = Problem(
        title=title,
        status=status,
        detail=detail or usual_detail,
        error_code=error_code or usual_code,
        request_id=request_id.get(),
        errors=errors or [],
    )
    return JSONResponse(problem.model_dump(), status, headers, MEDIA_TYPE)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document the problems an endpoint answers with, each with an example."""
    return {status: _documented(status) for status in statuses}


def _documented(status: int) -> dict[str, Any]:
    error_code, detail = DETAILS[status]
    example = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "error_code": error_code,
        "request_id": "7f9c24e5b1d84c0f8f6e3a2d1c0b9a88",
        "errors": [],
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {MEDIA_TYPE: {"schema": schema, "example": example}}
    return {"description": detail, "content": content}


def database_error_code(error: BaseException) -> str:
    """Return SQLSTATE (PostgreSQL) or SQLite's name of an error, or an empty string."""
    original = error.orig if isinstance(error, DBAPIError) else None
    for attribute in ("sqlstate", "sqlite_errorname"):
        if code := getattr(original, attribute, None):
            return str(code)
    return ""


def is_transient(error: Exception) -> bool:
    """Tell whether the same transaction may succeed when tried again."""
    return database_error_code(error) in TRANSIENT


def is_unavailable(error: Exception) -> bool:
    """Tell whether an error means that the database cannot be reached."""
    if isinstance(error, (ConnectionError, TimeoutError, PoolTimeoutError)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    code = database_error_code(error)
    return (
        error.connection_invalidated
        # psycopg gives no code where no connection came about.
        or (isinstance(error, OperationalError) and not code)
        or code in UNAVAILABLE | TRANSIENT
        or code.startswith("08")
    )


def unhandled_response(error: Exception) -> JSONResponse:
    """Answer 503 when the database is away and 500 for everything else."""
    if is_unavailable(error):
        return problem_response(503, headers={"Retry-After": "5"})
    return problem_response(500)


def install_error_handlers(app: FastAPI) -> None:
    """Make the application answer every error as a problem."""
    app.exception_handlers.update(
        {
            HTTPException: handle_http_error,
            RequestValidationError: handle_validation_error,
            NotFoundError: handle_not_found,
            RefusedError: handle_refusal,
            IntegrityError: handle_integrity_error,
        }
    )


async def handle_http_error(request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework refuses: no such path or method, a body too large."""
    status, headers = getattr(error, "status_code", 500), getattr(error, "headers", {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"Allow": ", ".join(allowed_methods(request))}
    return problem_response(status, headers=headers)


def allowed_methods(request: Request) -> list[str]:
    """List every method of the path (a router knows only those of one route)."""
    parts = request.url.path.split("/")
    methods = {
        method
        for context in iter_route_contexts(request.app.routes)
        if context.path and _matches(context.path.split("/"), parts)
        for method in context.methods or ()
    }
    return sorted(methods)


def _matches(template: list[str], parts: list[str]) -> bool:
    return len(template) == len(parts) and all(
        expected.startswith("{") or expected == part
        for expected, part in zip(template, parts, strict=True)
    )


async def handle_validation_error(_request: Request, error: Exception) -> JSONResponse:
    """Answer 400 for a body that is not JSON and 422 for values that are not valid."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    if any(item["type"] == "json_invalid" for item in found):
        return problem_response(400)
    errors = [
        FieldError(
            location=".".join(location_of(item["loc"])),
            message=item["msg"],
            error_code=item["type"],
        )
        for item in found
        # Nothing that was sent is wrong for not being absent.
        if item["type"] != "none_required"
    ]
    return problem_response(422, errors=errors)


def location_of(parts: Sequence[int | str]) -> list[str]:
    """Name where a value was sent, without the type that a parameter was tried as."""
    inner = parts[2:]
    if parts[0] == "query":
        inner = [part for part in inner if isinstance(part, int)]
    return [str(part) for part in (*parts[:2], *inner)]


async def handle_not_found(_request: Request, error: Exception) -> JSONResponse:
    """Answer 404."""
    return problem_response(404, detail=str(error))


async def handle_refusal(_request: Request, error: Exception) -> JSONResponse:
    """Answer with the status of the refusal."""
    refusal = cast("RefusedError", error)
    return problem_response(
        refusal.status,
        error_code=refusal.error_code,
        detail=REASONS.get(refusal.error_code or ""),
        headers=refusal.headers,
    )


async def handle_integrity_error(_request: Request, error: Exception) -> JSONResponse:
    """Answer 409 and say which kind of constraint was broken."""
    code = database_error_code(error)
    if code in UNIQUE:
        return problem_response(
            409,
            error_code="duplicate",
            detail="Another row already has one of these values.",
        )
    if code in FOREIGN_KEY:
        return problem_response(
            409,
            error_code="broken_reference",
            detail="A referenced row does not exist, or this row is still referenced.",
        )
    return problem_response(409)
