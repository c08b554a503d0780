from __future__ import annotations

import numpy as np
import pytest
import shapely

from tools.land.layout import CELL, Region, cell_of, cut, grow, outline


def test_regions_grow_to_their_size_and_share_no_cell() -> None:
    regions = [Region((0, 0), 30), Region((6, 0), 50, 1.3), Region((0, 6), 20, 0.8)]
    blocked = {(3, y) for y in range(-4, 5)}
    grow(regions, blocked)
    assert [len(one.cells) for one in regions] == [30, 50, 20]
    every = [cell for one in regions for cell in one.cells]
    assert len(set(every)) == len(every) == 100
    assert not set(every) & blocked
    for one in regions:
        shape = outline(one.cells)
        assert shape.geom_type == "Polygon"
        assert shape.area == pytest.approx(one.wanted * CELL**2)


def test_a_region_without_room_is_told() -> None:
    ring = {(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)} - {(0, 0)}
    with pytest.raises(ValueError, match="is shut in after 1 of 5"):
        grow([Region((0, 0), 5)], ring)
    with pytest.raises(ValueError, match="is taken"):
        grow([Region((0, 0), 5)], {(0, 0)})


def test_cells_of_points() -> None:
    assert (cell_of(0, 0), cell_of(-0.1, 19.9)) == ((0, 0), (-1, 1))


def test_lots_lie_apart_in_their_block() -> None:
    lots = cut(900, 20, 15.0, np.random.default_rng(1))
    assert len(lots) >= 18
    assert sum(shapely.get_num_interior_rings(lot) for lot in lots) == 1
    for at, one in enumerate(lots):
        for other in lots[at + 1 :]:
            assert one.intersection(other).area == pytest.approx(0, abs=1e-6)
    assert sum(lot.area for lot in lots) < 900**2
