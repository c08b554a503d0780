"""Signatures: what takes a rule out of use, what does not matter, and a chain that shows every change."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from city.errors import BadInput, Refused
from city.pack.problems import PackError
from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.signing import (
    FILE,
    START,
    fault,
    read_signatures,
    rule_hash,
    sign,
    signed,
    standing,
)
from knowledge.model import Document
from tests.knowledge.eligibility.making import (
    FACTS,
    INDUSTRIES,
    TECH,
    TEXTS,
    book_of,
    documents_of,
    rule,
    sign_all,
    write,
    write_pack,
    write_text,
)

AT = datetime(2026, 6, 2, 9, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A pack all of whose rules are signed."""
    documents = write_pack(tmp_path)
    sign_all(tmp_path, book_of(tmp_path, documents), documents)
    return tmp_path


def _opened(root: Path) -> tuple[RuleBook, Mapping[str, Document]]:
    documents = documents_of(root)
    return book_of(root, documents), documents


def _faults(root: Path) -> dict[str, str]:
    """The fault of every rule that has one."""
    book, documents = _opened(root)
    known = standing(read_signatures(root))
    told = {name: fault(policy, known.get(name), book, documents) for name, policy in book.policies.items()}
    usable = signed(book, read_signatures(root), documents)
    assert set(usable.policies) == {name for name, wrong in told.items() if not wrong}
    return {name: wrong for name, wrong in told.items() if wrong}


def test_a_signed_rule_may_be_used(root: Path) -> None:
    assert _faults(root) == {}
    first = read_signatures(root)[0]
    assert (first.by, first.post, first.previous) == ("李明", "科长", START)


def test_an_unsigned_rule_may_not_be_used(root: Path) -> None:
    write(root / "eligibility/rules/tp-new.yaml", {**TECH, "id": "tp-new", "exclusions": []})
    assert _faults(root) == {"tp-new": "is not signed"}
    book, documents = _opened(root)
    assert signed(book, [], documents).policies == {}
    assert signed(book, [], documents).facts == book.facts


def _rewrite(root: Path, change: Callable[[dict[str, Any]], object]) -> None:
    raw = yaml.safe_load((root / "eligibility/rules/tp-tech.yaml").read_text("utf-8"))
    change(raw)
    write(root / "eligibility/rules/tp-tech.yaml", raw)


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.update(title="另一个"),
        lambda raw: raw["conditions"].pop(),
        lambda raw: raw["conditions"].reverse(),
        lambda raw: raw["conditions"][1].update(at_least_ago={"days": 366}),
        lambda raw: raw["parameters"]["share"]["values"][1].update(value=0.031),
        lambda raw: raw["benefits"][1].update(cap=5001),
        lambda raw: raw["benefits"][1].update(times=7),
        lambda raw: raw["documents"].pop(0),
        lambda raw: raw["window"]["spans"][0].update(to="07-01"),
        lambda raw: raw.pop("exclusions"),
        lambda raw: raw["notes"].append("另有说明"),
    ],
)
def test_a_change_of_the_rule_takes_it_out_of_use(root: Path, change: Callable[[dict[str, Any]], object]) -> None:
    _rewrite(root, change)
    assert _faults(root) == {"tp-tech": "was changed after 李明 signed it on 2026-06-01"}


def test_comments_layout_and_the_order_of_fields_do_not_matter(root: Path) -> None:
    path = root / "eligibility/rules/tp-tech.yaml"
    raw = yaml.safe_load(path.read_text("utf-8"))
    shuffled = dict(reversed(raw.items()))
    shuffled["conditions"] = [dict(reversed(one.items())) for one in raw["conditions"]]
    text = yaml.safe_dump(shuffled, allow_unicode=True, sort_keys=False, default_flow_style=True, width=40)
    write(path, f"# 说明：每年核对一次\n{text}# 完\n")
    assert _faults(root) == {}


def _fact_line(old: str, new: str) -> Callable[[Path], None]:
    assert old in FACTS

    def change(root: Path) -> None:
        write(root / "eligibility/facts/firm.yaml", FACTS.replace(old, new))

    return change


@pytest.mark.parametrize(
    "change",
    [
        _fact_line("range: [0, 1000000]", "range: [0, 999]"),
        _fact_line("firm.rd_expense / firm.revenue", "firm.rd_expense / firm.revenue / 2"),
        _fact_line("{small: 小型, medium", "{small: 小微, medium"),
        _fact_line("assume: true", "assume: false"),
        _fact_line("type: integer, unit: 人", "type: number, unit: 人"),
        _fact_line("100000000000], question: 研发费用", "1000], question: 研发费用"),
    ],
)
def test_a_change_of_what_a_fact_means_takes_the_rule_out_of_use(root: Path, change: Callable[[Path], None]) -> None:
    change(root)
    assert _faults(root) == {"tp-tech": "was changed after 李明 signed it on 2026-06-01"}


@pytest.mark.parametrize(
    "change",
    [
        _fact_line("question: 多少人？", "question: 现在有多少职工？"),
        _fact_line("label: 职工人数", "label: 用工人数"),
        _fact_line("aliases: [年收入]", "aliases: [年收入, 营收]"),
        _fact_line("held_by: market, sensitivity: public", "sensitivity: public"),
    ],
)
def test_other_words_of_a_fact_do_not_matter(root: Path, change: Callable[[Path], None]) -> None:
    change(root)
    assert "tp-tech" not in _faults(root)


def test_a_computed_facts_own_facts_count_too(root: Path) -> None:
    _fact_line("label: 营业收入, type: money", "label: 营业收入, type: number")(root)
    assert list(_faults(root)) == ["tp-tech"]


@pytest.mark.parametrize(
    "entries",
    [
        [*INDUSTRIES["entries"], {"code": "B07", "label": "光伏", "parent": "B"}],
        INDUSTRIES["entries"][:-1],
        [{**one, "label": "工业"} if one["code"] == "B" else one for one in INDUSTRIES["entries"]],
    ],
)
def test_a_change_of_a_code_list_takes_the_rules_that_name_it_out_of_use(root: Path, entries: list[Any]) -> None:
    write(root / "eligibility/lists/industries.yaml", {**INDUSTRIES, "entries": entries})
    assert _faults(root) == {"tp-green": "was changed after 李明 signed it on 2026-06-01"}


def test_other_words_of_a_code_do_not_matter(root: Path) -> None:
    entries = [{**one, "says": ["工厂"]} if one["code"] == "B" else one for one in INDUSTRIES["entries"]]
    write(root / "eligibility/lists/industries.yaml", {**INDUSTRIES, "entries": entries})
    assert _faults(root) == {}


def test_a_change_of_the_words_that_a_rule_quotes_takes_it_out_of_use(root: Path) -> None:
    own = TEXTS["tp-green-2025"][3]
    write_text(root, "tp-green-2025", own.replace("没有被限制申请绿色资金的企业", "没有被限制申请绿色资金的本市企业"))
    assert _faults(root) == {
        "tp-green": "rests on tp-green-2025#s1, whose text has changed since it was signed on 2026-06-01"
    }


def test_a_text_that_is_gone_takes_the_rule_out_of_use(root: Path) -> None:
    (root / "policies/tp-elder-2025.md").unlink()
    assert "whose text has changed" in _faults(root)["tp-elder"]


def test_a_new_version_that_says_the_same_words_has_to_be_looked_at(root: Path) -> None:
    (root / "policies/tp-tech-2026.md").unlink()
    book, documents = _opened(root)
    old = rule({**TECH, "conditions": TECH["conditions"][:1], "parameters": {}, "benefits": TECH["benefits"][1:]}, None)
    known = sign(root, old, book, documents, by="王芳", at=AT)
    write_text(root, "tp-tech-2026")
    assert "rests on tp-tech-2024#s1" in fault(old, known, *_opened(root))


def test_a_new_version_beside_which_the_old_words_still_stand_has_to_be_looked_at_too(root: Path) -> None:
    (root / "policies/tp-tech-2026.md").unlink()
    both = {"always": True, "clause": ["登记满365日", "研发费用占比不低于2%"]}  # the new version says only the first
    made = sign(root, rule({"window": both}), *_opened(root), by="王芳", at=AT)
    assert fault(rule({"window": both}), made, *_opened(root)) == ""
    write_text(root, "tp-tech-2026")
    assert "rests on tp-tech-2026#s1" in fault(rule({"window": both}), made, *_opened(root))


@pytest.mark.parametrize(
    "words",
    [
        TEXTS["tp-elder-2025"][3].replace("，", "， "),
        TEXTS["tp-elder-2025"][3].rstrip(),
        TEXTS["tp-elder-2025"][3] + "\n三、附则。\n",
    ],
)
def test_blanks_and_other_provisions_do_not_matter(root: Path, words: str) -> None:
    raw = {
        "subject": "person",
        "documents": ["tp-elder-2025"],
        "conditions": [{"fact": "person.in_city", "is": True, "clause": "具有本市户籍"}],
        "window": {"always": True, "clause": "全年受理"},
    }
    made = sign(root, rule(raw), *_opened(root), by="李明", at=AT)
    write_text(root, "tp-elder-2025", words)
    assert fault(rule(raw), made, *_opened(root)) == ""


def test_the_newest_signature_counts(root: Path) -> None:
    _rewrite(root, lambda raw: raw.update(title="另一个"))
    book, documents = _opened(root)
    sign(root, book.policies["tp-tech"], book, documents, by="王芳", at=AT)
    assert _faults(root) == {}
    assert standing(read_signatures(root))["tp-tech"].by == "王芳"
    _rewrite(root, lambda raw: raw.update(title=TECH["title"]))
    assert _faults(root) == {"tp-tech": "was changed after 王芳 signed it on 2026-06-02"}


def test_a_signature_is_added_and_nothing_is_rewritten(root: Path) -> None:
    before = (root / FILE).read_bytes()
    book, documents = _opened(root)
    made = sign(root, book.policies["tp-elder"], book, documents, by=" 王芳 ", at=AT, post="处长", note="核对")
    assert (root / FILE).read_bytes().startswith(before)
    assert (made.by, made.post, made.note) == ("王芳", "处长", "核对")
    assert read_signatures(root)[-1] == made


def test_a_rule_that_quotes_lost_words_is_not_signed(root: Path) -> None:
    book, documents = _opened(root)
    lost = rule({"window": {"always": True, "clause": "随时申报"}})
    before = (root / FILE).read_bytes()
    with pytest.raises(Refused, match=r"tp-try: window quotes '随时申报', which its documents do not say"):
        sign(root, lost, book, documents, by="李明", at=AT)
    assert (root / FILE).read_bytes() == before


@pytest.mark.parametrize("name", ["", "  "])
def test_nobody_signs_without_a_name(root: Path, name: str) -> None:
    book, documents = _opened(root)
    with pytest.raises(BadInput, match="needs a name"):
        sign(root, book.policies["tp-elder"], book, documents, by=name, at=AT)


def test_a_pack_without_signatures_has_none(tmp_path: Path) -> None:
    assert read_signatures(tmp_path) == []


def _lines(root: Path) -> list[bytes]:
    return (root / FILE).read_bytes().splitlines()


def _changed(**fields: Any) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [json.dumps({**json.loads(lines[0]), **fields}).encode(), *lines[1:]]


@pytest.mark.parametrize(
    ("change", "where", "message"),
    [
        (_changed(by="别人"), "line 2", "does not follow from the line before"),
        (_changed(rule="0"), "line 2", "does not follow from the line before"),
        (_changed(at="2025-01-01T00:00:00Z"), "line 2", "does not follow from the line before"),
        (_changed(provisions={}), "line 2", "does not follow from the line before"),
        (_changed(previous="1" * 64), "line 1", "does not follow from the line before"),
        (lambda lines: lines[1:], "line 1", "does not follow from the line before"),
        (lambda lines: [lines[0], *lines[2:]], "line 2", "does not follow from the line before"),
        (lambda lines: [lines[1], lines[0], lines[2]], "line 1", "does not follow from the line before"),
        (lambda lines: [lines[0], *lines], "line 2", "does not follow from the line before"),
        (lambda lines: [*lines, b"{"], "line 4", "is not JSON"),
        (lambda lines: [*lines, b"\xff\xfe"], "line 4", "is not JSON"),
        (lambda lines: [*lines, b"[]"], "line 4", "valid dictionary"),
        (_changed(by=""), "line 1.by", "at least 1"),
        (_changed(sign="x"), "line 1.sign", "Extra inputs"),
    ],
)
def test_a_change_of_the_file_shows(
    root: Path, change: Callable[[list[bytes]], list[bytes]], where: str, message: str
) -> None:
    (root / FILE).write_bytes(b"\n".join(change(_lines(root))) + b"\n")
    with pytest.raises(PackError) as caught:
        read_signatures(root)
    (problem,) = caught.value.problems
    assert (problem.file, problem.where) == (FILE, where)
    assert message in problem.message
    assert problem.remedy


def test_blank_lines_do_not_break_the_chain(root: Path) -> None:
    (root / FILE).write_bytes(b"\n\n".join(_lines(root)) + b"\n\n")
    assert len(read_signatures(root)) == 3


def test_a_last_line_that_is_cut_off_is_only_seen_by_its_absence(root: Path) -> None:
    (root / FILE).write_bytes(b"\n".join(_lines(root)[:-1]) + b"\n")
    assert len(_faults(root)) == 1


def test_the_fingerprint_of_a_rule_is_stable_and_its_own(root: Path) -> None:
    book, _ = _opened(root)
    made = {name: rule_hash(policy, book) for name, policy in book.policies.items()}
    again, _ = _opened(root)
    assert {name: rule_hash(policy, again) for name, policy in again.policies.items()} == made
    assert len(set(made.values())) == 3


def test_a_policy_more_in_the_pack_does_not_matter(root: Path) -> None:
    write(root / "eligibility/rules/tp-more.yaml", {**TECH, "id": "tp-more", "exclusions": []})
    assert list(_faults(root)) == ["tp-more"]
