from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.vaults import MemoryVaults, SqliteVaults, Vaults
from city.privacy import Vault, mask

SAID = "我电话13900001234"


@pytest.fixture(params=["memory", "sqlite"])
def vaults(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vaults]:
    if request.param == "memory":
        yield MemoryVaults()
        return
    kept = SqliteVaults(tmp_path / "new" / "vaults.sqlite")
    yield kept
    kept.close()


def test_a_talk_gets_its_own_values_back(vaults: Vaults) -> None:
    vault = vaults.load("a")
    masked = mask(SAID, vault=vault).text
    assert "13900001234" not in masked
    vaults.save("a", vault)
    assert vaults.load("a").unmask(masked) == SAID
    assert vaults.load("b").unmask(masked) == masked


def test_tokens_go_on_over_the_turns(vaults: Vaults) -> None:
    first = vaults.load("a")
    one = mask(SAID, vault=first).text
    vaults.save("a", first)
    second = vaults.load("a")
    other = mask("另一个13900005678", vault=second).text
    vaults.save("a", second)
    assert vaults.load("a").unmask(f"{one} {other}") == f"{SAID} 另一个13900005678"


def test_what_is_loaded_is_a_copy_until_it_is_saved(vaults: Vaults) -> None:
    mask(SAID, vault=vaults.load("a"))
    assert not vaults.load("a")


def test_a_foreign_token_stays_foreign(vaults: Vaults) -> None:
    vault = vaults.load("a")
    mask("我写的⟦手机1⟧", vault=vault)
    vaults.save("a", vault)
    again = vaults.load("a")
    assert "⟦手机1⟧" not in mask(SAID, vault=again).text


def test_vaults_survive_a_restart_and_are_the_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "vaults.sqlite"
    kept = SqliteVaults(path)
    vault = Vault()
    masked = mask(SAID, vault=vault).text
    kept.save("a", vault)
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    kept.close()
    again = SqliteVaults(path)
    assert again.load("a").unmask(masked) == SAID
    again.close()


def test_a_talk_without_personal_data_leaves_no_row(tmp_path: Path) -> None:
    kept = SqliteVaults(tmp_path / "vaults.sqlite")
    kept.save("a", Vault())
    kept.close()
    with sqlite3.connect(tmp_path / "vaults.sqlite") as db:
        assert db.execute("SELECT count(*) FROM vault").fetchone() == (0,)
    db.close()


def test_many_talks_at_once(tmp_path: Path) -> None:
    kept = SqliteVaults(tmp_path / "vaults.sqlite")
    faults: list[BaseException] = []

    def talk(number: int) -> None:
        try:
            for _ in range(10):
                vault = kept.load(str(number))
                mask(f"电话1390000{number:04}", vault=vault)
                kept.save(str(number), vault)
        except BaseException as error:  # noqa: BLE001  # reported by the main thread
            faults.append(error)

    threads = [threading.Thread(target=talk, args=(1000 + n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert kept.load("1003").unmask("⟦手机1⟧") == "13900001003"
    kept.close()
