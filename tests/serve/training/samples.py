"""Examples and a manifest that need no city."""

from __future__ import annotations

from datetime import date

from serve.training.records import Chain, Example, Kind, Manifest, Message, Metadata
from serve.training.wording import prompt_used

ANSWERS = ('{"clause":0,"option":1}', '{"clause":1,"option":2}')


def example(number: int, *, system: str = "派单。", matter: str = "", user: str = "") -> Example:
    """An example whose answer follows from its words: 路灯 is option 1, 井盖 option 2."""
    lamp = number % 2 == 0
    told = user or f"[0] {'路灯' if lamp else '你好'}，\n[1] {'不亮' if lamp else '井盖坏了'}{number}"
    return Example(
        messages=(
            Message(role="system", content=system),
            Message(role="user", content=told),
            Message(role="assistant", content=ANSWERS[number % 2]),
        ),
        metadata=Metadata(
            id=f"dispatch/{number}",
            task="dispatch",
            kind=Kind.CONFIRMATION if lamp else Kind.CORRECTION,
            judged_by="comparison",
            label="uk-lamp" if lamp else "uk-cover",
            matter=matter or str(number),
            city="x",
            source=str(number),
            approved_by="dispatcher",
            as_of=date(2026, 11, 2),
            prompt=prompt_used("dispatch"),
            software="0",
        ),
    )


def manifest() -> Manifest:
    """A manifest still without files."""
    return Manifest(
        city="x",
        software="0",
        chain=Chain(orders=1, events=1, head="0"),
        since=None,
        until=None,
        first=None,
        last=None,
        cap=None,
        holdout=0.1,
        folds=3,
        kept_out=0,
        prompts={"dispatch": prompt_used("dispatch")},
        tasks={},
        files=(),
    )
