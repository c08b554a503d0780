"""Vectors that were computed once are not computed again, whatever happened in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from city.errors import TryAgain
from knowledge.embed import CachedEmbedder, HashEmbedder, Prefixes, ServedEmbedder
from knowledge.index.types import Floats
from tests.conftest import ROOT
from tests.knowledge.pooling import SOON, Pooling

TEXTS = [f"第{number}条 停车" for number in range(1200)]


class Counting(HashEmbedder):
    """Counts what it is asked; ``name`` is the same whatever the ``salt``, as a swapped model's is."""

    def __init__(self, dim: int = 16, salt: str = "") -> None:
        super().__init__(dim)
        self.name = "model:counting"
        self.salt = salt
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Floats:
        self.asked += texts
        return super().encode([self.salt + text for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        return self.encode([f"问{text}" for text in texts])

    def forget(self) -> None:
        self.asked.clear()


def cached(folder: Path, inner: Counting) -> CachedEmbedder:
    embedder = CachedEmbedder(inner, folder)
    embedder.encode([])  # opens the file, which asks for the probe
    inner.forget()
    return embedder


def test_only_what_is_new_is_computed(tmp_path: Path) -> None:
    inner = Counting()
    first = cached(tmp_path, inner).encode(TEXTS)
    assert len(inner.asked) == len(TEXTS)
    again = cached(tmp_path, inner)
    np.testing.assert_array_equal(again.encode([*TEXTS, "新的", "新的", TEXTS[0]])[: len(TEXTS)], first)
    assert inner.asked == ["新的"]
    np.testing.assert_array_equal(first[5], HashEmbedder(16).encode([TEXTS[5]])[0])


def test_a_text_as_a_question_is_another(tmp_path: Path) -> None:
    inner = Counting()
    embedder = cached(tmp_path, inner)
    assert not np.allclose(embedder.encode(["停车"]), embedder.encode_queries(["停车"]))
    assert inner.asked == ["停车", "问停车"]


def test_each_model_has_its_own(tmp_path: Path) -> None:
    inner, other = Counting(), Counting()
    other.name = "model:other"
    cached(tmp_path, inner).encode(["停车"])
    cached(tmp_path, other).encode(["停车"])
    assert other.asked == ["停车"]


@pytest.mark.parametrize("swapped", [Counting(salt="另一个模型"), Counting(dim=8)])
def test_another_model_under_the_same_name_gets_nothing_of_the_old(tmp_path: Path, swapped: Counting) -> None:
    cached(tmp_path, Counting()).encode(["停车"])
    vectors = cached(tmp_path, swapped).encode(["停车"])
    assert swapped.asked == ["停车"]
    np.testing.assert_array_equal(vectors, HashEmbedder(swapped.dim).encode([swapped.salt + "停车"]))
    assert len(list(tmp_path.glob("*.other"))) == 1


@pytest.mark.parametrize("cut", [1, 10, 40, 80])
def test_a_tail_that_a_crash_cut_short_is_computed_again(tmp_path: Path, cut: int) -> None:
    inner = Counting()
    expected = cached(tmp_path, inner).encode(TEXTS[:10])
    (path,) = tmp_path.glob("*.vectors")
    os.truncate(path, path.stat().st_size - cut)
    inner.forget()
    np.testing.assert_array_equal(cached(tmp_path, inner).encode(TEXTS[:10]), expected)
    assert inner.asked == [TEXTS[9]]
    cached(tmp_path, inner).encode(TEXTS[:10])
    assert inner.asked == []


def test_a_damaged_record_is_computed_again(tmp_path: Path) -> None:
    inner = Counting()
    expected = cached(tmp_path, inner).encode(TEXTS[:10])
    (path,) = tmp_path.glob("*.vectors")
    content = bytearray(path.read_bytes())
    content[-200] ^= 1  # 84 bytes a record: the third from the end
    path.write_bytes(content)
    np.testing.assert_array_equal(cached(tmp_path, inner).encode(TEXTS[:10]), expected)
    assert inner.asked == [TEXTS[7]]


@pytest.mark.parametrize("content", [b"", b"something else\n", b"citydesk-vectors 1\n{}\n"])
def test_a_file_of_another_form_is_put_aside(tmp_path: Path, content: bytes) -> None:
    cached(tmp_path, Counting()).encode(["停车"])
    (path,) = tmp_path.glob("*.vectors")
    path.write_bytes(content)
    assert cached(tmp_path, Counting()).encode(["停车"]).shape == (1, 16)
    assert path.with_suffix(".other").read_bytes() == content


def test_what_came_before_a_failure_is_kept(tmp_path: Path, server: Pooling) -> None:
    server.limit = 2 + 8  # the probe, and the first slice of 512 texts
    embedder = CachedEmbedder(ServedEmbedder(server.endpoint(), "m", Prefixes(), patience=SOON), tmp_path)
    with pytest.raises(TryAgain):
        embedder.encode(TEXTS)
    server.limit = None
    server.bodies.clear()
    again = CachedEmbedder(ServedEmbedder(server.endpoint(), "m", Prefixes(), patience=SOON), tmp_path)
    vectors = again.encode(TEXTS)
    assert not set(TEXTS[:512]) & set(server.texts)
    assert set(TEXTS[512:]) <= set(server.texts)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


_BUILD = """
import sys
from pathlib import Path
from knowledge.embed import CachedEmbedder, Prefixes, ServedEmbedder
from knowledge.endpoint import Endpoint
inner = ServedEmbedder(Endpoint(sys.argv[1]), "m", Prefixes(), parallel=1)
CachedEmbedder(inner, Path(sys.argv[2])).encode([f"第{number}条 停车" for number in range(1200)])
"""


def test_a_killed_build_goes_on_where_it_was(tmp_path: Path, server: Pooling) -> None:
    server.delay = 0.05
    build = [sys.executable, "-c", _BUILD, server.url, str(tmp_path)]
    process = subprocess.Popen(build, cwd=ROOT)  # noqa: S603
    end = time.monotonic() + 60
    while len(set(TEXTS) & set(server.texts)) < 600 and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    server.delay = 0.0
    server.bodies.clear()
    subprocess.run(build, cwd=ROOT, check=True)  # noqa: S603
    asked = set(TEXTS) & set(server.texts)
    assert TEXTS[0] not in asked
    assert TEXTS[511] not in asked
    assert TEXTS[1199] in asked
    server.bodies.clear()
    subprocess.run(build, cwd=ROOT, check=True)  # noqa: S603
    assert not set(TEXTS) & set(server.texts)
