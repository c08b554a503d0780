from __future__ import annotations

from pathlib import Path

from serve.training.recorded import Recorded, recorded
from tests.conftest import YUNLAN
from tests.serve.training.making import Life, ledger_of
from tools.workorders.acts import Act
from tools.workorders.model import Role


def by_task(root: Path, *lives: Life) -> dict[str, Recorded]:
    return {one.task: one for one in recorded(ledger_of(*lives), root)}


def test_every_kind_of_work_is_counted_by_what_became_of_the_suggestion(tmp_path: Path) -> None:
    done = Life(1, category="060501").dispatched(assisted="dispatch/embedded rejected").signed().replied()
    done.do(Act.REVIEW, Role.QC).do(Act.PASS, Role.QC)
    told = Life(2).do(
        Act.ANSWER, Role.AGENT, {"text": "不收费。", "provisions": ["x#1"]}, assisted="retrieval/e edited"
    )
    unread = Life(3).dispatched().signed().replied()
    found = by_task(tmp_path, done, told, unread)
    assert found["dispatch"].judged == {"not told": 1, "rejected": 1}
    assert found["dispatch"].exported
    assert found["category"].decisions == 1
    assert found["reply"].decisions == 1  # nobody has approved the other
    assert found["answer"].judged == {"edited": 1}
    assert found["draft_rule"].decisions == 0
    assert all(one.why for one in found.values() if not one.exported)


def test_signed_rules_are_counted() -> None:
    assert by_task(YUNLAN, Life())["draft_rule"].decisions > 10


def test_what_citizens_file_themselves_is_no_clerks_category(tmp_path: Path) -> None:
    assert by_task(tmp_path, Life(category="060501", role=Role.CITIZEN))["category"].decisions == 0
