from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from city.pack import load_pack
from serve.building import build_knowledge
from serve.library import store_of
from serve.settings import Settings
from tests.serve.conftest import Run
from tests.serve.small_city import PARKING, write_rule

ASKED = "道路停车几分钟不收费"


def places(settings: Settings) -> tuple[object, ...]:
    return "--city", settings.city, "--home", settings.home


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_one_answer_as_json_has_all_its_fields(run: Run, small: Settings) -> None:
    ran = run("ask", ASKED, "--json", *places(small))
    assert (ran.code, ran.err) == (0, "")
    answer = json.loads(ran.out)
    assert answer["outcome"] == "answered"
    assert answer["route"] == "A0_ANSWER"
    assert answer["specialists"] == ["regulation"]
    (citation,) = answer["citations"]
    assert citation["provision"] == "xc-parking-2024#2"
    assert citation["in_force"] is True
    assert "十五分钟" in citation["quote"]
    assert citation["quote"] in answer["text"]
    assert {"options", "lines", "alerts", "as_of", "ai_label", "engine", "thread", "trace"} <= answer.keys()


def test_one_answer_for_people_shows_outcome_text_and_sources(run: Run, small: Settings) -> None:
    ran = run("ask", ASKED, "--as-of", "2022-03-04", *places(small))
    assert ran.code == 0
    assert "三十分钟" in ran.out
    assert "十五分钟" not in ran.out
    assert "[1] 《小城市停车条例》第二条  xc-parking-2020#2" in ran.out
    assert load_pack(small.city).say("ai_label")[:12] in ran.out


def test_staff_papers_are_for_staff(run: Run, small: Settings) -> None:
    def cited(*arguments: object) -> set[str]:
        ran = run("ask", "话务员接到退单申请几小时内转班长审核", "--json", *arguments, *places(small))
        return {c["provision"] for c in json.loads(ran.out)["citations"]}

    assert "xc-manual-2024#1" in cited("--role", "staff")
    assert "xc-manual-2024#1" not in cited()


def test_a_file_of_questions_gives_a_record_a_line_and_loses_nothing(run: Run, small: Settings, tmp_path: Path) -> None:
    lines: list[bytes] = [
        json.dumps({"id": "a", "text": ASKED}).encode(),
        b"{broken",
        b'{"id": "c", "text": "\xcd\xa3\xb3\xb5"}',
        b"",
        b'{"id": "e"}',
        b'{"id": "f", "text": "x", "role": "mayor"}',
        b'["text"]',
        b'{"id": "h", "text": "x", "as_of": "tomorrow"}',
        b'{"id": "i\\ud800", "text": "\\ud83d \xe5\x81\x9c\xe8\xbd\xa6"}',
        b'{"id": "j", "text": ' + b"9" * 5_000 + b"}",
        b"[" * 50_000,
        b'{"id": "l", "text": ""}',
        b'{"id": "m", "text": "x", "colour": "red", "language": "fr"}',
        json.dumps({"id": "n", "text": "第二条再说细一点", "history": [ASKED], "as_of": "2022-01-01"}).encode(),
    ]
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    ran = run("ask", "--file", source, "--out", out, *places(small))
    assert (ran.code, ran.err) == (0, "")
    found = records(out)
    ids = ["a", 2, 3, "e", "f", 7, "h", "i?", 10, 11, "l", "m", "n"]
    assert [r["id"] for r in found] == ids
    assert {r["id"]: r["outcome"] for r in found if "error" not in r}.keys() == {"a", "i?", "l", "n"}
    errors = {r["id"]: r["error"] for r in found if "error" in r}
    said = {
        2: "line 2 is not JSON",
        3: "line 3 is not UTF-8",
        "e": "text",
        "f": "role",
        7: "no JSON object",
        "h": "as_of",
    }
    assert all(words in errors[name] for name, words in said.items()), errors
    assert found[0]["citations"][0]["provision"] == "xc-parking-2024#2"
    assert found[10]["outcome"] == "invalid_input"
    assert found[-1]["as_of"] == "2022-01-01"


def test_an_empty_file_gives_an_empty_file(run: Run, small: Settings, tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b"\n\n")
    assert run("ask", "--file", source, "--out", out, *places(small)).code == 0
    assert out.read_bytes() == b""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Ask something"),
        (("--file", "in.jsonl"), "go together"),
        (("问", "--out", "out.jsonl"), "go together"),
        (("问", "--role", "mayor"), "role"),
        (("问", "--as-of", "04.03.2022"), "YYYY-MM-DD"),
        (("问", "--as-of", "0"), "YYYY-MM-DD"),
        (("--file", "gone.jsonl", "--out", "out.jsonl"), "'gone.jsonl' cannot be read"),
        (("--file", "in.jsonl", "--out", "in.jsonl"), "write to another"),
        (("--file", "in.jsonl", "--out", "no/such/out.jsonl"), "no/such/out.jsonl"),
        (("--file", ".", "--out", "out.jsonl"), "cannot be read"),
    ],
)
def test_a_wrong_question_is_one_line(run: Run, small: Settings, arguments: tuple[str, ...], said: str) -> None:
    source = Path("in.jsonl")
    source.write_text('{"text": "问"}\n', encoding="utf-8")
    assert said in run("ask", *arguments, *places(small)).fault()
    assert source.read_text(encoding="utf-8") == '{"text": "问"}\n'


def test_unpublished_knowledge_is_one_line_with_the_remedy(run: Run, small_city: Path) -> None:
    for command in (("ask", "停车"), ("knowledge", "search", "停车")):
        fault = run(*command, "--city", small_city, "--home", "empty").fault()
        assert "citydesk knowledge build" in fault


def test_bad_settings_are_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYDESK_PORT", "http")
    assert run("ask", "停车").fault().startswith("CITYDESK_PORT: ")
    monkeypatch.setenv("CITYDESK_PORT", "8600")
    monkeypatch.setenv("CITYDESK_HOST", "0.0.0.0")  # noqa: S104  # what is refused
    assert "CITYDESK_PUBLIC" in run("ask", "停车").fault()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104
def test_serving_to_other_machines_needs_the_same_permission(run: Run, small: Settings, host: str) -> None:
    assert "CITYDESK_PUBLIC" in run("serve", "--host", host, *places(small)).fault()


def test_a_port_that_cannot_be_is_refused(run: Run, small: Settings) -> None:
    ran = run("serve", "--port", "70000", *places(small))
    assert ran.code == 2
    assert "65535" in ran.err


def test_building_twice_gives_the_same_snapshot(run: Run, small: Settings) -> None:
    first = json.loads(run("knowledge", "build", "--json", *places(small)).out)
    second = run("knowledge", "build", "--no-publish", *places(small))
    assert second.out == f"snapshot {first['id']}: 4 documents, 7 provisions, built, not published\n"


def test_search_shows_and_gives_what_it_found(run: Run, small: Settings) -> None:
    hits = json.loads(run("knowledge", "search", ASKED, "--limit", "2", "--json", *places(small)).out)
    assert 1 <= len(hits) <= 2
    assert hits[0].keys() == {"provision", "title", "article", "score", "text"}
    assert hits[0]["provision"] == "xc-parking-2024#2"
    told = run("knowledge", "search", ASKED, "--as-of", "2021-01-01", *places(small)).out
    assert "xc-parking-2020#2  《小城市停车条例》第二条" in told
    assert "2024" not in told.splitlines()[0]
    assert "xc-manual-2024#1" not in run("knowledge", "search", "退单申请", *places(small)).out
    assert "xc-manual-2024#1" in run("knowledge", "search", "退单申请", "--role", "staff", *places(small)).out
    assert "YYYY-MM-DD" in run("knowledge", "search", "x", "--as-of", "now", *places(small)).fault()
    assert "citizen or staff" in run("knowledge", "search", "x", "--role", "boss", *places(small)).fault()


def test_what_is_withdrawn_is_gone_at_once_until_restored(run: Run, small: Settings) -> None:
    why = ("--reason", "有误", "--by", "张三", *places(small))
    assert run("knowledge", "withdraw", "xc-parking-2024#2", *why).out == "withdrawn: xc-parking-2024#2\n"
    assert "xc-parking-2024#2" not in run("knowledge", "search", ASKED, *places(small)).out
    answer = json.loads(run("ask", ASKED, "--json", *places(small)).out)
    assert "xc-parking-2024#2" not in {c["provision"] for c in answer["citations"]}
    assert "already withdrawn" in run("knowledge", "withdraw", "xc-parking-2024#2", *why).fault()
    assert run("knowledge", "restore", "xc-parking-2024#2", *why).out == "restored: xc-parking-2024#2\n"
    assert "xc-parking-2024#2" in run("knowledge", "search", ASKED, *places(small)).out
    assert "not withdrawn" in run("knowledge", "restore", "xc-parking-2024#2", *why).fault()
    assert "'nosuch'" in run("knowledge", "withdraw", "nosuch", *why).fault()
    assert "reason" in run("knowledge", "withdraw", "xc-dogs-2024", "--reason", " ", *why[2:]).fault()


def test_snapshots_are_compared_and_rolled_back(run: Run, small: Settings) -> None:
    store = store_of(small, load_pack(small.city))
    before = store.current()
    assert before
    assert "no earlier snapshot" in run("knowledge", "rollback", *places(small)).fault()
    write_rule(small.city, "xc-parking-2024", "小城市停车条例", PARKING.format(minutes="二十"))
    (small.city / "regulations/xc-dogs-2024.md").unlink()
    build_knowledge(small, publish=True, progress=lambda stage, share: None)
    after = store.current()

    found = json.loads(run("knowledge", "diff", before, "--json", *places(small)).out)
    assert (found["old"], found["new"], found["added"], found["removed"]) == (before, after, [], ["xc-dogs-2024"])
    (changed,) = found["changed"]
    words = changed["provisions"][0]["words"]
    assert "十五分钟" in "".join(w["text"] for w in words if w["kind"] != "added")
    assert "二十分钟" in "".join(w["text"] for w in words if w["kind"] != "removed")

    assert run("knowledge", "rollback", "--by", "李四", *places(small)).out == f"published: {before}\n"
    assert store.current() == before
    history = json.loads(run("knowledge", "history", "--json", *places(small)).out)
    assert history["current"] == before
    assert [(row["action"], row["snapshot"]) for row in history["history"]] == [
        ("publish", before),
        ("publish", after),
        ("rollback", before),
    ]
    assert run("knowledge", "history", *places(small)).out.splitlines()[-1].endswith(f"{before}  by 李四")
    assert run("knowledge", "publish", after, *places(small)).out == f"published: {after}\n"
    for name in ("nosuch", "../..", ""):
        assert run("knowledge", "publish", name, *places(small)).fault()
        assert run("knowledge", "diff", name, *places(small)).fault()


def test_check_counts_what_is_wrong(run: Run, small_city: Path) -> None:
    ran = run("check", small_city)
    assert (ran.code, ran.out) == (0, f"{small_city}: sound\n")
    (small_city / "wording/en.yaml").unlink()
    ran = run("check", small_city)
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "wording/en.yaml: is missing → add the file; see docs/pack.md",
        f"{small_city}: 1 problem(s)",
    ]
    told = json.loads(run("check", small_city, "--json").out)
    assert told["problems"][0].keys() == {"file", "where", "message", "remedy"}


def test_a_pack_that_does_not_load_lists_its_problems(run: Run, small: Settings) -> None:
    (small.city / "city.yaml").write_text("id: [", encoding="utf-8")
    ran = run("ask", "停车", *places(small))
    assert ran.code == 2
    assert ran.err.startswith("citydesk: The city pack has 1 problem:\n  - city.yaml: line ")


def test_mask_writes_a_record_a_line(run: Run, tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(json.dumps({"id": 1, "text": "电话13900001234"}).encode() + b"\n{\n")
    ran = run("mask", "--file", source, "--out", out)
    assert (ran.code, ran.out) == (0, f"2 lines, 1 spans masked, 1 lines with errors → {out}\n")
    good, bad = records(out)
    assert "13900001234" not in good["masked"]
    assert (bad["line"], set(bad)) == (2, {"id", "line", "error"})
    assert "gone.jsonl" in run("mask", "--file", "gone.jsonl", "--out", out).fault()


def test_eval_answers_and_its_faults(run: Run, small: Settings) -> None:
    cases = Path("cases.jsonl")
    cases.write_text(json.dumps({"id": "1", "text": ASKED, "expect": {"provisions": ["xc-parking-2024#2"]}}), "utf-8")
    ran = run("eval", "answers", cases, "--today", "2026-11-20", "--json", *places(small))
    report = json.loads(ran.out)
    assert (report["cases"], report["ended_right"], report["evidence_right"]) == (1, 1.0, 1.0)
    assert "judgements" not in run("eval", "answers", cases, *places(small)).out
    assert "YYYY-MM-DD" in run("eval", "answers", cases, "--today", "soon", *places(small)).fault()
    assert "'gone.jsonl'" in run("eval", "answers", "gone.jsonl", "--json", *places(small)).fault()
    cases.write_text('{"id": "1"}', encoding="utf-8")
    assert "cases.jsonl, line 1: " in run("eval", "answers", cases, "--json", *places(small)).err


@pytest.mark.parametrize(
    ("arguments", "command"), [((), "knowledge"), (("knowledge",), "rollback"), (("eval",), "masking")]
)
def test_without_a_command_help_is_shown(run: Run, arguments: tuple[str, ...], command: str) -> None:
    ran = run(*arguments)
    assert "Usage:" in ran.out
    assert command in ran.out
    assert ran.code == 2


def test_an_unknown_command_or_option_says_so(run: Run) -> None:
    for arguments in (("fly",), ("ask", "--fly"), ("knowledge", "fly")):
        ran = run(*arguments)
        assert ran.code == 2
        assert "fly" in ran.err


def test_the_installed_command_runs_from_anywhere(small: Settings, tmp_path: Path) -> None:
    command = shutil.which("citydesk", path=str(Path(sys.executable).parent))
    assert command, "the console script citydesk is not installed beside the interpreter"
    given = [command, "knowledge", "search", ASKED, "--json", *map(str, places(small))]
    ran = subprocess.run(given, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)  # noqa: S603
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)[0]["provision"] == "xc-parking-2024#2"
    given = [command, "ask", "停车", "--city", "nowhere"]
    ran = subprocess.run(given, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)  # noqa: S603
    assert ran.returncode == 2
    assert ran.stderr.startswith("citydesk: ")
    assert "Traceback" not in ran.stderr
