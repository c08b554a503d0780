"""The catalogue of signs as its readers may see it."""

from __future__ import annotations

from tools.feeds.citydata import CityData
from tools.seam.endings import NoData
from tools.vitals import answers as a
from tools.vitals.catalogue import Catalogue, Sign
from tools.vitals.data import READ, SIGNS
from tools.vitals.reading import catalogue_of
from tools.vitals.view import owner, scope


def listed(asked: a.Listed, data: CityData) -> a.CatalogueFound:
    """See ``tools.catalogue``. A sign that the register does not have is not connected, and left out."""
    catalogue = catalogue_of(data)
    connected = set(data.table(SIGNS)["id"].to_list())
    group = catalogue.group(asked.group) if asked.group else None
    signs = [
        sign
        for sign in catalogue.signs
        if sign.id in connected and (sign.public or data.may(READ)) and group in (None, sign.group)
    ]
    if not signs:
        where = scope(data, catalogue, asked.group, None)
        raise NoData(f"no sign of {group!r} for this reader", code="no_sign_there", where=where)
    groups = [one for one in catalogue.groups if any(sign.group == one for sign in signs)]
    return a.CatalogueFound(
        where=scope(data, catalogue, asked.group, None),
        count=len(signs),
        every=catalogue.every,
        groups=[a.GroupListed(group=one, count=sum(sign.group == one for sign in signs)) for one in groups],
        signs=[_listed(data, catalogue, sign) for sign in signs],
    )


def _listed(data: CityData, catalogue: Catalogue, sign: Sign) -> a.SignListed:
    season = f"{sign.season.from_}～{sign.season.to}" if sign.season else catalogue.word("all_year")
    return a.SignListed(
        sign=sign.name,
        group=sign.group,
        owner=owner(data, sign),
        unit=sign.unit,
        every=catalogue.every,
        yellow=sign.yellow,
        red=sign.red,
        public=sign.public,
        season=season,
    )
