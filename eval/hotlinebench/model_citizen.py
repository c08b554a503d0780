"""Citizens played by a model behind an OpenAI-compatible endpoint, with the facts and the discipline of their task.

The model is told who it is, what it wants, what it knows and that it tells nothing unasked; it ends the talk with
`STOP`. What it means by a message (a yes, an answer) is read from its words, for it is not asked to say so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from city.errors import BadInput, TryAgain
from eval.hotlinebench.asked import CONFIRM
from eval.hotlinebench.citizen import AGREES, ANSWERS, REFUSES, SAYS, Heard, Line, fact_of
from eval.hotlinebench.tasks import OPENING, Move, Step, Task

if TYPE_CHECKING:
    from openai import AsyncOpenAI

STOP = "【结束】"
_MODEL = "model"
_PATIENCE = 60.0
_MOST_TOKENS = 200
_YES = ("提交", "确认", "好的", "可以", "没问题", "对", "行", "submit", "yes", "ok")
_NO = ("不提交", "不登记", "算了", "不用了", "cancel", "never mind")
_AGES = {"elder": "一位七十多岁的老人", "adult": "一位中年人", "young": "一位年轻人", "minor": "一个中学生"}
_MOODS = {"calm": "心平气和", "anxious": "着急", "angry": "生气", "sad": "难过"}
_SPEECH = {"plain": "说话平常", "formal": "说话正式", "terse": "话很短", "chatty": "话多"}


class Endpoint(NamedTuple):
    """Where the model is."""

    url: str
    model: str
    key: str


def endpoint_of(given: Mapping[str, str]) -> Endpoint | None:
    """The endpoint of citizens, None where none are wanted: ``{citizens: model, url: …, model: …, key: …}``.

    Raises BadInput where they are wanted and url or model is not given.
    """
    if given.get("citizens") != _MODEL:
        return None
    missing = [name for name in ("url", "model") if not given.get(name)]
    if missing:
        raise BadInput(f"citizens played by a model need {' and '.join(missing)} of an OpenAI-compatible endpoint")
    return Endpoint(given["url"], given["model"], given.get("key") or "none")


class ModelCitizens:
    """Makes citizens who share one client."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client: AsyncOpenAI | None = None

    def __call__(self, task: Task, seed: str, fill: Callable[[str], str] = str) -> ModelCitizen:
        """The citizen of a task."""
        return ModelCitizen(task, seed, fill, self.say)

    async def say(self, messages: Sequence[Mapping[str, str]], seed: int) -> str:
        """The model's next message. Raises TryAgain where the endpoint does not answer."""
        from openai import APIError, AsyncOpenAI

        if self._client is None:
            url, _, key = self._endpoint
            self._client = AsyncOpenAI(base_url=url, api_key=key, timeout=_PATIENCE, max_retries=1)
        try:
            made = await self._client.chat.completions.create(
                model=self._endpoint.model,
                messages=[dict(one) for one in messages],  # type: ignore[misc]  # roles are known only at run time
                temperature=0.7,
                max_tokens=_MOST_TOKENS,
                seed=seed,
            )
        except APIError as error:
            raise TryAgain(f"the citizen's model at {self._endpoint.url} does not answer: {error}") from error
        return (made.choices[0].message.content or "").strip()

    async def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            await self._client.close()


class ModelCitizen:
    """One citizen. The desk's replies are the ``user`` of the model's talk, its own messages the ``assistant``."""

    def __init__(self, task: Task, seed: str, fill: Callable[[str], str], say: Any) -> None:
        self._task, self._fill, self._say = task, fill, say
        self._seed = sum(seed.encode())
        self._messages: list[dict[str, str]] = [{"role": "system", "content": prompt(task)}]

    async def opening(self) -> Line:
        """The first message; what the task would open with where the model says nothing."""
        text = await self._next("（电话接通，请说第一句话。）")
        return Line(text or self._fill(self._task.opening[0]), SAYS, "", OPENING)

    async def step(self, step: Step) -> Line | None:
        """A later step, told as what has come to pass and what is wanted now."""
        if not step.say:
            return None
        wanted = self._fill(step.say[0])
        text = await self._next(f"（过了一段时间，你又来联系热线。你这次想说的是：{wanted}）")
        return Line(text or wanted, AGREES if step.agrees else SAYS, "", step.name)

    async def answer(self, heard: Heard) -> Line | None:
        """The next message, None where the model ends the talk."""
        text = await self._next(heard.text)
        if not text:
            return None
        if heard.asked.name == CONFIRM:
            return Line(text, meant(text))
        if heard.asked.name and fact_of(self._task.facts, heard.asked.name):
            return Line(text, ANSWERS, heard.asked.name)
        return Line(text)

    async def _next(self, told: str) -> str:
        self._messages.append({"role": "user", "content": told})
        said = str(await self._say(self._messages, self._seed))
        self._messages.append({"role": "assistant", "content": said})
        return "" if STOP in said else self._fill(said)


def meant(text: str) -> str:
    """Whether words to a draft are a yes, a no, or something else."""
    low = text.lower()
    if any(word in low for word in _NO):
        return REFUSES
    return AGREES if any(word in low for word in _YES) else SAYS


def prompt(task: Task) -> str:
    """The system prompt: the person, the goal, the facts, and that nothing is told unasked."""
    persona = task.persona
    dialect = "" if persona.dialect == "-" else f"，带{persona.dialect}口音，用词也是"
    language = "你只说英语。" if persona.language == "en" else "你只说中文。"
    at_once = [fact.say[0] for fact in task.facts.values() if fact.volunteer]
    asked = [f"- {name}：{fact.say[0]}" for name, fact in task.facts.items() if not fact.volunteer]
    moves = "；".join(_told(move) for move in task.confirm)
    return "\n".join(
        [
            "你扮演一位拨打12345政务服务热线的市民，对方是热线的助手。不要说自己是模型，不要替对方说话。",
            f"你是{_AGES[persona.age]}，现在{_MOODS[persona.mood]}，{_SPEECH[persona.speech]}{dialect}。{language}",
            f"你打来的目的：{task.goal}",
            f"你开头要说的事，可以换一种说法，意思不能变：{task.opening[0]}",
            *([f"开头就一起说出来的：{'；'.join(at_once)}"] if at_once else []),
            "下面这些你知道，但是对方没有问到就一个字也不说；问到哪一项，只答哪一项：",
            *(asked or ["- （没有）"]),
            "对方问到上面没有的，就说不清楚，不要编。",
            f"对方把写好的内容给你看、等你确认时，你依次这样做：{moves}。",
            f"每次只说一两句话。事情有了着落、对方没有再问你什么，就只回复{STOP}。",
        ]
    )


def _told(move: str | Move) -> str:
    if isinstance(move, Move):
        return f"说“{move.say[0]}”"
    return "同意，说“提交”" if move == "agree" else "不同意，说“不提交”"
