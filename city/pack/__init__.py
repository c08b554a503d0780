"""A city pack: the folder in which a city's staff keep everything that differs between cities."""

from city.pack.check import check_pack
from city.pack.loader import CityPack, load_pack
from city.pack.problems import PackError, Problem

__all__ = ["CityPack", "PackError", "Problem", "check_pack", "load_pack"]
