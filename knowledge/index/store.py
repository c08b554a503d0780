"""Arrays and settings of an index in a folder: one ``.npy`` per array, memory-mapped when opened."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from city.errors import BadInput, NotFound

FORMAT = 2


def save_array(folder: Path, name: str, array: NDArray[Any]) -> None:
    """Write one array as ``<name>.npy``."""
    np.save(folder / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False)


def load_array(folder: Path, name: str) -> NDArray[Any]:
    """Open ``<name>.npy`` memory-mapped (an empty array cannot be mapped and is read)."""
    path = folder / f"{name}.npy"
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]  # numpy types it Any
    except FileNotFoundError:
        raise NotFound(f"the index has no file {str(path)!r}; build it again with `citydesk knowledge build`") from None
    except ValueError as fault:
        raise BadInput(f"the index file {str(path)!r} is damaged ({fault}); build the index again") from fault


def save_json(folder: Path, name: str, value: Any) -> None:
    """Write a small value as ``<name>.json``, keys sorted so that equal input gives equal bytes."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def load_json(folder: Path, name: str) -> Any:
    """Read ``<name>.json``."""
    path = folder / f"{name}.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound(f"no index at {str(folder)!r}; build it with `citydesk knowledge build`") from None
    except ValueError as fault:
        raise BadInput(f"the index file {str(path)!r} is damaged ({fault}); build the index again") from fault


def fresh_folder(folder: Path) -> None:
    """Make ``folder`` empty. Half an index must not be read: its manifest is written last, removed first."""
    if folder.exists():
        (folder / "index.json").unlink(missing_ok=True)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
