"""Rules of the whole house: who imports whom, what starts light, and that words and documents keep up with the code."""

from __future__ import annotations

import ast
import importlib
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from serve.checking import spoken_keys
from serve.settings import Settings
from tests.conftest import ROOT, YUNLAN

HEAVY = {
    "torch",
    "faiss",
    "langgraph",
    "lightgbm",
    "sklearn",
    "openai",
    "fastapi",
    "sentence_transformers",
    "scipy",
    "duckdb",
    "mcp",
    "shapely",
    "ray",
    "transformers",
    "peft",
}
ROOMS = ("city", "knowledge", "tools", "prompts", "agents", "eval", "serve")
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TOLD = "\n".join(path.read_text(encoding="utf-8") for path in DOCS)


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def commands() -> dict[str, set[str]]:
    """Every command of `citydesk` with its options."""
    from serve.cli.main import app

    found: dict[str, set[str]] = {}
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]  # it is a group
        for sub, leaf in getattr(command, "commands", {"": command}).items():
            found[f"{name} {sub}".strip()] = {option for parameter in leaf.params for option in parameter.opts}
    return found


def test_arrows_go_one_way() -> None:
    command = [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert ran.returncode == 0, ran.stdout
    assert re.search(r"Contracts: [2-9] kept, 0 broken", ran.stdout), ran.stdout


def test_the_command_line_starts_light() -> None:
    code = "import json, sys, serve.cli.main; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    loaded = set(json.loads(ran.stdout))
    assert "typer" in loaded
    assert not loaded & HEAVY


def test_asking_needs_no_torch() -> None:
    code = "import sys, serve.house; print([m for m in ('torch', 'openai', 'fastapi') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert ran.stdout == "[]\n"


def test_every_setting_is_described_with_its_default() -> None:
    told = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(CITYDESK_[A-Z_]+)` \|\s*`?([^|`]*?)`?\s*\|", told, re.MULTILINE))
    rows = {name: value.strip() for name, value in rows.items()}
    named = {f"CITYDESK_{name.upper()}": field for name, field in Settings.model_fields.items()}
    assert named.keys() == rows.keys() - {"CITYDESK_SHARED_DATA"}
    for name, field in named.items():
        if name != "CITYDESK_CITY":
            assert rows[name] == re.sub("True|False", lambda word: word[0].lower(), str(field.default)), name


def test_every_variable_the_code_reads_is_described() -> None:
    read = {
        name for path in sources() for name in re.findall(r"CITYDESK_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8"))
    }
    assert read <= set(re.findall(r"CITYDESK_[A-Z_]*[A-Z]", (ROOT / "docs/settings.md").read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reply_the_program_says_has_words(language: str) -> None:
    words = yaml.safe_load((YUNLAN / "wording" / f"{language}.yaml").read_text(encoding="utf-8"))
    assert spoken_keys() - words.keys() == set()


def test_both_languages_have_the_same_replies() -> None:
    zh, en = (yaml.safe_load((YUNLAN / f"wording/{name}.yaml").read_text(encoding="utf-8")) for name in ("zh", "en"))
    assert zh.keys() ^ en.keys() == set()


def test_every_command_is_in_the_documents() -> None:
    missing = [name for name in commands() if not re.search(rf"citydesk {re.escape(name)}\b", TOLD)]
    assert missing == []


def console_lines() -> list[str]:
    """What the documents tell to type: lines of shell blocks, and commands between back quotes."""
    blocks = re.findall(r"^```([a-z]*)\n(.*?)^```$", TOLD, re.DOTALL | re.MULTILINE)
    shells = [block for language, block in blocks if language in ("console", "shell", "bash", "sh", "")]
    lines = [line.strip().removeprefix("$ ") for block in shells for line in block.splitlines()]
    return [line for line in lines + re.findall(r"`(citydesk [^`\n]+)`", TOLD) if line]


def test_commands_in_the_documents_exist_with_their_options() -> None:
    known = commands()
    told = [line.split("#")[0] for line in console_lines() if re.match(r"(?:[A-Z_]+=\S+ )*(?:\S*/)?citydesk\b", line)]
    assert told
    for line in told:
        words = shlex.split(line)
        rest = words[next(i for i, word in enumerate(words) if word.endswith("citydesk")) + 1 :]
        name = " ".join(rest[:2]) if " ".join(rest[:2]) in known else " ".join(rest[:1])
        assert name in known or any(command.startswith(f"{name} ") for command in known), line
        used = {word.split("=")[0] for word in rest if word.startswith("--")}
        assert used <= known.get(name, set()) | {"--help"}, line


def test_make_targets_in_the_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    told = {m for line in console_lines() for m in re.findall(r"^make ([a-z-]+)", line)}
    assert told <= targets


def test_the_readme_is_there_and_its_python_imports_work() -> None:
    assert (ROOT / "README.md").is_file(), "pyproject.toml names README.md"
    for block in re.findall(r"```python\n(.*?)```", TOLD, re.DOTALL):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and node.module:
                module = importlib.import_module(node.module)
                assert [alias.name for alias in node.names if not hasattr(module, alias.name)] == []


def test_links_in_the_documents_lead_somewhere() -> None:
    for path in DOCS:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_modules_that_makefile_and_docstrings_run_exist() -> None:
    texts = [(ROOT / "Makefile").read_text(encoding="utf-8"), *(p.read_text(encoding="utf-8") for p in sources())]
    run = {name for text in texts for name in re.findall(r"python -m ((?:eval|serve|knowledge|agents)[\w.]*\w)", text)}
    for name in sorted(run):
        path = ROOT / (name.replace(".", "/") + ".py")
        assert path.is_file(), f"python -m {name}: there is no such module"
        assert '__name__ == "__main__"' in path.read_text(encoding="utf-8"), f"python -m {name} does nothing"


def test_commands_named_in_docstrings_and_messages_exist() -> None:
    groups = {name.split()[0] for name in commands()}
    for path in sources():
        for name, sub in re.findall(r"`+citydesk ([a-z]+)(?: ([a-z]+))?", path.read_text(encoding="utf-8")):
            assert name in groups, f"{path.name}: citydesk {name}"
            if name in {"knowledge", "eval"} and sub:
                assert f"{name} {sub}" in commands(), f"{path.name}: citydesk {name} {sub}"


def test_no_citys_name_is_in_the_code() -> None:
    allowed = {"settings.py", "gate.py"}  # which pack is the default
    lines = [(p.name, line) for p in sources() for line in p.read_text(encoding="utf-8").splitlines()]
    named = [(name, line) for name, line in lines if re.search("云澜|[Yy]unlan", line) and "description=" not in line]
    assert [line for name, line in named if name not in allowed] == []
    assert len(named) <= len(allowed)


def test_files_and_functions_keep_to_their_size() -> None:
    for path in sources():
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") < 400, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 50, f"{path.name}: {node.name}"
