from __future__ import annotations

from agents.context import House
from agents.replies.checks import Checked, Phrases, check_reply
from agents.replies.drafting import draft_reply
from tests.agents.replies.test_checks import events
from tests.conftest import TODAY, YUNLAN
from tools.workorders.machine import replay
from tools.workorders.model import Result


def test_a_draft_quotes_what_the_duty_item_stands_on(house: House) -> None:
    order = replay(events())
    item = next(duty for duty in house.pack.duties if duty.id == "nz-site-night")
    made = draft_reply(order, item, house.pack, house.library, TODAY)
    assert made.evidence
    named = {(basis.document, basis.article) for basis in item.legal_basis}
    for evidence in made.evidence:
        provision = house.library.get(evidence.provision)
        assert (provision.document, provision.article) in named
        begin = evidence.start - provision.start
        assert provision.text[begin : begin + len(evidence.quote)] == evidence.quote
        assert evidence.quote in made.text
    assert order.title in made.text


def test_without_a_duty_item_retrieval_finds_the_basis(house: House) -> None:
    made = draft_reply(replay(events()), None, house.pack, house.library, TODAY)
    assert len(made.evidence) == 2
    assert all(house.library.meta(e.provision.split("#")[0]).in_force(TODAY) for e in made.evidence)


def test_a_draft_cannot_be_sent_as_it_is(house: House) -> None:
    course = events()
    order = replay(course)
    text = draft_reply(order, None, house.pack, house.library, TODAY).text
    given = Checked(order, course, text, Result.SOLVED, TODAY, house.pack, house.library, Phrases.load(YUNLAN))
    assert {"blank"} <= {finding.code for finding in check_reply(given) if finding.weight == "stop"}
