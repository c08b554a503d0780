"""The parts of a drawing, as SVG text: no script, no link, no style sheet. Colours as those of `tools.charts`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from xml.sax.saxutils import escape

from eval.reports.text import plain
from tools.charts.ticks import em

WIDTH = 320.0
SIZE = 11.0
INK, FAINT, ALARM, BLUE, GREEN = "#222222", "#c4c4c4", "#b00020", "#005b96", "#00694b"


def drawing(title: str, said: str, height: float, parts: Iterable[str], *, width: float = WIDTH) -> str:
    """A whole ``<svg>`` with ``role="img"``, a title and a description for screen readers, on white."""
    body = "".join(parts)
    key = "r" + hashlib.sha256(f"{title}\n{said}\n{body}".encode()).hexdigest()[:12]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{key}t {key}d" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="100%" font-family="system-ui, sans-serif" '
        f'font-size="{SIZE:.0f}" fill="{INK}"><title id="{key}t">{_text(title)}</title>'
        f'<desc id="{key}d">{_text(said)}</desc><rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>'
        f"{body}</svg>"
    )


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1, dash: str = "") -> str:
    """A straight line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"{dashes}/>'


def dot(x: float, y: float, colour: str, radius: float = 3.5) -> str:
    """A filled dot."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{colour}"/>'


def diamond(x: float, y: float, colour: str, radius: float = 4.5) -> str:
    """A filled diamond: told from a dot without colour."""
    points = f"{x:.1f},{y - radius:.1f} {x + radius:.1f},{y:.1f} {x:.1f},{y + radius:.1f} {x - radius:.1f},{y:.1f}"
    return f'<polygon points="{points}" fill="{colour}"/>'


def words(x: float, y: float, text: str, *, anchor: str = "start", colour: str = INK, size: float = SIZE) -> str:
    """One line of text. ``anchor``: start, middle or end."""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}" fill="{colour}"'
    return f"<text {place}>{_text(text)}</text>"


def fitting(text: str, room: float) -> str:
    """The text cut to ``room`` units of width, with … where it was cut."""
    if em(text) * SIZE <= room:
        return text
    while text and em(text + "…") * SIZE > room:
        text = text[:-1]
    return text + "…"


def _text(text: str) -> str:
    return escape(plain(text))
