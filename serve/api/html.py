"""Render a template of ``serve/pages`` in the reader's language."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from serve.api.city import city_view
from serve.api.front import front_of
from serve.api.pictures import picture
from serve.api.words import language_of

PAGES = Path(__file__).resolve().parent.parent / "pages"


def provision_link(name: str, start: int | None = None, end: int | None = None, lang: str = "zh") -> str:
    """The address of a provision's page, its span lit."""
    asked = {"start": start, "end": end, "lang": lang if lang != "zh" else None}
    query = urlencode({key: value for key, value in asked.items() if value is not None})
    return f"/provisions/{quote(name, safe='')}" + (f"?{query}" if query else "")


@cache
def environment() -> Environment:
    """The templates of ``serve/pages``: all text escaped, a missing name an error."""
    made = Environment(
        loader=FileSystemLoader(PAGES / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["provision_link"] = provision_link
    made.globals["picture"] = picture
    return made


def page(request: Request, template: str, **fields: object) -> str:
    """A page as HTML; ``?lang=en`` and ``?elder=1`` of the request hold. All text is escaped."""
    language = language_of(request.query_params.get("lang", "zh"))
    elder = request.query_params.get("elder") == "1"
    city = city_view(front_of(request), language)
    return (
        environment()
        .get_template(template)
        .render(city=city, words=city.words, lang=language, elder=elder, path=request.url.path, **fields)
    )
