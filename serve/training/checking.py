"""Looking an export over again, as somebody does who did not make it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from agents.engines.forms import FORMS
from prompts.loader import load_prompt
from serve.training.files import FILES, read_examples, read_manifest
from serve.training.likeness import plain
from serve.training.masking import doubtful
from serve.training.records import Example
from serve.training.wording import prompt_used, written


def faults(folder: Path, gazetteer: Sequence[str]) -> Iterator[str]:
    """Everything that is wrong with an export, in words: an older wording, answers out of form, a matter or text on
    both sides, something that still leads to a person. Raises BadInput where the files are not as they were written.
    """
    manifest = read_manifest(folder)
    for task, used in manifest.prompts.items():
        if used != prompt_used(task):
            yield f"{task}: made with another wording (version {used.version}) than the engine sends: export anew"
    sides: dict[str, defaultdict[str, set[str]]] = {"matter": defaultdict(set), "text": defaultdict(set)}
    for split in FILES:
        for one in read_examples(folder, split):
            sides["matter"][one.metadata.matter].add(split)
            sides["text"][plain(one.messages[1].content)].add(split)
            yield from (f"{one.metadata.id}: {fault}" for fault in _faults(one, gazetteer))
    for what, found in sides.items():
        both = sum(len(splits) > 1 for splits in found.values())
        if both:
            yield f"{both} of one {what} stand on both sides: what is learnt would be measured"


def _faults(one: Example, gazetteer: Sequence[str]) -> Iterator[str]:
    system, user, answer = one.messages
    if not system.content.startswith(load_prompt(one.metadata.task).system):
        yield "its system message is not the prompt's"
    try:
        read = FORMS[one.metadata.task].answer.model_validate_json(answer.content)
    except ValueError:
        yield "its answer is not in form"
    else:
        if written(read) != answer.content:
            yield "its answer is not laid out as a server writes it"
    if any(doubtful(text, gazetteer) for text in (user.content, answer.content)):
        yield "something in it may lead to a person"
