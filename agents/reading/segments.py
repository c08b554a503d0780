"""The questions that one message holds.

A message is cut at sentence ends and at words that open a new matter (另外, 还有, 顺便 …). A sentence that asks nothing
is context of the question beside it, and a question that names nothing of its own (多少钱？) belongs to the one before.
"""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[。！？!?；;\n])\s*")
_NEW_MATTER = re.compile(
    r"(?:^|(?<=[，,。！？!?；;\s]))(?:另外|还有(?:就是)?(?=[，,我想一件]|个)|顺便(?:再)?(?:问|请教)?|再问(?:一下|下)?|其次|第二个问题|同时(?:想|也)问)"
)
_ASKS = re.compile(
    r"[?？]|吗|呢|嘛|怎么|咋|如何|多少|几[天个年月号点次岁口]|哪|什么|啥|谁|为何|为什么|能不能|可不可以|可以不|是否|是不是"
    r"|要不要|行不行|算不算|有没有|该不该|多久|多长|多高|多大|多远|请问|想问|想知道|咨询|查一下|介绍|说说|讲讲"
)
_EMPTY = re.compile(r"[\s，,。！？!?；;、：:~～…]+")
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z0-9⟦⟧]")
_ASIDE = re.compile(
    r"怎么|咋|如何|多少|多久|多长|几|哪里|哪儿|哪个|什么|啥|请问|想问|能不能|可不可以|是不是|是否|有没有|要不要|需要|要|办理|办|带|"
    r"时候|申请|[一两二三几]件事|[一两二三几]个问题|问题|问|去|在|钱|费用|收费|材料|时间|地方|吗|呢|呀|啊|嘛|的|了|就|还|也|那|得|能|可以|我|你们|您|一下|个|天|年|到|拿|手续|流程|电话"
)
MAX_PARTS = 4
OWN_MATTER = 4
"""A later question of a message with no more words of its own than this asks about the matter of the one before."""


def asks(text: str) -> bool:
    """Whether a sentence asks something."""
    return bool(_ASKS.search(text))


_MANNERS = re.compile(
    r"(?:请问|麻烦问|想问|问|咨询|打听)(?:一下|下)?(?:子)?[,，]?|我?想知道|(?:是)?怎么(?:说|讲|规定|要求)的?(?=[?？。]?$)"
    r"|(?:都)?有(?:什么|哪些)(?:规定|说法|要求)(?=[?？。]?$)|(?:说|讲)的是(?:什么|啥)"
)
_OF_A_DOCUMENT = re.compile(r"(?<=..)的?(?:相关|有关)?(?:政策|规定)(?=[?？。]?$)")


def matter_of(question: str) -> str:
    """The question without manners of asking, which match documents about asking; never empty."""
    plain = _MANNERS.sub("", question).strip()
    # "The policy on schools" is about schools: the word for a document matches every document about documents.
    return _OF_A_DOCUMENT.sub("", plain).strip() or question


def own_words(text: str) -> str:
    """What a question says beyond asking: empty for 多少钱？ or 那要多久呢？"""
    return _EMPTY.sub("", _ASIDE.sub("", text))


def segments(message: str) -> list[str]:
    """The questions of a message in order, each with its context; at least one, unless the message is empty."""
    parts: list[str] = []
    for matter in _matters(message):
        parts += _questions(matter)
    if len(parts) > MAX_PARTS:
        parts = [*parts[: MAX_PARTS - 1], "".join(parts[MAX_PARTS - 1 :])]
    return parts


def _matters(message: str) -> list[str]:
    cuts = [m.start() for m in _NEW_MATTER.finditer(message)]
    pieces = [message[a:b] for a, b in zip([0, *cuts], [*cuts, len(message)], strict=True)]
    return [p.strip() for p in pieces if _WORD.search(p)]


def _questions(matter: str) -> list[str]:
    found: list[str] = []
    waiting = ""
    for sentence in _END.split(matter):
        if not _WORD.search(sentence):
            continue
        empty = len(own_words(sentence)) < 2
        if not asks(sentence) or (empty and not found):
            waiting += sentence
        elif found and not waiting and len(own_words(sentence)) <= OWN_MATTER:
            found[-1] += sentence
        else:
            found.append(waiting + sentence)
            waiting = ""
    if waiting and found:
        found[-1] += waiting
    elif waiting:
        found.append(waiting)
    return [f.strip() for f in found]
