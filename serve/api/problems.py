"""How a request fails: a code, words in both languages that say what to do, and never a stack trace."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from city.tracking import request_id
from serve.api.front import Front, FrontDep, Said, front_of
from serve.api.headers import SAFE_HEADERS
from serve.api.html import page

log = logging.getLogger("citydesk.serve")


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    problem: str


class Problem(BaseModel):
    """The body of every failed call."""

    error: str = Field(description="a stable code, e.g. too_large")
    message: str = Field(description="what happened and what to do, in Chinese")
    message_en: str
    fields: list[FieldProblem] = Field(default_factory=list)


class ApiError(Exception):
    """A request that is answered with a problem."""

    def __init__(
        self,
        status: int,
        error: str,
        said: Said,
        *,
        fields: list[FieldProblem] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(error)
        self.status = status
        self.problem = Problem(error=error, message=said.zh, message_en=said.en, fields=fields or [])
        self.headers = dict(headers or {})

    def response(self, request: Request) -> Response:
        """JSON for programs, a page for people."""
        if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
            return JSONResponse(self.problem.model_dump(), self.status, self.headers)
        body = page(request, "problem.html", problem=self.problem)
        return HTMLResponse(body, self.status, self.headers)


def limited(request: Request, front: FrontDep) -> None:
    """Dependency of every route that makes work: refuses an address that sends too fast."""
    wait = front.limiter.wait_for(request.client.host if request.client else "")
    if wait:
        said = front.say("busy_retry", seconds=wait)
        raise ApiError(429, "too_many", said, headers={"Retry-After": str(wait)})


Limited = Annotated[None, Depends(limited)]


def http_problem(front: Front, status: int, headers: Mapping[str, str] | None = None) -> ApiError:
    """The problem for a status that the framework raised."""
    if status == 404:
        return ApiError(404, "not_found", front.say("api_not_found"))
    if status == 405:
        return ApiError(405, "wrong_method", front.say("api_wrong_method"), headers=headers)
    if status == 400:
        return ApiError(400, "unreadable", front.say("api_unreadable"))
    return ApiError(status, "failed", front.say("api_broken"), headers=headers)


async def _on_api_error(request: Request, error: Exception) -> Response:
    return error.response(request) if isinstance(error, ApiError) else await _on_crash(request, error)


async def _on_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return await _on_crash(request, error)
    return http_problem(front_of(request), error.status_code, error.headers).response(request)


async def _on_invalid(request: Request, error: Exception) -> Response:
    front = front_of(request)
    if not isinstance(error, RequestValidationError):
        return await _on_crash(request, error)
    faults = error.errors()
    if any(fault["type"] == "json_invalid" or tuple(fault["loc"]) == ("body",) for fault in faults):
        return ApiError(400, "bad_json", front.say("api_unreadable")).response(request)
    fields = [
        FieldProblem(field=".".join(str(part) for part in fault["loc"][1:]) or "body", problem=fault["msg"])
        for fault in faults[:10]
    ]
    said = front.say("api_bad_fields", fields=", ".join(dict.fromkeys(f.field[:60] for f in fields)))
    return ApiError(422, "bad_fields", said, fields=fields).response(request)


async def _on_crash(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    # This answer is made outside the middleware, so it brings the headers along; the server hangs up after a crash.
    headers = {name.decode(): value.decode() for name, value in SAFE_HEADERS}
    headers |= {"Connection": "close", "X-Request-Id": request_id()}
    return ApiError(500, "broken", front_of(request).say("api_broken"), headers=headers).response(request)


def add_problem_handlers(app: FastAPI) -> None:
    """Let every failure of ``app`` end in a problem."""
    app.add_exception_handler(ApiError, _on_api_error)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(Exception, _on_crash)
