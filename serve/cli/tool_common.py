"""What the commands about tools share: who calls, the opened toolbox, a tool by its id."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.cli.common import settings_for

if TYPE_CHECKING:
    from city.pack import CityPack
    from serve.settings import Settings
    from tools.seam.toolbox import Caller, Offered, Toolbox

PostOption = Annotated[
    str, typer.Option("--post", help="A post of staff in citydata/rights.yaml; a citizen where left out.")
]


def opened(city: Path | None, home: Path | None) -> tuple[Settings, Toolbox]:
    """The settings, and the city's toolbox over this installation's feeds. Raises PackError."""
    from city.gazetteer import Gazetteer
    from city.pack import load_pack
    from serve.tools import open_toolbox

    settings = settings_for(city, home)
    pack = load_pack(settings.city)
    return settings, open_toolbox(settings, pack, Gazetteer.of(pack))


def caller_of(pack: CityPack, post: str, via: str) -> Caller:
    """Whoever sits at this terminal, as a citizen or in a post. Raises BadInput where nobody has that post."""
    from tools.seam.toolbox import Caller

    if not post:
        return Caller.citizen(who=_user(), via=via)
    return Caller.staff(*rights_of(pack, post), who=f"{_user()} ({post})", via=via)


def rights_of(pack: CityPack, post: str) -> frozenset[str]:
    """The rights of a post. Raises BadInput."""
    from city.errors import BadInput
    from tools.seam.rights import FILE, read_rights

    known = read_rights(pack.root)
    if post not in known.posts:
        raise BadInput(f"--post {post!r}: {FILE} of the pack names {', '.join(sorted(known.posts)) or 'no post'}.")
    return known.of(post)


def named(box: Toolbox, tool: str) -> Offered:
    """A tool that the city offers. Raises NotFound naming the nearest ids."""
    from city.errors import NotFound

    offered = box.get(tool)
    if offered is None:
        near = difflib.get_close_matches(tool, [one.tool.id for one in box.every], 3, 0.4)
        hint = f"nearest: {', '.join(near)}" if near else "see `citydesk tools list --all`"
        raise NotFound(f"The city offers no tool {tool!r}; {hint}.")
    return offered


def rights_needed(offered: Offered) -> list[str]:
    """The rights without which nobody may use it."""
    return sorted({offered.tool.permission, offered.told.permission} - {""})


def circle_of(offered: Offered) -> list[str]:
    """For whom it is: both what its maker and what the pack allows."""
    return sorted(offered.tool.audience & set(offered.told.audience))


def posts_of(box: Toolbox, offered: Offered) -> list[str]:
    """The posts of staff that may use it."""
    from tools.seam.rights import read_rights
    from tools.seam.toolbox import Caller

    posts = read_rights(box.pack.root).posts
    return [post for post, rights in sorted(posts.items()) if offered.allows(Caller.staff(*rights))]


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have no name for its user
        return ""
