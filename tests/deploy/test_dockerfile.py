"""The application's image, read as text: there is no daemon here to build it."""

from __future__ import annotations

import re
import tomllib

from serve.app import create_app
from serve.settings import Settings
from tests.conftest import ROOT

TEXT = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
STEPS = [(word, rest.strip()) for word, rest in re.findall(r"^([A-Z]+) (.*)$", TEXT.replace("\\\n", " "), re.MULTILINE)]


def step(word: str) -> list[str]:
    return [rest for name, rest in STEPS if name == word]


def test_the_base_is_pinned_and_as_new_as_the_project_needs() -> None:
    bases = {rest.split(" AS ")[0] for rest in step("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+", bases.pop())


def test_it_runs_without_the_rights_of_root() -> None:
    (user,) = step("USER")
    assert int(user.split(":")[0]) > 1000
    last = max(index for index, (word, _) in enumerate(STEPS) if word in {"RUN", "COPY"})
    assert last < [word for word, _ in STEPS].index("USER")


def test_every_room_is_copied_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = set(project["tool"]["importlinter"]["root_packages"])
    copied = {rest.split()[0] for rest in step("COPY") if not rest.startswith("--from") and len(rest.split()) == 2}
    assert copied == rooms | {"cities"}
    files = {name for rest in step("COPY") for name in rest.split()[:-1] if "." in name and "/" not in name}
    assert files == {"pyproject.toml", "constraints.txt", "README.md"}
    kept = (ROOT / "deploy/Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert kept[1] == "*"
    assert {line[1:] for line in kept if line.startswith("!")} == copied | files


def test_it_installs_what_the_constraints_say_with_the_database_driver() -> None:
    (install,) = [rest for rest in step("RUN") if "pip install" in rest]
    assert "--constraint constraints.txt" in install
    extras = re.findall(r"\.\[([\w,]+)\]", install)
    assert extras == ["postgres"]


def test_its_health_check_asks_a_route_that_there_is() -> None:
    (check,) = step("HEALTHCHECK")
    url = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", check)
    assert url
    assert url[1] == step("EXPOSE")[0] == str(Settings.model_fields["port"].default)
    assert url[2] in create_app(Settings(desk="off")).openapi()["paths"]


def test_it_holds_no_secret_and_does_not_vouch_for_a_proxy() -> None:
    told = " ".join(step("ENV"))
    assert "CITYDESK_HOST=0.0.0.0" in told
    assert not re.search("KEY|PASSWORD|SECRET|TOKEN|CITYDESK_PUBLIC|CITYDESK_DATABASE", told)
    assert step("ARG") == []
