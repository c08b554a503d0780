"""Who gets in, and what a visit is bound to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from serve.app import create_app
from serve.desk.session import COOKIE, Signer
from serve.desk.staff import Post, Staff
from serve.settings import Settings
from tests.serve.desk.conftest import Enter, Served
from tests.serve.desk.visiting import START, URBAN, HandClock, Visitor, fields_of, soup
from tests.serve.staged import StagedDesk

CLERK = Staff(id="desk:agent::甲", name="甲", post=Post.AGENT)


@pytest.mark.parametrize(
    "path",
    ["/desk", "/desk/new", "/desk/assistant", "/desk/topics", "/desk/figures", "/desk/access", "/desk/orders/YL-1",
     "/desk/provisions/x"],
)  # fmt: skip
def test_nobody_sees_anything_before_signing_in(served: Served, path: str) -> None:
    reply = httpx.get(served.address + path)
    assert (reply.status_code, reply.headers["location"]) == (303, "/desk/signin")


@pytest.mark.parametrize("path", ["/desk/orders/YL-1/accept", "/desk/new", "/desk/assistant", "/desk/signout"])
def test_nobody_does_anything_before_signing_in(served: Served, path: str) -> None:
    assert httpx.post(served.address + path, data={"text": "x"}).status_code == 303


def test_a_visit_begins_with_a_cookie_that_scripts_and_other_sites_cannot_use(served: Served, enter: Enter) -> None:
    visitor = Visitor(served.address)
    reply = visitor.sign_in("dispatcher", name="李敏")
    cookie = reply.headers["set-cookie"]
    assert reply.status_code == 303
    assert COOKIE in cookie
    assert {"httponly", "samesite=strict", "path=/desk"} <= {part.strip().lower() for part in cookie.split(";")}
    page = visitor.http.get("/desk")
    assert "李敏 · 派单员" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert (served.home / "yunlan/desk/secret").stat().st_mode & 0o077 == 0
    form = soup(page).select_one("form.bar-who")
    assert form is not None
    visitor.http.post("/desk/signout", data=fields_of(form))
    assert visitor.http.get("/desk").status_code == 303
    visitor.http.close()


def test_a_unit_role_needs_its_unit(served: Served) -> None:
    visitor = Visitor(served.address)
    for unit in ("", "没有这个局"):
        reply = visitor.sign_in("unit_clerk", unit)
        assert reply.status_code == 422
        assert "要选承办单位" in reply.text
    assert "先选一个岗位" in visitor.sign_in("mayor").text
    assert visitor.sign_in("unit_clerk", URBAN).status_code == 303
    visitor.http.close()


def test_a_form_of_another_visit_is_refused(served: Served, enter: Enter) -> None:
    number = served.screened("a").number
    one, other = enter("dispatcher"), enter("dispatcher")
    form = one.form(number, "accept")
    for wrong in ({"token": ""}, {"token": other.form(number, "accept")["token"]}, {"token": "ä"}):
        reply = one.act(number, "accept", form, **wrong)
        assert reply.status_code == 403
        assert "过期" in reply.text
    visitor = Visitor(served.address)
    assert visitor.http.post("/desk/signin", data={"post": "agent", "token": "x"}).status_code == 403
    visitor.http.close()
    assert served.store.get(number).version == 3


def test_a_session_is_ours_and_runs_out(tmp_path: Path) -> None:
    clock = HandClock()
    signer = Signer(Signer.open(tmp_path / "secret")._secret, clock)
    cookie = signer.written(signer.begin(CLERK))
    found = signer.read(cookie)
    assert found is not None
    assert (found.staff, found.until) == (CLERK, START + timedelta(hours=12))
    assert Signer.open(tmp_path / "secret").unseal("session", cookie)
    assert signer.unseal("form", cookie) is None
    assert signer.read("") is None
    body, mark = cookie.split(".")
    assert signer.read(f"{body[:-4]}AAAA.{mark}") is None
    assert signer.read(signer.seal("session", "{}")) is None
    clock.on(hours=12)
    assert signer.read(cookie) is None
    assert Signer(b"other").read(cookie) is None


def test_the_desk_is_closed_to_other_machines(settings: Settings, served: Served) -> None:
    for changed in ({"desk": "off"}, {"public": True}):
        given = Settings(city=settings.city, home=settings.home, **changed)
        assert not given.desk_is_open
        app = create_app(given, StagedDesk.__new__(StagedDesk))
        assert not [route for route in app.routes if getattr(route, "path", "").startswith("/desk")]
    with pytest.raises(ValueError, match="CITYDESK_DESK=off"):
        Settings(public=True, desk="demo")
